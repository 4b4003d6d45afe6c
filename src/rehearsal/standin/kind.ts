import type { Client } from "pg";
import type { z } from "zod";
import type { Inputs } from "./resource";

/** The deploying admin's session, inside the transaction of one step. */
export interface Admin {
  readonly client: Client;
  readonly user: string;
  readonly superuser: boolean;
  /** `server_version_num`. */
  readonly version: number;
}

/**
 * What the provider does for one type of resource. Methods rather than function properties: the table of kinds pairs
 * each with inputs that its own schema has parsed, which the type system cannot follow.
 */
export interface Kind<I extends Inputs = Inputs> {
  /** Every property that the stand-in follows; a strict object, so that others are refused. */
  readonly inputs: z.ZodType<I>;
  /** Properties that cannot change in place (`ForceNew` upstream). */
  readonly replacedBy: readonly string[];
  create(admin: Admin, inputs: I): Promise<void>;
  update(admin: Admin, before: I, after: I): Promise<void>;
  remove(admin: Admin, inputs: I): Promise<void>;
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
