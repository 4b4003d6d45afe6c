import type { Step } from "../../access/paths";
import { formatPosition, locate, type Roster, type RosterPath } from "../../roster/roster";
import type { MatrixRow, PageMatrix, Why } from "./pageMatrix";

type Index = number;

/** A place in the roster: an index of {@link PageData.lines}; below zero the row's own first, second, … line. */
type LineIndex = number;

type PageStep = readonly [text: Index, line: LineIndex];
type Reason = readonly [claim: Index, steps: readonly PageStep[], missing?: PageStep];

/**
 * Why each cell of the matrix says what it says, for the page's script to look up: the access model's own reasons.
 * Whoever has the same access has the same reasons, in which `@` stands for their name and their own lines are counted.
 * So a thousand people fit, and the page derives nothing.
 */
export interface PageData {
  readonly texts: readonly string[];
  /** `team.yaml:9:5`. */
  readonly lines: readonly string[];
  readonly reasons: readonly Reason[];
  /** A reason for each column. */
  readonly patterns: readonly (readonly Index[])[];
  readonly rows: readonly (readonly [pattern: Index, ...ownLines: Index[]])[];
}

export function pageData(roster: Roster, { rows }: PageMatrix): PageData {
  const placeOf = (path: RosterPath) => formatPosition(locate(roster, path));
  const users = countUsers(rows, placeOf);
  const texts = collect<string>();
  const lines = collect<string>();
  const reasons = collect<Reason>();
  const patterns = collect<Index[]>();
  const rowOf = ({ identity: { name }, cells }: MatrixRow): PageData["rows"][number] => {
    const own = collect<Index>();
    const stepOf = ({ text, because }: Step): PageStep => {
      const place = placeOf(because);
      const line = lines.indexOf(place);
      return [texts.indexOf(forAnybody(text, name)), users.get(place) === 1 ? -1 - own.indexOf(line) : line];
    };
    const reasonOf = ({ claim, steps, missing }: Why): Reason => {
      const given = [texts.indexOf(forAnybody(claim, name)), steps.map(stepOf)] as const;
      return missing ? [...given, stepOf(missing)] : given;
    };
    const pattern = patterns.indexOf(cells.map(({ why }) => reasons.indexOf(reasonOf(why))));
    return [pattern, ...own.items];
  };
  const found = rows.map(rowOf);
  return { texts: texts.items, lines: lines.items, reasons: reasons.items, patterns: patterns.items, rows: found };
}

/** How many rows each line is a reason in. */
function countUsers(rows: readonly MatrixRow[], placeOf: (path: RosterPath) => string): Map<string, number> {
  const users = new Map<string, number>();
  for (const { cells } of rows) {
    const steps = cells.flatMap(({ why }) => [...why.steps, ...(why.missing ? [why.missing] : [])]);
    for (const place of new Set(steps.map(({ because }) => placeOf(because)))) {
      users.set(place, (users.get(place) ?? 0) + 1);
    }
  }
  return users;
}

/** Names in backticks that are somebody's, or begin with it, begin with `@` instead, which no name can have. */
function forAnybody(text: string, name: string): string {
  const isTheirs = (part: string) => part === name || part === `${name}*` || part.startsWith(`${name}_`);
  const parts = text.split("`");
  return parts
    .map((part, index) => (index % 2 === 1 && isTheirs(part) ? `@${part.slice(name.length)}` : part))
    .join("`");
}

/** Items, each once, and where. */
function collect<T>(): { readonly items: readonly T[]; indexOf(item: T): Index } {
  const items: T[] = [];
  const known = new Map<string, Index>();
  const indexOf = (item: T) => {
    const key = JSON.stringify(item);
    const index = known.get(key) ?? items.push(item) - 1;
    known.set(key, index);
    return index;
  };
  return { items, indexOf };
}
