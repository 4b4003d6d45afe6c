import type { Client } from "pg";

/** The deploying admin's session. */
export interface Admin {
  readonly client: Client;
  readonly user: string;
  readonly superuser: boolean;
  /** `server_version_num`. */
  readonly version: number;
}

/** Since then a membership says itself whether it is inherited and may be SET (release notes of 16). */
export const OPTIONS_OF_MEMBERSHIPS = 160_000;

export async function adminOf(client: Client): Promise<Admin> {
  const { rows } = await client.query<Omit<Admin, "client">>(`
    select rolname as user, rolsuper as superuser, current_setting('server_version_num')::int as version
      from pg_roles where rolname = current_user`);
  return { client, ...(rows[0] as Omit<Admin, "client">) };
}

/** One transaction; an error undoes it and is thrown on. */
export async function transaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/** Runs one statement. */
export async function execute({ client }: Admin, sql: string): Promise<void> {
  await client.query(sql);
}

/** The first column of a query's rows. */
export async function column(admin: Admin, sql: string, values: readonly string[] = []): Promise<string[]> {
  const { rows } = await admin.client.query<string[]>({ text: sql, values: [...values], rowMode: "array" });
  return rows.map(([first]) => first as string);
}
