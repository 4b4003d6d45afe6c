/** The live warehouse against the plan: too much, and too little. */
import type { Client } from "pg";
import { type AuditFinding, inOrder } from "../../../audit/finding";
import { PROD } from "../../../names";
import { functionSchemas } from "../deploy/planned";
import { stateOf } from "../deploy/stackState";
import { serverRolesOf } from "../preflight/serverRoles";
import { absentFindings } from "./absent";
import { besideFindings } from "./beside";
import { defaultFindings } from "./defaults";
import { readFacts } from "./facts";
import { functionFindings } from "./functions";
import { grantFindings } from "./grants";
import { leaseFindings } from "./leases";
import { leftOverFindings } from "./leftOvers";
import { limitFindings } from "./limits";
import { loginFindings } from "./logins";
import { membershipFindings } from "./memberships";
import { missingFindings } from "./missing";
import { ownerFindings } from "./owners";
import { roleFindings } from "./roles";
import { type AuditedRoster, type AuditSettings, type Scene, sceneOf } from "./scene";
import { dependentFindings, shownFindings } from "./shown";
import { systemFindings } from "./system";

const CHECKS: readonly ((scene: Scene) => AuditFinding[])[] = [
  absentFindings,
  roleFindings,
  limitFindings,
  loginFindings,
  ownerFindings,
  functionFindings,
  membershipFindings,
  grantFindings,
  missingFindings,
  systemFindings,
  shownFindings,
  defaultFindings,
  besideFindings,
  leaseFindings,
  leftOverFindings,
  dependentFindings,
];

/**
 * Everything in which the live warehouse is not as the roster says, in one read-only snapshot; nothing is changed, and
 * what the stack has deployed is not asked.
 *
 * @param client a session of the deploying admin in the warehouse's database: the statements that mend are for it
 * @param now decides which leases and accesses are over
 */
export async function auditWarehouse(
  client: Client,
  roster: AuditedRoster,
  settings: AuditSettings,
  now: Date,
): Promise<AuditFinding[]> {
  await client.query("begin isolation level repeatable read, read only");
  try {
    return await audit(client, roster, settings, now);
  } finally {
    await client.query("rollback");
  }
}

/** The same within the caller's transaction. */
export async function audit(
  client: Client,
  roster: AuditedRoster,
  settings: AuditSettings,
  now: Date,
): Promise<AuditFinding[]> {
  const scene = await look(client, roster, settings, now);
  return inOrder(CHECKS.flatMap((check) => check(scene)));
}

async function look(client: Client, audited: AuditedRoster, settings: AuditSettings, now: Date): Promise<Scene> {
  const { plan } = audited.paths;
  const { rows } = await client.query<{ user: string }>("select current_user as user");
  const admin = settings.admin ?? rows[0]?.user ?? "";
  // What the plan declares is taken as deployed.
  const nothing = stateOf([]);
  const facts = await readFacts(client, {
    functionSchemas: [...functionSchemas(plan).keys()],
    of(roles, memberships) {
      const { trusted } = serverRolesOf(admin, plan, nothing, roles, memberships);
      const people = plan.identities.map(({ name }) => name);
      return { tellers: [PROD, ...trusted, ...people], trusted: [...trusted] };
    },
  });
  const server = serverRolesOf(admin, plan, nothing, facts.roles, facts.memberships);
  return sceneOf(facts, audited, settings, server, now);
}
