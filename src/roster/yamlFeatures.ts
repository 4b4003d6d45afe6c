/** YAML features that would make a roster mean other than it looks to its reviewer. */
import { EVENT_ID, type Event } from "js-yaml";
import type { Locator } from "./positions";
import { quote } from "./quote";
import { formatPosition } from "./roster";
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
export function findBadKeys(node: YamlNode | undefined, locator: Locator): Feature[] {
  switch (node?.kind) {
    case undefined:
    case "scalar":
    case "alias":
      return [];
    case "list":
      return node.items.flatMap((item) => findBadKeys(item, locator));
    case "mapping":
      return [
        ...badKeysOf(
          node.pairs.map(({ key }) => key),
          locator,
        ),
        ...node.pairs.flatMap(({ key, value }) => [...findBadKeys(key, locator), ...findBadKeys(value, locator)]),
      ];
  }
}

function badKeysOf(keys: readonly YamlNode[], locator: Locator): Feature[] {
  const first = new Map<string, number>();
  return keys.flatMap((key): Feature[] => {
    const offset = key.start;
    if (key.kind === "alias") return [];
    if (key.kind !== "scalar")
      return [{ offset, message: "a key must be a text", help: "quote the key", hidesValues: true }];
    const before = first.get(key.text);
    if (before === undefined) {
      first.set(key.text, offset);
      return [];
    }
    const help = `the first one is at ${formatPosition(locator.at(before))}; keep one of them`;
    return [{ offset, message: `duplicate key ${quote(key.text)}`, help, hidesValues: false }];
  });
}
