import type { Admin } from "../admin";

/** Runs one statement. */
export async function execute({ client }: Admin, sql: string): Promise<void> {
  await client.query(sql);
}

/** The first column of a query's rows. */
export async function column(admin: Admin, sql: string, values: readonly string[] = []): Promise<string[]> {
  const { rows } = await admin.client.query<string[]>({ text: sql, values: [...values], rowMode: "array" });
  return rows.map(([first]) => first as string);
}
