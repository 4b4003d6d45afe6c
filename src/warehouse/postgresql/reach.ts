import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";

/** Whether the login can act for a role, and how. */
export interface Reach {
  readonly name: string;
  readonly reachable: boolean;
  /** Null: it can already. */
  readonly join: string | null;
  /** Takes back what {@link join} gave, and nothing else. */
  readonly leave: string | null;
}

/** How the login reaches each of some roles; those that do not exist are left out. */
export async function reachOf(client: Client, roles: readonly string[]): Promise<ReadonlyMap<string, Reach>> {
  const query = readFileSync(join(__dirname, "sql", "reach.sql"), "utf8");
  const { rows } = await client.query<Reach>(query, [[...new Set(roles)]]);
  return new Map(rows.map((row) => [row.name, row]));
}

/** Does some work in a transaction, in which the login acts for some roles. */
export async function actFor(client: Client, roles: readonly string[], work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    const reach = [...(await reachOf(client, roles)).values()];
    for (const { join } of reach) if (join !== null) await client.query(join);
    await work();
    for (const { leave } of reach) if (leave !== null) await client.query(leave);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
