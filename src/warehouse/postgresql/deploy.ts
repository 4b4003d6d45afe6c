import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../access/plan";
import { declareWarehouse } from "./declare";
import { preflight } from "./preflight";
import type { Connection, Settings } from "./settings";
import { readStackState } from "./stackState";

/**
 * Asks the warehouse whether the plan can be deployed, and declares it.
 *
 * @returns the password of each identity, in the clear: make it a secret before it leaves the program
 */
export async function deploy(
  plan: AccessPlan,
  sources: readonly string[],
  settings: Settings,
  connection: Connection,
): Promise<Record<string, string>> {
  const { warnings, ...found } = await preflight(connection, { plan, settings, state: await readStackState() });
  for (const warning of warnings) pulumi.log.warn(warning);
  return declareWarehouse(plan, sources, settings, connection, found);
}
