import { ACTIONS, type Action } from "../access/decide";
import type { AccessPaths } from "../access/paths";
import { LEVELS, type Level } from "../access/plan";
import { isCiSchema } from "../names";
import type { Proof } from "./prove";
import type { Tally } from "./tally";

/** Who may do what where, without what nobody may: `carol prod_stripe` → `read`. */
export type Levels = ReadonlyMap<string, Level>;

/** Somebody's level in a schema before and after a change. */
export interface LevelChange {
  readonly who: string;
  readonly schema: string;
  readonly before: Level;
  readonly after: Level;
}

/**
 * The levels that execution showed: the highest for which every statement that needs it, or less, worked. Who was
 * represented has what the representative has.
 */
export function measuredLevels({ measured, representation }: Pick<Proof, "measured" | "representation">): Levels {
  const levels: [string, Level][] = [];
  const schemas = new Set<string>();
  for (const [who, targets] of measured)
    for (const [target, tallies] of targets) {
      schemas.add(target);
      levels.push([cell(who, target), highest(tallies)]);
    }
  if (representation === undefined) return withoutNone(levels);
  const measuredCells = new Map(withoutNone(levels));
  for (const who of measured.keys())
    for (const schema of schemas) {
      const level = measuredCells.get(cell(representation.triesFor(who, schema), schema));
      if (level !== undefined) measuredCells.set(cell(who, schema), level);
    }
  return measuredCells;
}

/** The levels that the plan gives. */
export function plannedLevels(paths: AccessPaths): Levels {
  return withoutNone(
    paths.plan.schemas.flatMap(({ name }) =>
      [...paths.accessTo(name)].map(([who, { level }]): [string, Level] => [cell(who, name), level]),
    ),
  );
}

/** What differs, sorted by person and schema. CI's schemas come and go with its runs and are left out. */
export function levelChanges(before: Levels, after: Levels): LevelChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((at) => {
      const [who = "", schema = ""] = at.split(" ");
      return { who, schema, before: before.get(at) ?? "none", after: after.get(at) ?? "none" };
    })
    .filter((change) => change.before !== change.after && !isCiSchema(change.schema));
}

function highest(tallies: readonly Tally[]): Level {
  let level: Level = "none";
  for (const next of LEVELS.slice(1)) {
    const needing = tallies.filter(({ action }) => action in ACTIONS && ACTIONS[action as Action] === next);
    if (needing.length === 0 || needing.some(({ refused }) => refused > 0)) break;
    level = next;
  }
  return level;
}

function cell(who: string, schema: string): string {
  return `${who} ${schema}`;
}

function withoutNone(levels: [string, Level][]): Levels {
  return new Map(levels.filter(([, level]) => level !== "none"));
}
