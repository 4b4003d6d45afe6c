import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../../access/plan";
import { beginDeployment, prepareLogins } from "../lifecycle/lifecycle";
import { capacityWarnings } from "../preflight/capacity";
import { preflight } from "../preflight/preflight";
import type { Connection, Settings } from "../settings";
import { declareWarehouse } from "./declare";
import { readStackState } from "./stackState";

/**
 * Ends the access of those who leave, asks the warehouse whether the plan can be deployed, and declares it.
 *
 * @returns the password of each identity, in the clear: make it a secret before it leaves the program
 */
export async function deploy(
  plan: AccessPlan,
  sources: readonly string[],
  settings: Settings,
  connection: Connection,
): Promise<Record<string, string>> {
  const state = await readStackState();
  const isDeployment = !pulumi.runtime.isDryRun();
  if (isDeployment) await beginDeployment(connection, settings.database, plan, state.roles);
  const { warnings, ...found } = await preflight(connection, { plan, settings, state });
  for (const warning of [...warnings, ...(await capacityWarnings(plan, connection, settings.database))])
    pulumi.log.warn(warning);
  if (isDeployment) await prepareLogins(connection, settings.database, plan);
  return declareWarehouse(plan, sources, settings, connection, found);
}
