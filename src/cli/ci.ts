import { setTimeout } from "node:timers/promises";
import { type Client, DatabaseError } from "pg";
import { CI_SCHEMA } from "../access/names";
import { UserError } from "../errors";
import { runPrefix } from "../handoff/run";
import { alignColumns } from "../report/matrixText";
import { parseDuration } from "../roster/durations";
import { quote } from "../roster/quote";
import { identifier } from "../warehouse/postgresql/quote";
import { withWarehouse } from "./connection";
import { EXIT, type ExitCode } from "./exit";

export interface CiOptions {
  /** Default: libpq's environment (PGHOST, PGUSER, …). */
  readonly url?: string;
}

export interface ReapOptions extends CiOptions {
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

export interface ListOptions extends CiOptions {
  readonly format: "text" | "json";
}

/** A throw-away schema that exists. */
interface Lease {
  readonly schema: string;
  readonly run: string;
  readonly owner: string;
  readonly opened: Date;
  readonly expires: Date;
}

const CALL = (name: string) => identifier(CI_SCHEMA, name);

/** What `ci.reap` would take (src/warehouse/postgresql/sql/reap.sql has the same rule). */
const DUE = `select schema from ${CALL("leases")}()
  where opened < now() - $1::interval and (owner = session_user or expires < now())`;

/** `one-env ci open <run>`: prints the run's schemas, one a line. Again for the same run: mends and prolongs. */
export async function runCiOpen(run: string, { url }: CiOptions): Promise<ExitCode> {
  runPrefix(run);
  print(await ask(url, `select schema from ${CALL("open")}($1) as schema`, [run]));
  return EXIT.fine;
}

/** `one-env ci close <run>`: prints the schemas that are gone; none when there was nothing of ours to close. */
export async function runCiClose(run: string, { url }: CiOptions): Promise<ExitCode> {
  runPrefix(run);
  print(await ask(url, `select schema from ${CALL("close")}($1) as schema`, [run]));
  return EXIT.fine;
}

/** `one-env ci reap`: prints the schemas that are gone, or would be. */
export async function runCiReap({ url, olderThan, dryRun = false }: ReapOptions): Promise<ExitCode> {
  const age = parseDuration(olderThan);
  if (age === undefined)
    throw new UserError(
      `${quote(olderThan)} is not a duration`,
      "write a whole number and a unit: `30min`, `24h`, `7d`",
    );
  const reap = dryRun ? DUE : `select schema from ${CALL("reap")}($1::interval) as schema`;
  print(await ask(url, reap, [`${age} milliseconds`]));
  return EXIT.fine;
}

/** `one-env ci list`: every lease, whosever it is. */
export async function runCiList({ url, format }: ListOptions): Promise<ExitCode> {
  const leases = await ask<Lease>(url, `select schema, run, owner, opened, expires from ${CALL("leases")}()`, []);
  if (format === "json") process.stdout.write(`${JSON.stringify(leases, null, 2)}\n`);
  else process.stdout.write(renderLeases(leases));
  return EXIT.fine;
}

function print(rows: readonly { schema: string }[]): void {
  for (const { schema } of rows) process.stdout.write(`${schema}\n`);
}

function renderLeases(leases: readonly Lease[]): string {
  if (leases.length === 0) return "no CI schemas\n";
  const minute = (date: Date) => `${date.toISOString().slice(0, 16)}Z`;
  const rows = [
    ["schema", "run", "owner", "opened", "expires"],
    ...leases.map(({ schema, run, owner, opened, expires }) => [schema, run, owner, minute(opened), minute(expires)]),
  ];
  return `${alignColumns(rows)}\n`;
}

async function ask<Row extends { schema: string } = { schema: string }>(
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
