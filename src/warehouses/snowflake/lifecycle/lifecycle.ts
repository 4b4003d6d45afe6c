import type * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../../access/plan";
import { UserError } from "../../../messages/userError";
import { resourceHook } from "../../../stack/hooks";
import type { StackState } from "../deploy/stackState";
import { withSession } from "../session";
import type { Connection, Settings } from "../settings";
import { endAccess, leaversOf } from "./endAccess";
import { retire } from "./retire";

/** The hooks of a deployment, by what they belong to. */
export interface Lifecycle {
  readonly role: pulumi.ResourceHookBinding;
}

/** What happens around the provider's own steps, whose DROP ROLE would make everything the deploying role's. */
export function lifecycleOf(connection: Connection, { parentRole }: Settings): Lifecycle {
  const leave = resourceHook("role-leaves", async ({ oldInputs }) => {
    const name = String(oldInputs?.name);
    await withSession(connection, async (session) => {
      await endAccess(session, { users: [], roles: [name] }, new Set(), parentRole);
      await retire(session, name, parentRole).catch((error: unknown) => {
        throw refusalOf(error, name);
      });
    });
  });
  return { role: { beforeDelete: leave } };
}

function refusalOf(error: unknown, name: string): unknown {
  const { message, code } = error as Error & { code?: unknown };
  if (!/^\d{6}$/.test(String(code))) return error;
  return new UserError(
    `role \`${name}\` is nobody's any more, and cannot be removed: ${message.replaceAll(/\s+/g, " ").trim()} (${code})`,
    "mend it as ACCOUNTADMIN, and deploy again; do not drop the role by hand: what it owns would be yours",
  );
}

/**
 * Comes before everything else in a deployment, the preflight included, and never in a preview: whoever is in the stack
 * and not in the plan loses access at once, whatever becomes of the rest.
 */
export async function beginDeployment(
  connection: Connection,
  { parentRole }: Settings,
  plan: AccessPlan,
  state: StackState,
): Promise<void> {
  const leavers = leaversOf(plan, state);
  if (leavers.users.length + leavers.roles.length === 0) return;
  await withSession(connection, (session) => endAccess(session, leavers, state.memberships, parentRole));
}
