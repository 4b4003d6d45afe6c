import type { AccessPlan } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { LEFT, PROD } from "../../../names";
import type { StackState } from "../deploy/stackState";
import type { MembershipRow, RoleRow } from "./catalog";

/** How the roles of the server stand to the plan. */
export interface ServerRoles {
  readonly admin: string;
  readonly roles: ReadonlyMap<string, RoleRow>;
  /** Groups and logins of the plan, each with the groups that it is in. */
  readonly memberOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** Their names. */
  readonly declared: ReadonlySet<string>;
  /** The admin, superusers, and groups that nobody else is in: what they have breaks no promise. */
  readonly trusted: ReadonlySet<string>;
  /** Made by the stack, and about to go with this deployment or gone already: so will what they have. */
  isLeaving(role: string): boolean;
  /** The role, and all that it is in. */
  above(role: string): ReadonlySet<string>;
  /** The role, and all who are in it. */
  below(role: string): ReadonlySet<string>;
}

/** @param admin who deploys */
export function serverRolesOf(
  admin: string,
  plan: AccessPlan,
  state: StackState,
  rows: readonly RoleRow[],
  memberships: readonly MembershipRow[],
): ServerRoles {
  const roles = new Map(rows.map((row) => [row.name, row]));
  const memberOf = new Map(
    [...plan.roles, ...plan.identities].map((each) => [each.name, new Set(each.memberOf.map(({ role }) => role))]),
  );
  const declared = new Set(memberOf.keys());
  const useful = memberships.filter((membership) => membership.useful);
  const above = closure(
    groupBy(useful, ({ member }) => member),
    ({ role }) => role,
  );
  const below = closure(
    groupBy(useful, ({ role }) => role),
    ({ member }) => member,
  );
  const ours = (name: string) => declared.has(name) || state.roles.has(name);
  const people = new Set([admin, ...rows.filter(({ name, superuser }) => superuser && !ours(name)).map((r) => r.name)]);
  /** Services give their admin a group of their own, `rds_superuser`. */
  const groups = [...above(admin)].filter(
    (name) =>
      !ours(name) &&
      !name.startsWith("pg_") &&
      [...below(name)].every((member) => people.has(member) || roles.get(member)?.login === false),
  );
  return {
    admin,
    roles,
    memberOf,
    declared,
    trusted: new Set([...people, ...groups]),
    isLeaving: (role) =>
      (state.roles.has(role) && !declared.has(role)) || (role.startsWith(LEFT) && roles.get(role)?.login === false),
    above,
    below,
  };
}

/** Whose definer routines are worth calling: production's, and those of administrators. */
export function powerful({ trusted }: ServerRoles): string[] {
  return [PROD, ...trusted];
}

function closure(edges: ReadonlyMap<string, readonly MembershipRow[]>, end: (edge: MembershipRow) => string) {
  return (start: string): ReadonlySet<string> => {
    const found = new Set([start]);
    for (const name of found) for (const edge of edges.get(name) ?? []) found.add(end(edge));
    return found;
  };
}
