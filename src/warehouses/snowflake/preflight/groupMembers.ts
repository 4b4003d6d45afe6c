import type { AccessPlan } from "../../../access/plan";
import { membership, type StackState } from "../deploy/stackState";
import { exactly, identifier, snowflakeName } from "../quote";
import type { Session } from "../session";
import { membersOf } from "./authority";
import type { TrustedGrantees } from "./trustedGrantees";

/**
 * Who is in a group of the plan and was put there neither by the plan nor by this stack: PROD granted to a developer by
 * hand would open all of production, and no refresh of the state looks for it (FINDINGS, Snowflake 5).
 */
export async function unknownMembers(
  session: Session,
  plan: AccessPlan,
  state: StackState,
  { isAdministrator }: TrustedGrantees,
): Promise<string[]> {
  const known = new Set([...state.memberships, ...plannedMemberships(plan)]);
  const problems: string[] = [];
  for (const group of plan.roles.map(({ name }) => snowflakeName(name)).filter((name) => state.AccountRole.has(name))) {
    for (const { kind, name } of await membersOf(session, group)) {
      if (known.has(membership(group, kind, name)) || isAdministrator({ kind, name })) continue;
      problems.push(
        `${kind.toLowerCase()} \`${name}\` has role \`${group}\`, and not from the roster: REVOKE ROLE ${identifier(group)} FROM ${kind} ${exactly(name)}`,
      );
    }
  }
  return problems;
}

function plannedMemberships({ roles, identities }: AccessPlan): string[] {
  const joins = [...roles, ...identities].flatMap(({ name, memberOf }) =>
    memberOf.map(({ role }) => membership(snowflakeName(role), "ROLE", snowflakeName(name))),
  );
  const logins = identities.flatMap(({ name, actsAs }) =>
    actsAs === undefined ? [] : [membership(snowflakeName(actsAs), "USER", snowflakeName(name))],
  );
  return [...joins, ...logins];
}
