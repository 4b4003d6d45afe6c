import { runPrefix } from "../../environment/run";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { alignColumns } from "../../report/matrix/matrixText";
import { parseDuration } from "../../roster/rules/durations";
import type { CiClient, Lease } from "../../warehouses/warehouse";
import { chosenWarehouse, type WarehouseOptions } from "../chosenWarehouse";
import { EXIT, type ExitCode } from "../exit";

export interface ReapOptions extends WarehouseOptions {
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

export interface ListOptions extends WarehouseOptions {
  readonly format: "text" | "json";
}

function ciClientOf(options: WarehouseOptions): Promise<CiClient> {
  const { warehouse, own } = chosenWarehouse("ci", options);
  return warehouse.ciClient(own);
}

/** `one-env ci open <run>`: prints the run's schemas, one a line. Again for the same run: mends and prolongs. */
export async function runCiOpen(run: string, options: WarehouseOptions): Promise<ExitCode> {
  runPrefix(run);
  return print(await (await ciClientOf(options)).open(run));
}

/** `one-env ci close <run>`: prints the schemas that are gone; none when there was nothing of ours to close. */
export async function runCiClose(run: string, options: WarehouseOptions): Promise<ExitCode> {
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
