import type { RosterPath } from "../roster/roster";
import { type AccessPlan, type GroupRole, type Identity, includes, type Level, type Schema } from "./plan";

/** One step of the way from an identity to a privilege, with the roster entry that causes it. */
export interface Step {
  readonly text: string;
  readonly because: RosterPath;
}

/** A level in one schema, and how it comes about. */
export interface Access {
  readonly level: Level;
  readonly steps: readonly Step[];
}

/** A plan with what is needed to answer questions about it quickly. Build it once per plan: {@link accessPaths}. */
export interface AccessPaths {
  readonly plan: AccessPlan;
  readonly identities: ReadonlyMap<string, Identity>;
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly roles: ReadonlyMap<string, GroupRole>;
  /** The roles whose privileges an identity has, itself included, each with the way there. */
  rolesOf(identity: string): ReadonlyMap<string, readonly Step[]>;
  /** What a role owns or was granted itself, without the roles it is a member of. */
  powersOf(role: string): readonly Power[];
  /** Who has more than `none` in a schema. */
  accessTo(schema: string): ReadonlyMap<string, Access>;
}

/** Follows memberships, grants and ownership; cost grows with the access there is, not with identities × schemas. */
export function accessPaths(plan: AccessPlan): AccessPaths {
  const identities = new Map(plan.identities.map((identity) => [identity.name, identity]));
  const roles = new Map(plan.roles.map((role) => [role.name, role]));
  const schemas = new Map(plan.schemas.map((schema) => [schema.name, schema]));
  const reached = new Map<string, ReadonlyMap<string, readonly Step[]>>();
  const rolesOf = (name: string): ReadonlyMap<string, readonly Step[]> => {
    const known = reached.get(name);
    if (known) return known;
    const found = reachableRoles(name, identities, roles);
    reached.set(name, found);
    return found;
  };
  const byRole = lazily(() => powersByRole(plan));
  const bySchema = lazily(() => accessBySchema([...identities.keys()], rolesOf, byRole()));
  return {
    plan,
    identities,
    schemas,
    roles,
    rolesOf,
    powersOf: (role) => byRole().get(role) ?? [],
    accessTo: (schema) => bySchema().get(schema) ?? new Map(),
  };
}

function reachableRoles(name: string, identities: Map<string, Identity>, roles: Map<string, GroupRole>) {
  const found = new Map<string, readonly Step[]>([[name, []]]);
  const queue = [name];
  for (let role = queue.shift(); role !== undefined; role = queue.shift()) {
    const memberOf = identities.get(role)?.memberOf ?? roles.get(role)?.memberOf ?? [];
    for (const membership of memberOf) {
      if (found.has(membership.role)) continue;
      const acts = identities.get(role)?.actsAs === membership.role;
      const text = acts
        ? `sessions of \`${role}\` act as \`${membership.role}\``
        : `\`${role}\` is a member of \`${membership.role}\``;
      found.set(membership.role, [...(found.get(role) ?? []), { text, because: membership.because }]);
      queue.push(membership.role);
    }
  }
  return found;
}

/** One schema that a role has a level in, and the step that gives it. */
export interface Power {
  readonly schema: string;
  readonly level: Level;
  readonly step: Step;
}

function powersByRole(plan: AccessPlan): Map<string, Power[]> {
  const powers = new Map<string, Power[]>();
  const add = (role: string, power: Power) => {
    const own = powers.get(role);
    if (own) own.push(power);
    else powers.set(role, [power]);
  };
  for (const { name, owner, because } of plan.schemas) {
    if (owner === undefined) continue;
    add(owner, { schema: name, level: "own", step: { text: `\`${owner}\` owns \`${name}\``, because } });
  }
  for (const { role, privilege, target, because } of plan.grants) {
    if (privilege !== "read" && privilege !== "write") continue;
    const step = { text: `\`${role}\` may ${privilege} \`${target}\``, because };
    add(role, { schema: target, level: privilege, step });
  }
  return powers;
}

function accessBySchema(
  identities: string[],
  rolesOf: AccessPaths["rolesOf"],
  powers: Map<string, Power[]>,
): Map<string, Map<string, Access>> {
  const bySchema = new Map<string, Map<string, Access>>();
  for (const identity of identities) {
    for (const [role, steps] of rolesOf(identity)) {
      for (const { schema, level, step } of powers.get(role) ?? []) {
        const holders = bySchema.get(schema) ?? new Map<string, Access>();
        bySchema.set(schema, holders);
        const present = holders.get(identity);
        if (present && includes(present.level, level)) continue;
        holders.set(identity, { level, steps: [...steps, step] });
      }
    }
  }
  return bySchema;
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
