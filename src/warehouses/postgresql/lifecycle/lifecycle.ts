import * as pulumi from "@pulumi/pulumi";
import type { Client } from "pg";
import type { AccessPlan } from "../../../access/plan";
import { LEFT } from "../../../names";
import { resourceHook } from "../../../stack/hooks";
import { type Admin, adminOf } from "../admin";
import { connectAdmin, withClient } from "../preflight/preflight";
import { identifier } from "../quote";
import { actFor, reachOf } from "../reach";
import type { Connection } from "../settings";
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
 * What a deployment does around the provider's own steps: the provider knows neither who else changes the warehouse nor
 * who leaves.
 *
 * @param passwords by identity, complete when the first step is taken
 * @param taken roles that are imported: what they bring along becomes the roster's
 */
export function lifecycleOf(
  connection: Connection,
  database: string,
  plan: AccessPlan,
  passwords: Readonly<Record<string, string>>,
  taken: ReadonlySet<string>,
): Lifecycle {
  const connect = (to: string) => connectAdmin(connection, to);
  const asAdmin = <T>(work: Work<T>) => withAdmin(connection, database, work);
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
    if (!taken.has(name)) own.set(name, await asAdmin((admin) => ownOf(admin, name, plan)));
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
 * Comes before everything else in a deployment, the preflight included, and never in a preview: whoever is in the stack
 * and not in the plan loses access at once, whatever becomes of the rest.
 */
export async function beginDeployment(
  connection: Connection,
  database: string,
  plan: AccessPlan,
  inStack: ReadonlySet<string>,
): Promise<void> {
  const staying = new Set([...plan.roles, ...plan.identities].map(({ name }) => name));
  const leaving = [...inStack].filter((name) => !staying.has(name));
  if (leaving.length === 0) return;
  await withAdmin(connection, database, async (admin, watcher) => {
    for (const name of leaving) await endAccess(admin, watcher, name, tell);
  });
}

/**
 * Comes before the first resource, and never in a preview: nobody may act as a group any more, and the provider can read
 * what logins have set for themselves.
 */
export async function prepareLogins(connection: Connection, database: string, plan: AccessPlan): Promise<void> {
  await withClient(connection, database, async (client) => {
    const admin = await adminOf(client);
    await closeSetRole(admin, plan);
    await makeReadable(admin, plan);
  });
}

function tell(what: string): void {
  void pulumi.log.warn(what);
}

function withAdmin<T>(connection: Connection, database: string, work: Work<T>): Promise<T> {
  return withClient(connection, database, async (client) =>
    withClient(connection, database, async (watcher) => work(await adminOf(client), watcher)),
  );
}

/**
 * A schema that is there already comes to the admin first: only a member of its owner could give it to somebody.
 *
 * @param to the owner-to-be where the provider, which joins it to create a schema, would not do so to change one
 */
async function takeOverSchema(
  { client, user, superuser }: Admin,
  name: string,
  owner: string | undefined,
  to = user,
): Promise<void> {
  if (superuser) return;
  const { rows } = await client.query<{ owner: string }>(
    "select rolname as owner from pg_namespace join pg_roles as r on r.oid = nspowner where nspname = $1",
    [name],
  );
  const current = rows[0]?.owner;
  if (current === undefined || current === owner || current === to) return;
  await actFor(client, [current, to], () =>
    client.query(`alter schema ${identifier(name)} owner to ${identifier(to)}`),
  );
  // What is in it stays that role's until it is adopted, and the provider, which joins the owners of tables alone, grants
  // and revokes on all of it.
  if (current.startsWith(LEFT)) await stayIn(client, current);
}

async function stayIn(client: Client, role: string): Promise<void> {
  const join = (await reachOf(client, [role])).get(role)?.join;
  if (join) await client.query(join);
}
