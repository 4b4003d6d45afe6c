import type { AccessPlan } from "../../../access/plan";
import { UserError } from "../../../messages/userError";
import { partsOf, type StackState } from "../deploy/stackState";
import { membersOf, unquoted } from "../preflight/authority";
import { declaredRoles } from "../preflight/takenNames";
import { exactly, snowflakeName } from "../quote";
import type { Session } from "../session";

/** Users and roles that the stack has made and the plan no longer has. */
export interface Leavers {
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

export function leaversOf(plan: AccessPlan, state: StackState): Leavers {
  const staying = new Set(plan.identities.map(({ name }) => snowflakeName(name)));
  const declared = declaredRoles(plan);
  return {
    users: [...state.User, ...state.ServiceUser].filter((name) => !staying.has(name)),
    roles: [...state.AccountRole].filter((name) => !declared.has(name)),
  };
}

/**
 * Ends access, whatever else stands in the way of a removal: users are disabled, which ends their sessions ("ALTER USER",
 * DISABLED), and roles are nobody's and in no group any more. Each is a statement of its own that nothing of the leaver's
 * can block; what fails is told when everything else is done.
 *
 * @param parentRole keeps the roles: administrators reach through it what they own
 * @throws UserError with every statement that was refused
 */
export async function endAccess(
  session: Session,
  { users, roles }: Leavers,
  memberships: StackState["memberships"],
  parentRole: string,
): Promise<void> {
  const refused: string[] = [];
  const attempt = async (sql: string) => {
    const problem = await tryStatement(session, sql);
    if (problem !== undefined) refused.push(problem);
  };
  for (const user of users) await attempt(`ALTER USER IF EXISTS ${exactly(user)} SET DISABLED = TRUE`);
  // What the stack has granted needs no looking up: of SHOW GRANTS somebody could make more rows than it gives.
  const known = [...memberships].map(partsOf);
  const ours = known.filter(({ role, kind, member }) =>
    kind === "USER" && users.includes(member)
      ? true
      : roles.includes(role) || (kind === "ROLE" && roles.includes(member)),
  );
  for (const { role, kind, member } of ours) if (member !== parentRole) await attempt(revoke(role, kind, member));
  for (const role of roles) for (const sql of await otherMemberships(session, role, parentRole)) await attempt(sql);
  if (refused.length === 0) return;
  throw new UserError(
    `cannot lock out everybody who leaves:\n${refused.join("\n")}`,
    "run the statements as ACCOUNTADMIN, and deploy again",
  );
}

/** The statements that take a role from whoever has it, and out of whatever it is in. */
export async function otherMemberships(session: Session, role: string, parentRole: string): Promise<string[]> {
  const found = await ifThere(session.query(`SHOW GRANTS TO ROLE ${exactly(role)}`));
  if (found === undefined) return [];
  const members = (await membersOf(session, role)).filter(({ name }) => name !== parentRole);
  const groups = found.filter(({ privilege, granted_on }) => privilege === "USAGE" && granted_on === "ROLE");
  return [
    ...members.map(({ kind, name }) => revoke(role, kind, name)),
    ...groups.map(({ name }) => revoke(unquoted(name), "ROLE", role)),
  ];
}

function revoke(role: string, kind: string, member: string): string {
  return `REVOKE ROLE ${exactly(role)} FROM ${kind} ${exactly(member)}`;
}

/** @returns why not; whoever is gone has lost it all */
async function tryStatement(session: Session, sql: string): Promise<string | undefined> {
  try {
    await ifThere(session.query(sql));
    return undefined;
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown };
    return `${sql}: ${message.replaceAll(/\s+/g, " ").trim()} (${code})`;
  }
}

/** The answer, unless the role or user is not there (any more). */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (NOT_THERE.includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}

/** "Object does not exist or not authorized", of a name and of what SHOW lists. */
const NOT_THERE = ["002003", "002043"];
