/** YAML features that would make a roster mean other than it looks to its reviewer. */
import { isAlias, isMap, isScalar, type Node, type ParsedNode, visit } from "yaml";
import type { Locator } from "./positions";
import { quote } from "./quote";
import { formatPosition } from "./roster";

interface Feature {
  readonly offset: number;
  readonly message: string;
  readonly help: string;
  /** The file's values cannot be told because of it. */
  readonly hidesValues: boolean;
}

export function findFeatures(root: ParsedNode | null, locator: Locator): Feature[] {
  const found: Feature[] = [];
  const aliases = new Set<string>();
  visit(root, {
    Node(_, node: Node) {
      if (isAlias(node)) {
        // Once for each anchor is enough: a bomb has thousands.
        if (aliases.has(node.source)) return;
        aliases.add(node.source);
      }
      found.push(...describeNode(node));
      if (isMap(node))
        found.push(
          ...findBadKeys(
            node.items.map(({ key }) => key as Node),
            locator,
          ),
        );
    },
  });
  return found;
}

function describeNode(node: Node): Feature[] {
  const offset = startOf(node);
  if (isAlias(node)) {
    // Never resolved: nested aliases can stand for billions of entries.
    const message = `alias ${quote(`*${node.source}`)} is not allowed: an edit elsewhere would change this entry unseen`;
    return [{ offset, message, help: "write the value out", hidesValues: true }];
  }
  const found: Feature[] = [];
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  if (anchor) {
    const message = `anchor ${quote(`&${anchor}`)} is not allowed: an edit here would change other entries unseen`;
    found.push({ offset, message, help: "delete the anchor and write the values out", hidesValues: false });
  }
  if (tag) {
    const message = `tag ${quote(tag.replace(/^tag:yaml\.org,2002:/, "!!"))} is not allowed: a roster has plain values only`;
    found.push({ offset, message, help: "delete the tag", hidesValues: false });
  }
  return found;
}

function findBadKeys(keys: readonly Node[], locator: Locator): Feature[] {
  const first = new Map<string, number>();
  return keys.flatMap((key): Feature[] => {
    const offset = startOf(key);
    if (isAlias(key)) return [];
    if (!isScalar(key)) return [{ offset, message: "a key must be a text", help: "quote the key", hidesValues: true }];
    const name = String(key.value);
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, offset);
      return [];
    }
    const help = `the first one is at ${formatPosition(locator.at(before))}; keep one of them`;
    return [{ offset, message: `duplicate key ${quote(name)}`, help, hidesValues: false }];
  });
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
