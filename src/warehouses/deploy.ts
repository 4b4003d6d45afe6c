import type { AccessPlan } from "../access/plan";
import type { StackSettings } from "./settings";

/**
 * Declares the plan on the stack's warehouse. Only that warehouse's package is loaded: a provider's plugin starts as soon
 * as its package is in the program, used or not (FINDINGS, PostgreSQL 18).
 *
 * @returns the secrets to hand out, by identity, in the clear
 * @throws UserError when the warehouse is not fit for it; nothing is declared then
 */
export async function deploy(
  plan: AccessPlan,
  sources: readonly string[],
  stack: StackSettings,
): Promise<Record<string, string>> {
  switch (stack.warehouse) {
    case "postgresql": {
      const { deploy } = await import("./postgresql/deploy/deploy.js");
      return deploy(plan, sources, stack.settings, stack.connection);
    }
    case "snowflake": {
      const { deploy } = await import("./snowflake/deploy/deploy.js");
      return deploy(plan, sources, stack.settings, stack.connection);
    }
  }
}
