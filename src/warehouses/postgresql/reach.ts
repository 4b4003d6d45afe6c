import type { Client } from "pg";
import { transaction } from "./admin";
import { readSql } from "./readSql";

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
  const query = readSql("reach");
  const { rows } = await client.query<Reach>(query, [[...new Set(roles)]]);
  return new Map(rows.map((row) => [row.name, row]));
}

/** Does some work in a transaction, in which the login acts for some roles: only members may, and superusers. */
export async function actFor<T>(client: Client, roles: readonly string[], work: () => Promise<T>): Promise<T> {
  return transaction(client, async () => {
    const reach = [...(await reachOf(client, roles)).values()];
    for (const { join } of reach) if (join !== null) await client.query(join);
    const result = await work();
    for (const { leave } of reach) if (leave !== null) await client.query(leave);
    return result;
  });
}
