import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../access/plan";
import { declareWarehouse } from "./declare";
import { preflight } from "./preflight";
import type { Connection, Settings } from "./settings";
import { keyWarnings } from "./warnings";

/**
 * Asks the account whether the plan can be deployed, and declares it. Nothing secret is handed out: who logs in with a
 * key has made it.
 */
export async function deploy(
  plan: AccessPlan,
  sources: readonly string[],
  settings: Settings,
  connection: Connection,
): Promise<Record<string, never>> {
  for (const warning of keyWarnings(plan, settings)) pulumi.log.warn(warning);
  const existing = await preflight(connection, settings, plan);
  declareWarehouse(plan, sources, settings, connection, existing);
  return {};
}
