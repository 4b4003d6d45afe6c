import { groupBy, remembered } from "../collections";
import type { RosterPath } from "../roster/roster";
import { type AccessPlan, type GroupRole, type Identity, includes, type Level, type Schema } from "./plan";

/** One step of the way from an identity to a privilege, with the roster entry that causes it. */
export interface Step {
  readonly text: string;
  readonly because: RosterPath;
}

/** A level in one schema, and how it comes about: the way to a role, and what that role may do. */
export interface Access {
  readonly level: Level;
  readonly way: readonly Step[];
  readonly power: Step;
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

/** What somebody may do in a schema. */
export function levelOf(paths: AccessPaths, who: string, schema: string): Level {
  return paths.accessTo(schema).get(who)?.level ?? "none";
}

/** Follows memberships, grants and ownership; cost grows with the access there is, not with identities × schemas. */
export function accessPaths(plan: AccessPlan): AccessPaths {
  const identities = new Map(plan.identities.map((identity) => [identity.name, identity]));
  const roles = new Map(plan.roles.map((role) => [role.name, role]));
  const schemas = new Map(plan.schemas.map((schema) => [schema.name, schema]));
  const rolesOf = remembered((name: string) => reachableRoles(name, identities, roles));
  const members = lazily(() => membersByRole(plan.identities, rolesOf));
  const powers = lazily(() => allPowers(plan));
  const powersByRole = lazily(() => groupBy(powers(), ({ role }) => role));
  const powersBySchema = lazily(() => groupBy(powers(), ({ schema }) => schema));
  return {
    plan,
    identities,
    schemas,
    roles,
    rolesOf,
    powersOf: (role) => powersByRole().get(role) ?? [],
    accessTo: remembered((schema) => combine(powersBySchema().get(schema) ?? [], members())),
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

/** An identity that has a role, and the way there. */
interface RoleHolder {
  readonly role: string;
  readonly identity: string;
  readonly way: readonly Step[];
}

function membersByRole(identities: readonly Identity[], rolesOf: AccessPaths["rolesOf"]): Map<string, RoleHolder[]> {
  const members = identities.flatMap(({ name: identity }) =>
    [...rolesOf(identity)].map(([role, way]): RoleHolder => ({ role, identity, way })),
  );
  return groupBy(members, ({ role }) => role);
}

/** One schema that a role has a level in. */
export interface Power {
  readonly role: string;
  readonly schema: string;
  readonly level: "read" | "write" | "own";
  readonly because: RosterPath;
}

function allPowers({ schemas, grants }: AccessPlan): Power[] {
  const powers: Power[] = [];
  for (const { name, owner, because } of schemas) {
    if (owner !== undefined) powers.push({ role: owner, schema: name, level: "own", because });
  }
  for (const { role, privilege, target, because } of grants) {
    if (privilege === "read" || privilege === "write") powers.push({ role, schema: target, level: privilege, because });
  }
  return powers;
}

function stepOf({ role, schema, level, because }: Power): Step {
  const may = level === "own" ? "owns" : `may ${level}`;
  return { text: `\`${role}\` ${may} \`${schema}\``, because };
}

/** The best that each identity gets from the powers over one schema. */
function combine(powers: readonly Power[], members: ReadonlyMap<string, readonly RoleHolder[]>): Map<string, Access> {
  const holders = new Map<string, Access>();
  for (const power of powers) {
    const { role, level } = power;
    const step = stepOf(power);
    for (const { identity, way } of members.get(role) ?? []) {
      const present = holders.get(identity);
      if (!present || !includes(present.level, level)) holders.set(identity, { level, way, power: step });
    }
  }
  return holders;
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
