import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../access/plan";
import { capacityWarnings } from "./capacity";
import { declareWarehouse } from "./declare";
import { beginDeployment } from "./life/lifecycle";
import { preflight } from "./preflight";
import type { Connection, Settings } from "./settings";

/**
 * Asks the server whether the plan can be deployed, and declares it.
 *
 * @returns the password of each identity, in the clear: make it a secret before it leaves the program
 */
export async function deploy(
  plan: AccessPlan,
  sources: readonly string[],
  settings: Settings,
  connection: Connection,
): Promise<Record<string, string>> {
  const expiries = await preflight(connection, settings.database, plan);
  for (const warning of await capacityWarnings(plan, connection, settings.database)) pulumi.log.warn(warning);
  if (!pulumi.runtime.isDryRun()) await beginDeployment(connection, settings.database, plan);
  return declareWarehouse(plan, sources, settings, connection, expiries);
}
