/** Where things are in the file: path into the values → line and column. */
import { formatPosition, type Position } from "../roster";
import type { YamlNode, YamlPair } from "./yamlTree";

/** Way from the top of the file to a value: `["developers", 0, "name"]`. */
export type YamlPath = readonly PropertyKey[];

export interface Locator {
  /** What stands in the file; nothing when it could not be read. */
  readonly root: YamlNode | undefined;
  /** Position of a character. */
  at(offset: number): Position;
  /** Position of a value; of its key when the value is empty; of the nearest entry around it when it is missing. */
  value(path: YamlPath): Position;
  /** Position of the key (of the list entry) that a path ends with. */
  key(path: YamlPath): Position;
  /** `team.yaml:9:5`, for one position named in the help of another. */
  name(path: YamlPath): string;
}

export function createLocator(root: YamlNode | undefined, text: string, file: string): Locator {
  const lineStarts = findLineStarts(text);
  const at = (offset: number): Position => {
    const line = countUpTo(lineStarts, Math.min(offset, text.length));
    return { file, line, col: Math.min(offset, text.length) - (lineStarts[line - 1] ?? 0) + 1 };
  };
  const value = (path: YamlPath) => at(findOffset(root, path, "value"));
  const key = (path: YamlPath) => at(findOffset(root, path, "key"));
  return { root, at, value, key, name: (path) => formatPosition(value(path)) };
}

function findOffset(root: YamlNode | undefined, path: YamlPath, part: "key" | "value"): number {
  let node = root;
  let offset = root?.start ?? 0;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (node?.kind === "mapping") {
      const pair = findPair(node.pairs, step);
      if (!pair) return offset;
      node = pair.value;
      // An empty value "is" wherever the next text starts; its key is what the reader looks for.
      const isKey = (last && part === "key") || !node || (node.kind === "scalar" && node.isEmpty);
      offset = isKey || !node ? pair.key.start : node.start;
    } else if (node?.kind === "list") {
      node = node.items[Number(step)];
      if (!node) return offset;
      offset = node.start;
    } else {
      return offset;
    }
  }
  return offset;
}

/** The pair of a key; with a duplicate key the last one, as it is the one whose value counts. */
function findPair(pairs: readonly YamlPair[], step: PropertyKey): YamlPair | undefined {
  return pairs.findLast(({ key }) => key.kind === "scalar" && key.text === String(step));
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
