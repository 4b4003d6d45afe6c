import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../../access/plan";
import { beginDeployment } from "../lifecycle/lifecycle";
import { preflight } from "../preflight/preflight";
import { keyWarnings } from "../preflight/warnings";
import type { Connection, Settings } from "../settings";
import { declareWarehouse } from "./declare";
import { readStackState } from "./stackState";

/**
 * Ends the access of those who leave, asks the account whether the plan can be deployed, and declares it. Nothing secret is
 * handed out: who logs in with a key has made it.
 */
export async function deploy(
  plan: AccessPlan,
  sources: readonly string[],
  settings: Settings,
  connection: Connection,
): Promise<Record<string, never>> {
  for (const warning of keyWarnings(plan, settings)) pulumi.log.warn(warning);
  const state = await readStackState();
  if (!pulumi.runtime.isDryRun()) await beginDeployment(connection, settings, plan, state);
  const { schemas, warnings } = await preflight(connection, settings, plan, state);
  for (const warning of warnings) pulumi.log.warn(warning);
  declareWarehouse(plan, sources, settings, connection, schemas);
  return {};
}
