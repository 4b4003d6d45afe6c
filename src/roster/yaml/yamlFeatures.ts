/** YAML features that would make a roster mean other than it looks to its reviewer. */
import { EVENT_ID, type Event } from "js-yaml";
import { quote } from "../../messages/quote";
import { formatPosition } from "../roster";
import type { Locator } from "./positions";
import type { YamlNode } from "./yamlTree";

interface Feature {
  readonly offset: number;
  readonly message: string;
  readonly help: string;
  /** The file's values cannot be told because of it. */
  readonly hidesValues: boolean;
}

/** Directives, anchors, aliases and tags, from the parser's events. */
export function findFeatures(events: readonly Event[], source: string): Feature[] {
  const found: Feature[] = [];
  const aliases = new Set<string>();
  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.POP:
        break;
      case EVENT_ID.DOCUMENT:
        found.push(...event.directives.slice(0, 1).map(({ kind }) => describeDirective(kind)));
        break;
      case EVENT_ID.ALIAS: {
        const name = source.slice(event.anchorStart, event.anchorEnd);
        // Once for each anchor is enough: a bomb has thousands.
        if (!aliases.has(name)) found.push(describeAlias(name, event.anchorStart - 1));
        aliases.add(name);
        break;
      }
      case EVENT_ID.SCALAR:
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const { anchorStart, anchorEnd, tagStart, tagEnd } = event;
        if (anchorStart >= 0) found.push(describeAnchor(source.slice(anchorStart, anchorEnd), anchorStart - 1));
        if (tagStart >= 0) found.push(describeTag(source.slice(tagStart, tagEnd), tagStart));
        break;
      }
    }
  }
  return found;
}

function describeDirective(kind: "yaml" | "tag"): Feature {
  const message = `the directive \`%${kind.toUpperCase()}\` is not allowed`;
  return { offset: 0, message, help: "delete it: a roster is read as YAML 1.2", hidesValues: false };
}

function describeAlias(name: string, offset: number): Feature {
  // Never resolved: nested aliases can stand for billions of entries.
  const message = `alias ${quote(`*${name}`)} is not allowed: an edit elsewhere would change this entry unseen`;
  return { offset, message, help: "write the value out", hidesValues: true };
}

function describeAnchor(name: string, offset: number): Feature {
  const message = `anchor ${quote(`&${name}`)} is not allowed: an edit here would change other entries unseen`;
  return { offset, message, help: "delete the anchor and write the values out", hidesValues: false };
}

function describeTag(tag: string, offset: number): Feature {
  const message = `tag ${quote(tag)} is not allowed: a roster has plain values only`;
  return { offset, message, help: "delete the tag", hidesValues: false };
}

/** Keys that stand twice in their mapping, and keys that are no text. */
export function findBadKeys(root: YamlNode | undefined, locator: Locator): Feature[] {
  const found: Feature[] = [];
  const visit = (node: YamlNode | undefined) => {
    if (node?.kind === "list") node.items.forEach(visit);
    if (node?.kind !== "mapping") return;
    const first = new Map<string, number>();
    for (const { key, value } of node.pairs) {
      if (key.kind === "scalar") {
        const before = first.get(key.text);
        if (before === undefined) first.set(key.text, key.start);
        else found.push(describeDuplicate(key.text, key.start, formatPosition(locator.at(before))));
      } else if (key.kind !== "alias") {
        found.push({ offset: key.start, message: "a key must be a text", help: "quote the key", hidesValues: true });
      }
      visit(key);
      visit(value);
    }
  };
  visit(root);
  return found;
}

function describeDuplicate(key: string, offset: number, before: string): Feature {
  const help = `the first one is at ${before}; keep one of them`;
  return { offset, message: `duplicate key ${quote(key)}`, help, hidesValues: false };
}
