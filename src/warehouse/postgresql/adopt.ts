import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { identifier } from "./quote";

/**
 * The statements that would make everything in a role's schemas belong to the role: for a warehouse that was there
 * before us, and for somebody who comes back (their schemas return with the next deployment, their tables stayed with
 * the admin).
 *
 * @param role owner of the schemas: a developer, or `prod`
 */
export async function adoptionOf(client: Client, role: string, schemas: readonly string[]): Promise<string[]> {
  const query = readFileSync(join(__dirname, "sql", "adopt.sql"), "utf8");
  const { rows } = await client.query<{ statement: string }>(query, [role, schemas]);
  return rows.map(({ statement }) => statement);
}

/**
 * Executes them in one transaction. An admin who is no superuser joins the role for as long as it takes, which ALTER …
 * OWNER asks for.
 */
export async function adopt(client: Client, role: string, statements: readonly string[]): Promise<void> {
  const superuser = await client.query("select rolsuper from pg_roles where rolname = current_user");
  const joins = superuser.rows[0]?.rolsuper !== true;
  await client.query("begin");
  try {
    if (joins) await client.query(`grant ${identifier(role)} to current_user`);
    for (const statement of statements) await client.query(statement);
    if (joins) await client.query(`revoke ${identifier(role)} from current_user`);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
