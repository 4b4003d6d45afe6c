import { setTimeout } from "node:timers/promises";
import { type Client, DatabaseError } from "pg";
import { UserError } from "../../messages/userError";
import { CI_SCHEMA } from "../../names";
import { type OwnOptions, textOf } from "../options";
import type { CiClient, Lease } from "../warehouse";
import { withWarehouse } from "./connect";
import { identifier } from "./quote";
import { readSql } from "./readSql";

const CALL = (name: string) => identifier(CI_SCHEMA, name);

/** What `ci.reap` would take: it has the same condition in its body. */
const DUE = `select l.schema from ${CALL("leases")}() as l, (select $1::interval as older_than) as asked
  where ${readSql("due")}`;

/** CI's functions on PostgreSQL (src/warehouses/postgresql/sql). */
export function ciClient(own: OwnOptions): CiClient {
  const url = textOf(own, "url");
  const schemas = async (sql: string, values: readonly string[]) =>
    (await ask<{ schema: string }>(url, sql, values)).map(({ schema }) => schema);
  const interval = (age: number) => [`${age} milliseconds`];
  return {
    open: (run) => schemas(`select schema from ${CALL("open")}($1) as schema`, [run]),
    close: (run) => schemas(`select schema from ${CALL("close")}($1) as schema`, [run]),
    reap: (age) => schemas(`select schema from ${CALL("reap")}($1::interval) as schema`, interval(age)),
    due: (age) => schemas(DUE, interval(age)),
    leases: () => ask<Lease>(url, `select schema, run, owner, opened, expires from ${CALL("leases")}()`, []),
  };
}

async function ask<Row extends object>(
  url: string | undefined,
  sql: string,
  values: readonly string[],
): Promise<Row[]> {
  return withWarehouse(url, async (client) => {
    try {
      return await askPatiently<Row>(client, sql, values);
    } catch (error) {
      throw refusalOf(error);
    }
  });
}

/** Two commands that make or drop the same schemas can fail each other; each leaves nothing behind, so try again. */
const CONFLICTS = ["40P01", "XX000", "3F000"];
const MAX_ATTEMPTS = 5;

async function askPatiently<Row extends object>(client: Client, sql: string, values: readonly string[]) {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } catch (error) {
      const isConflict = error instanceof DatabaseError && CONFLICTS.includes(error.code ?? "");
      if (!isConflict || attempt === MAX_ATTEMPTS) throw error;
      await setTimeout(100 * attempt);
    }
  }
}

/** What the functions refuse in words of their own; anything else passes. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  switch (error.code) {
    case "3F000":
    case "42883":
      return new UserError(`the warehouse has no CI functions: ${error.message}`, "deploy a roster with a CI service");
    case "42501":
      return new UserError(`${error.message} (42501)`, "log in as a service of duty `ci`");
    case "42P06":
      return new UserError(error.message, "choose another run, or wait until its owner closes it");
    default:
      return new UserError(`${error.message} (${error.code})`, error.hint);
  }
}
