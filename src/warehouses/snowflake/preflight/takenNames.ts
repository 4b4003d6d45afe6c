/** Names of the account's that the plan needs: taken by somebody else, or missing. */

import type { AccessPlan, Identity } from "../../../access/plan";
import { DUTY_ROLES } from "../../../names";
import type { StackState } from "../deploy/stackState";
import { identifier, snowflakeName } from "../quote";
import type { Session } from "../session";
import type { Settings } from "../settings";
import { namesOf } from "./listing";

/** Roles that the plan declares: of groups, and of everybody who acts as nobody else. */
export function declaredRoles({ roles, identities }: AccessPlan): Set<string> {
  const own = identities.filter(({ actsAs }) => actsAs === undefined);
  return new Set([...roles, ...own].map(({ name }) => snowflakeName(name)));
}

/**
 * What is there already and not from this stack. The provider can only create, so a deployment would fail at each of
 * them (002002); and who knows what it has been granted.
 */
export async function takenNames(
  session: Session,
  settings: Settings,
  plan: AccessPlan,
  state: StackState,
): Promise<string[]> {
  const duties = new Set(plan.identities.map(({ duty }) => snowflakeName(DUTY_ROLES[duty])));
  const roles = await namesOf(session, "SHOW ROLES");
  const users = await namesOf(session, "SHOW USERS");
  const warehouses = await namesOf(session, "SHOW WAREHOUSES");
  const monitors = settings.resourceMonitors ? await namesOf(session, "SHOW RESOURCE MONITORS") : new Set<string>();
  const foreign = (declared: Iterable<string>, found: ReadonlySet<string>, ours: ReadonlySet<string>) =>
    [...declared].filter((name) => found.has(name) && !ours.has(name));
  return [
    ...foreign(declaredRoles(plan), roles, state.AccountRole).map((name) => taken("role", name)),
    ...plan.identities.flatMap((identity) => userProblems(identity, settings, users, state)),
    ...foreign(duties, warehouses, state.Warehouse).map((name) => taken("warehouse", name)),
    ...foreign(duties, monitors, state.ResourceMonitor).map((name) => taken("resource monitor", name)),
  ];
}

function taken(kind: "role" | "user" | "warehouse" | "resource monitor", name: string): string {
  const [sql, place] = [kind.toUpperCase(), identifier(name)];
  const mend =
    kind === "resource monitor"
      ? `DROP ${sql} ${place}`
      : `ALTER ${sql} ${place} RENAME TO ${identifier(`${name}_BEFORE`)}`;
  return `${kind} \`${name}\` is there already, and not from this stack: ${mend}`;
}

function userProblems(
  { name: identity, duty }: Identity,
  { people }: Settings,
  users: ReadonlySet<string>,
  state: StackState,
): string[] {
  const name = snowflakeName(identity);
  const isPerson = duty === "developer";
  if (isPerson && people === "external")
    return users.has(name) ? [] : [`there is no user \`${name}\`, and people are \`external\`: make it first`];
  const [mine, other] = isPerson ? [state.User, state.ServiceUser] : [state.ServiceUser, state.User];
  if (!users.has(name) || mine.has(name)) return [];
  // The provider has a resource for each, and the new one would be made before the old one is gone.
  if (other.has(name))
    return [
      `user \`${name}\` is a ${isPerson ? "service" : "person"}: leave \`${identity}\` out of the roster for one deployment`,
    ];
  return [taken("user", name)];
}
