import { groupBy } from "../../collections";
import type { DatedAccess } from "../dated";
import type { AccessPaths } from "../paths";
import { includes, type Level } from "../plan";
import type { AccessChange } from "./change";
import { type Context, type LevelChange, type Rule, ruleOf } from "./levelRules";
import { everybody, type Statuses } from "./status";

type Levels = ReadonlyMap<string, Level>;

/**
 * Effective access that is gained, lost or raised, per identity × schema.
 *
 * Who has the same group roles has the same access, but for what is theirs alone. So identities with equal roles
 * before and equal roles after are compared once, all together, and what each owns one by one.
 */
export function diffLevels(before: DatedAccess, after: DatedAccess, statuses: Statuses): AccessChange[] {
  const levels = { before: levelsByRoles(before.paths), after: levelsByRoles(after.paths) };
  const holdersOf = directHolders(before.paths, after.paths);
  // Equal memberships lead to equal roles: the way to them is followed once per group.
  const memberships = ({ paths }: DatedAccess, name: string) =>
    paths.identities.get(name)?.memberOf.map(({ role }) => role);
  const rolesOf = ({ paths }: DatedAccess, name: string) =>
    paths.identities.has(name) ? [...paths.rolesOf(name).keys()].filter((role) => role !== name).sort() : [];
  const alike = groupBy(everybody(before, after), (name) =>
    [statuses.identity(name), memberships(before, name), memberships(after, name)].join(" "),
  );
  const context = { before, after, statuses };
  const groups = [...alike.values()].map((members, index): Group => {
    const first = members[0] ?? "";
    const was = levels.before(rolesOf(before, first));
    const is = levels.after(rolesOf(after, first));
    const changes = [...new Set([...was.keys(), ...is.keys()])]
      .map((schema) => levelChange(schema, was, is))
      .filter(isChange);
    return { index, members, was, is, changes };
  });
  return [
    ...sharedChanges(groups, holdersOf, context),
    ...groups.flatMap(({ members, was, is }) => members.flatMap((who) => ownChanges(who, was, is, context))),
  ];
}

/** Identities with equal roles, the levels that these give before and after, and the difference. */
interface Group {
  readonly index: number;
  readonly members: readonly string[];
  readonly was: Levels;
  readonly is: Levels;
  readonly changes: readonly LevelChange[];
}

/** What several gain or lose alike; whoever has something of their own in a schema is left to {@link ownChanges}. */
function sharedChanges(groups: readonly Group[], holdersOf: HoldersOf, context: Context): AccessChange[] {
  const pieces = groups.flatMap((group) => piecesOf(group, holdersOf, context));
  const bySchema = groupBy(pieces, ({ key, change }) => `${key} ${change.schema}`);
  // Schemas that open or close to the same people for the same reason are told together.
  const together = groupBy(bySchema.values(), (own) => [own[0]?.key, ...own.map(({ people }) => people)].join(" "));
  return [...together.values()].flatMap((alike) => {
    const schemas = alike.map((own) => own[0]?.change.schema ?? "").sort();
    const own = alike[0] ?? [];
    const [first] = own;
    const who = own.flatMap(({ group, without }) => group.members.filter((name) => !without.includes(name)));
    // The members of one group are in order.
    if (own.length > 1) who.sort();
    if (!first || who.length === 0) return [];
    if (first.rule.subject) return [first.rule.describe(who, first.change, schemas)];
    return who.map((name) => ruleOf(name, first.change, context).describe([name], first.change, schemas));
  });
}

/** What one group gains or loses in one schema. */
interface Piece {
  readonly group: Group;
  readonly change: LevelChange;
  readonly rule: Rule;
  /** Members who have something of their own in the schema. */
  readonly without: readonly string[];
  /** Equal for changes of one reason. */
  readonly key: string;
  /** Equal for the same people. */
  readonly people: string;
}

function piecesOf(group: Group, holdersOf: HoldersOf, context: Context): Piece[] {
  const members = new Set(group.members);
  const first = group.members[0] ?? "";
  return group.changes.map((change) => {
    const rule = ruleOf(first, change, context);
    const without = holdersOf(change.schema).filter((name) => members.has(name));
    const { key } = rule;
    return { group, change, rule, without, key, people: [group.index, ...without].join("-") };
  });
}

/** What changes for one identity in the schemas that are its own, before or after. */
function ownChanges(who: string, was: Levels, is: Levels, context: Context): AccessChange[] {
  if (ownsTheSame(who, context)) return [];
  const { before, after } = context;
  const own = { before: levelsOf([who], before.paths), after: levelsOf([who], after.paths) };
  const changes = [...new Set([...own.before.keys(), ...own.after.keys()])]
    .map((schema) => levelChange(schema, highest(own.before, was, schema), highest(own.after, is, schema)))
    .filter(isChange)
    .map((change) => ({ change, rule: ruleOf(who, change, context) }));
  const groups = groupBy(changes, ({ rule }) => rule.key);
  return [...groups.values()].map((group) => {
    const { change, rule } = group[0] as (typeof changes)[number];
    return rule.describe([who], change, group.map(({ change }) => change.schema).sort());
  });
}

/** Levels by role list, calculated once for each. */
function levelsByRoles(paths: AccessPaths): (roles: readonly string[]) => Levels {
  const known = new Map<string, Levels>();
  return (roles) => {
    const key = roles.join(" ");
    const found = known.get(key) ?? levelsOf(roles, paths);
    known.set(key, found);
    return found;
  };
}

function levelsOf(roles: readonly string[], paths: AccessPaths): Levels {
  const levels = new Map<string, Level>();
  for (const role of roles) {
    for (const { schema, level } of paths.powersOf(role)) {
      if (!includes(levels.get(schema) ?? "none", level)) levels.set(schema, level);
    }
  }
  return levels;
}

/** The identities that have something in a schema of their own, not through a group. */
type HoldersOf = (schema: string) => readonly string[];

function directHolders(...sides: readonly AccessPaths[]): HoldersOf {
  const granted = sides.flatMap(({ plan, identities }) => plan.grants.filter(({ role }) => identities.has(role)));
  const grantees = groupBy(granted, ({ target }) => target);
  const isIdentity = (name: string) => sides.some(({ identities }) => identities.has(name));
  return (schema) => {
    const owners = sides.flatMap(({ schemas }) => schemas.get(schema)?.owner ?? []).filter(isIdentity);
    return [...new Set([...owners, ...(grantees.get(schema) ?? []).map(({ role }) => role)])];
  };
}

/** Whether an identity owns the same schemas as before: no role can add to owning. */
function ownsTheSame(who: string, { before, after }: Context): boolean {
  const were = before.paths.powersOf(who);
  const are = after.paths.powersOf(who);
  return (
    were.length === are.length &&
    were.every(
      ({ schema, level }, index) => level === "own" && are[index]?.level === "own" && are[index]?.schema === schema,
    )
  );
}

function highest(own: Levels, shared: Levels, schema: string): Levels {
  const level = own.get(schema) ?? "none";
  return includes(level, shared.get(schema) ?? "none") ? new Map([[schema, level]]) : shared;
}

function levelChange(schema: string, was: Levels, is: Levels): LevelChange {
  return { schema, before: was.get(schema) ?? "none", after: is.get(schema) ?? "none" };
}

function isChange({ before, after }: LevelChange): boolean {
  return before !== after;
}
