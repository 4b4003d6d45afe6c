import * as pulumi from "@pulumi/pulumi";
import type { Client } from "pg";
import type { AccessPlan } from "../../../access/plan";
import { resourceHook } from "../../hooks";
import { connectAdmin } from "../preflight";
import { identifier } from "../quote";
import type { Connection } from "../settings";
import { type Admin, adminOf, join, transaction } from "./admin";
import { endAccess } from "./endAccess";
import { closeSetRole, giveBack, makeReadable, type Own, ownOf, setPassword } from "./logins";
import { retire } from "./retire";

/** The hooks of a deployment, by what they belong to. */
export interface Lifecycle {
  readonly login: pulumi.ResourceHookBinding;
  readonly group: pulumi.ResourceHookBinding;
  readonly schema: pulumi.ResourceHookBinding;
}

/** Two sessions of the admin: one that acts, one that looks what it waits for. */
type Work<T> = (admin: Admin, watcher: Client) => Promise<T>;

/**
 * What happens around the provider's own steps, which knows neither who else has a hand in the warehouse nor who leaves.
 *
 * @param passwords by identity, complete when the first step is taken
 */
export function lifecycleOf(
  connection: Connection,
  database: string,
  plan: AccessPlan,
  passwords: Readonly<Record<string, string>>,
): Lifecycle {
  const connect = (to: string) => connectAdmin(connection, to);
  const asAdmin = <T>(work: Work<T>) => withAdmin(connect, database, work);
  const own = new Map<string, Own>();

  const leave = resourceHook("role-leaves", async ({ oldInputs }) => {
    const name = String(oldInputs?.name);
    await asAdmin(async (admin, watcher) => {
      await endAccess(admin, watcher, name, tell);
      await retire(admin, watcher, connect, name, tell);
    });
  });
  const keep = resourceHook("login-keeps-its-own", async ({ newInputs }) => {
    const name = String(newInputs?.name);
    own.set(name, await asAdmin((admin) => ownOf(admin, name, plan)));
  });
  const settle = resourceHook("login-settles", async ({ newInputs }) => {
    const name = String(newInputs?.name);
    await asAdmin(async (admin) => {
      await closeSetRole(admin, plan, name);
      const kept = own.get(name);
      if (kept) await giveBack(admin, name, kept, tell);
      // Whoever was on the way out, and stays, has a new role that nobody ever gave a password.
      const password = passwords[name];
      if (kept?.lockedOut && password !== undefined) await setPassword(admin, name, password);
    });
  });
  const takeOver = resourceHook("schema-is-taken-over", async ({ newInputs }) => {
    const { name, owner } = newInputs as { name: string; owner?: string };
    await asAdmin((admin) => takeOverSchema(admin, name, owner));
  });
  const takeBack = resourceHook("schema-is-taken-back", async ({ newInputs }) => {
    const { name, owner } = newInputs as { name: string; owner?: string };
    await asAdmin((admin) => takeOverSchema(admin, name, owner, owner));
  });
  return {
    login: { afterCreate: settle, beforeUpdate: keep, afterUpdate: settle, beforeDelete: leave },
    group: { beforeDelete: leave },
    schema: { beforeCreate: takeOver, beforeUpdate: takeBack },
  };
}

/**
 * Comes before the first resource of a deployment, and never in a preview: whoever is in the stack and not in the plan
 * loses access at once, whatever becomes of the rest; nobody may act as a group any more; and what logins have set for
 * themselves can be read.
 */
export async function beginDeployment(
  connection: Connection,
  database: string,
  plan: AccessPlan,
  inStack: ReadonlySet<string>,
): Promise<void> {
  const staying = new Set([...plan.roles, ...plan.identities].map(({ name }) => name));
  const leaving = [...inStack].filter((name) => !staying.has(name));
  const connect = (to: string) => connectAdmin(connection, to);
  await withAdmin(connect, database, async (admin, watcher) => {
    for (const name of leaving) await endAccess(admin, watcher, name, tell);
    await closeSetRole(admin, plan);
    await makeReadable(admin, plan);
  });
}

function tell(what: string): void {
  void pulumi.log.warn(what);
}

async function withAdmin<T>(
  connect: (database: string) => Promise<Client>,
  database: string,
  work: Work<T>,
): Promise<T> {
  const client = await connect(database);
  try {
    const watcher = await connect(database);
    try {
      return await work(await adminOf(client), watcher);
    } finally {
      await watcher.end();
    }
  } finally {
    await client.end();
  }
}

/**
 * A schema that is there already comes to the admin first: only a member of its owner could give it to somebody.
 *
 * @param to the owner-to-be where the provider, which joins it to create a schema, would not do so to change one
 */
async function takeOverSchema(admin: Admin, name: string, owner: string | undefined, to = admin.user): Promise<void> {
  const { client, superuser } = admin;
  if (superuser) return;
  const { rows } = await client.query<{ owner: string }>(
    "select rolname as owner from pg_namespace join pg_roles as r on r.oid = nspowner where nspname = $1",
    [name],
  );
  const current = rows[0]?.owner;
  if (current === undefined || current === owner || current === to) return;
  await transaction(admin, async () => {
    const leave = await join(admin, [current, to]);
    await client.query(`alter schema ${identifier(name)} owner to ${identifier(to)}`);
    await leave();
  });
}
