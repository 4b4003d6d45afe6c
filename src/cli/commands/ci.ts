import { runPrefix } from "../../environment/run";
import type { WarehouseKind } from "../../environment/warehouse";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { alignColumns } from "../../report/matrix/matrixText";
import { parseDuration } from "../../roster/rules/durations";
import { warehouseKind } from "../../warehouses/chosen";
import { EXIT, type ExitCode } from "../exit";

export interface CiOptions {
  /** Default: that of the stack; PostgreSQL where there is a URL. */
  readonly warehouse?: WarehouseKind;
  /** PostgreSQL only; default: libpq's environment (PGHOST, PGUSER, …). */
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
export interface Lease {
  readonly schema: string;
  readonly run: string;
  readonly owner: string;
  readonly opened: Date;
  readonly expires: Date;
}

/** What a CI service may ask the warehouse for; each call logs in anew. Names of schemas are the warehouse's. */
export interface CiClient {
  open(run: string): Promise<string[]>;
  close(run: string): Promise<string[]>;
  /** @param age milliseconds */
  reap(age: number): Promise<string[]>;
  /** What `reap` would take. */
  due(age: number): Promise<string[]>;
  leases(): Promise<Lease[]>;
}

async function ciClientOf({ warehouse, url }: CiOptions): Promise<CiClient> {
  const kind = warehouseKind(warehouse ?? (url === undefined ? undefined : "postgresql"));
  switch (kind) {
    case "postgresql":
      return (await import("../../warehouses/postgresql/ci.js")).postgresqlCiClient(url);
    case "snowflake":
      return (await import("../../warehouses/snowflake/ci.js")).snowflakeCiClient();
  }
}

/** `one-env ci open <run>`: prints the run's schemas, one a line. Again for the same run: mends and prolongs. */
export async function runCiOpen(run: string, options: CiOptions): Promise<ExitCode> {
  runPrefix(run);
  return print(await (await ciClientOf(options)).open(run));
}

/** `one-env ci close <run>`: prints the schemas that are gone; none when there was nothing of ours to close. */
export async function runCiClose(run: string, options: CiOptions): Promise<ExitCode> {
  runPrefix(run);
  return print(await (await ciClientOf(options)).close(run));
}

/** `one-env ci reap`: prints the schemas that are gone, or would be. */
export async function runCiReap({ olderThan, dryRun = false, ...options }: ReapOptions): Promise<ExitCode> {
  const age = parseDuration(olderThan);
  if (age === undefined)
    throw new UserError(
      `${quote(olderThan)} is not a duration`,
      "write a whole number and a unit: `30min`, `24h`, `7d`",
    );
  const client = await ciClientOf(options);
  return print(await (dryRun ? client.due(age) : client.reap(age)));
}

/** `one-env ci list`: every lease, whosever it is. */
export async function runCiList({ format, ...options }: ListOptions): Promise<ExitCode> {
  const leases = await (await ciClientOf(options)).leases();
  if (format === "json") process.stdout.write(`${JSON.stringify(leases, null, 2)}\n`);
  else process.stdout.write(renderLeases(leases));
  return EXIT.fine;
}

function print(schemas: readonly string[]): ExitCode {
  for (const schema of schemas) process.stdout.write(`${schema}\n`);
  return EXIT.fine;
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
