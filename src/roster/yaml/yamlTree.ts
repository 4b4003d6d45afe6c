/** What stands where in a YAML file: the parser's events as a tree of nodes with their offsets. */
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";

export interface YamlScalar {
  readonly kind: "scalar";
  readonly start: number;
  readonly text: string;
  /** Nothing is written there. */
  readonly isEmpty: boolean;
}

export interface YamlList {
  readonly kind: "list";
  readonly start: number;
  readonly items: YamlNode[];
}

export interface YamlMapping {
  readonly kind: "mapping";
  readonly start: number;
  readonly pairs: YamlPair[];
}

export interface YamlAlias {
  readonly kind: "alias";
  readonly start: number;
}

/** A key; its value is there once the parser has come to it, and so in every finished tree. */
export interface YamlPair {
  readonly key: YamlNode;
  value?: YamlNode;
}

export type YamlNode = YamlScalar | YamlList | YamlMapping | YamlAlias;

/** The tree of one document's events; nothing when there is no document. */
export function buildTree(events: readonly Event[], source: string): YamlNode | undefined {
  let root: YamlNode | undefined;
  const open: (YamlList | YamlMapping)[] = [];
  /** End of what was read last: an empty entry stands behind it. */
  let end = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const node = nodeOf(event, source, end);
    end = event.type === EVENT_ID.SCALAR && event.valueEnd > 0 ? event.valueEnd : node.start + 1;
    const parent = open.at(-1);
    if (parent === undefined) root ??= node;
    else add(parent, node);
    if (node.kind === "list" || node.kind === "mapping") open.push(node);
  }
  return root;
}

function nodeOf(
  event: Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>,
  source: string,
  end: number,
): YamlNode {
  switch (event.type) {
    case EVENT_ID.SEQUENCE:
      return { kind: "list", start: event.start, items: [] };
    case EVENT_ID.MAPPING:
      return { kind: "mapping", start: event.start, pairs: [] };
    case EVENT_ID.ALIAS:
      return { kind: "alias", start: event.anchorStart - 1 };
    case EVENT_ID.SCALAR: {
      const isEmpty = event.valueStart < 0;
      const start = isEmpty ? skipBlanks(source, end) : startOf(event);
      return { kind: "scalar", start, text: isEmpty ? "" : getScalarValue(source, event), isEmpty };
    }
  }
}

/** Where a reader sees the scalar begin: at its quote. */
function startOf({ style, valueStart }: ScalarEvent): number {
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  return isQuoted ? valueStart - 1 : valueStart;
}

function add(parent: YamlList | YamlMapping, node: YamlNode): void {
  if (parent.kind === "list") {
    parent.items.push(node);
    return;
  }
  const last = parent.pairs.at(-1);
  if (last && last.value === undefined) last.value = node;
  else parent.pairs.push({ key: node });
}

/** The next character that is neither blank nor part of a comment. */
function skipBlanks(source: string, from: number): number {
  const blanks = /(?:\s|#.*)*/y;
  blanks.lastIndex = from;
  blanks.test(source);
  return Math.min(blanks.lastIndex, source.length);
}
