import * as postgresql from "@pulumi/postgresql";
import type { AccessPlan } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { lifecycleOf } from "../lifecycle/lifecycle";
import type { PreflightResult } from "../preflight/preflight";
import type { Connection, Settings } from "../settings";
import { Unblocking } from "../unblocking";
import { CiFunctions } from "./ciFunctions";
import { Database } from "./database";
import { Member } from "./member";
import { derivePassword } from "./passwords";
import { Privileges } from "./privileges";
import { Production } from "./production";
import type { DeployContext } from "./resources";
import { Roles } from "./roles";

/**
 * Declares the plan on PostgreSQL (docs/access-model.md).
 *
 * @returns the password of each identity, in the clear: make it a secret before it leaves the program
 */
export function declareWarehouse(
  plan: AccessPlan,
  sources: readonly string[],
  { database, passwordSeed }: Settings,
  connection: Connection,
  found: Omit<PreflightResult, "warnings">,
): Record<string, string> {
  // An explicit provider ignores the stack's configuration (PU-1), so it gets all of it; and it must look after the
  // warehouse's own database, where the things that a leaving role owns are (PG-2).
  const provider = new postgresql.Provider("warehouse", { ...connection, database, maxConnections: 1 });
  const passwords: Record<string, string> = {};
  const life = lifecycleOf(connection, database, plan, passwords, found.roles);
  const roles = new Roles(plan, found, life, provider);
  const members = new Map<string, Member>();
  for (const identity of plan.identities) {
    const { name, rotation } = identity;
    const password = derivePassword(passwordSeed, name, rotation);
    passwords[name] = password;
    members.set(name, new Member(identity, password, roles, provider));
  }
  const privileges = new Privileges(database, roles);
  const admin = connection.username;
  const warehouse: DeployContext = {
    plan,
    database,
    admin,
    provider,
    roles,
    life,
    privileges,
    foreignRoutines: found.foreignRoutines,
  };
  const personal = groupBy(
    plan.schemas.filter(({ kind }) => kind === "personal"),
    ({ owner }) => owner,
  );

  new Production(warehouse);
  for (const [name, member] of members) member.declareContents(warehouse, personal.get(name) ?? []);
  new Database(warehouse, members);
  if (plan.schemas.some(({ kind }) => kind === "throwaway")) new CiFunctions(warehouse, sources);
  new Unblocking(warehouse);
  privileges.declareGrants();
  return passwords;
}
