/** Where things are in the file: path into the values → line and column. */
import { isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode } from "yaml";
import { formatPosition, type Position } from "./roster";

/** Way from the top of the file to a value: `["developers", 0, "name"]`. */
export type YamlPath = readonly PropertyKey[];

export interface Locator {
  /** Position of a character. */
  at(offset: number): Position;
  /** Position of a value; of its key when the value is empty; of the nearest entry around it when it is missing. */
  value(path: YamlPath): Position;
  /** Position of the key (of the list entry) that a path ends with. */
  key(path: YamlPath): Position;
  /** `team.yaml:9:5`, for one position named in the help of another. */
  name(path: YamlPath): string;
}

export function createLocator(root: ParsedNode | undefined, text: string, file: string): Locator {
  // Not yaml's LineCounter: it loses lines once the parser has met a syntax error.
  const lineStarts = findLineStarts(text);
  const at = (offset: number): Position => {
    const line = countUpTo(lineStarts, Math.min(offset, text.length));
    return { file, line, col: Math.min(offset, text.length) - (lineStarts[line - 1] ?? 0) + 1 };
  };
  const value = (path: YamlPath) => at(findOffset(root, path, "value"));
  const key = (path: YamlPath) => at(findOffset(root, path, "key"));
  return { at, value, key, name: (path) => formatPosition(value(path)) };
}

function findOffset(root: ParsedNode | undefined, path: YamlPath, part: "key" | "value"): number {
  let node: Node | undefined = root;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = findPair(node.items as Pair<Node, Node | null>[], step);
      if (!pair) return offset;
      node = pair.value ?? undefined;
      const keyOffset = startOf(pair.key) ?? offset;
      // An empty value "is" wherever the next text starts; its key is what the reader looks for.
      offset = (last && part === "key") || isEmpty(node) ? keyOffset : (startOf(node) ?? keyOffset);
    } else if (isSeq(node)) {
      node = node.items[Number(step)] as Node | undefined;
      if (!node) return offset;
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** The pair of a key; with a duplicate key the last one, as it is the one whose value counts. */
function findPair(pairs: readonly Pair<Node, Node | null>[], step: PropertyKey): Pair<Node, Node | null> | undefined {
  return pairs.findLast(({ key }) => isScalar(key) && String(key.value) === String(step));
}

function isEmpty(node: Node | undefined): boolean {
  return isScalar(node) && node.value === null && node.source === "";
}

function startOf(node: Node | undefined): number | undefined {
  return node?.range?.[0];
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** How many of the ascending numbers are not above the limit. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
