import type { AccessPlan } from "../../../access/plan";
import { UserError } from "../../../messages/userError";
import type { ExistingSchemas } from "../deploy/resources";
import type { StackState } from "../deploy/stackState";
import { isLeft } from "../lifecycle/left";
import { snowflakeName } from "../quote";
import { type Session, withSession } from "../session";
import type { Connection, Settings } from "../settings";
import { authorityOf } from "./authority";
import { databaseAdmins, futureGrants, grantsToEverybody } from "./databaseGrants";
import { currentRole, lackOf, refuseClashes, requireDatabase } from "./deployer";
import { schemasOf, takenSchemas } from "./foundSchemas";
import { unknownMembers } from "./groupMembers";
import { groupOwnership } from "./groupOwnership";
import { inheritedGrants } from "./inheritedGrants";
import { declaredRoles, takenNames } from "./takenNames";
import { takeoverProblems } from "./takeover";
import { trustedGranteesOf } from "./trustedGrantees";
import { behaviorChangeWarnings } from "./warnings";

/** An account that can be deployed to. */
export interface PreflightResult {
  /** The database's schemas. */
  readonly schemas: ExistingSchemas;
  /** What the deployment should be told, and what does not stand in its way. */
  readonly warnings: readonly string[];
}

/**
 * Asks the account, before anything is declared, whether the deployment can succeed and would mean what the plan says.
 * Nothing is changed.
 *
 * @param state what the stack has made so far: all else is somebody else's
 * @throws UserError that lists everything in the way
 */
export async function preflight(
  connection: Connection,
  settings: Settings,
  plan: AccessPlan,
  state: StackState,
): Promise<PreflightResult> {
  const declared = new Set([...plan.roles, ...plan.identities].map(({ name }) => snowflakeName(name)));
  return withSession(connection, async (session) => {
    const role = await currentRole(session, connection.user);
    refuseClashes(declared, connection, role, settings);
    await requireDatabase(session, settings.database, role);
    const lacks = lackOf(
      await authorityOf(session, role, (name) => declared.has(name) || isLeft(name)),
      role,
      settings,
      plan,
    );
    // Without MANAGE GRANTS the account would hide what the rest asks for.
    if (lacks.length > 0) throw new UserError(lacks.join("\n"));
    return examine(session, role, settings, plan, state);
  });
}

async function examine(
  session: Session,
  role: string,
  settings: Settings,
  plan: AccessPlan,
  state: StackState,
): Promise<PreflightResult> {
  const { database } = settings;
  const trustedGrantees = await trustedGranteesOf(
    session,
    role,
    settings,
    new Set([...declaredRoles(plan), ...state.AccountRole]),
  );
  const schemas = await schemasOf(session, database);
  const taken = takenSchemas(plan, role, schemas);
  const problems = [
    ...(await takenNames(session, settings, plan, state)),
    ...(await unknownMembers(session, plan, state, trustedGrantees)),
    ...(await groupOwnership(session, database, plan, state, schemas)),
    ...(await grantsToEverybody(session, database, trustedGrantees)),
    ...(await futureGrants(session, database)),
    ...(await databaseAdmins(session, database, trustedGrantees)),
    ...(await takeoverProblems(session, database, taken, trustedGrantees)),
    ...(await inheritedGrants(session, database, taken, trustedGrantees)),
  ];
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return { schemas, warnings: await behaviorChangeWarnings(session) };
}
