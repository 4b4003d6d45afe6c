import { RUN_FORM, runPrefix } from "../../environment/run";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { alignColumns } from "../../report/matrix/matrixText";
import { parseDuration } from "../../roster/rules/durations";
import type { CiClient, Lease } from "../../warehouses/warehouse";
import { chosenWarehouse } from "../chosenWarehouse";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = `Log in as a CI service; ${RUN_FORM}:
\`pr_12\`, not \`PR-12\`.`;

const EXAMPLES = [
  'one-env ci open "$GITHUB_RUN_ID"',
  'one-env ci close "$GITHUB_RUN_ID"       again, or without a run: nothing to do, exit code 0',
  "one-env ci reap --older-than 24h --dry-run",
];

/** `one-env ci open|close|reap|list`: CI's throw-away schemas. */
export function define(ci: Command) {
  ci.description("open and close CI's throw-away schemas").addHelpText("after", helpOf("ci", HELP, EXAMPLES));
  const command = (name: string) => addWarehouseOptions(ci.command(name), "ci");
  command("open")
    .description("make the schemas of a run and print them; again: mend what is missing, prolong the lease")
    .argument("<run>", RUN_FORM)
    .action((run, options) => finish(open(run, options)));
  command("close")
    .description("drop the schemas of a run, with all that is in them, and print them")
    .argument("<run>", RUN_FORM)
    .action((run, options) => finish(close(run, options)));
  command("reap")
    .description(
      "drop what was left behind: own runs of that age, and runs of others of that age that have expired too",
    )
    .option("--older-than <age>", "30min, 24h, 7d", "24h")
    .option("--dry-run", "print what would go")
    .action((options) => finish(reap(options)));
  command("list")
    .description("print all runs that are open")
    .addOption(new Option("--format <format>", "form of the list").choices(["text", "json"]).default("text" as const))
    .action((options) => finish(list(options)));
}

interface ReapOptions extends WarehouseOptions {
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

interface ListOptions extends WarehouseOptions {
  readonly format: "text" | "json";
}

function ciClientOf(options: WarehouseOptions): Promise<CiClient> {
  const { warehouse, own } = chosenWarehouse("ci", options);
  return warehouse.ciClient(own);
}

/** `one-env ci open <run>`: prints the run's schemas, one a line. Again for the same run: mends and prolongs. */
async function open(run: string, options: WarehouseOptions): Promise<ExitCode> {
  runPrefix(run);
  return print(await (await ciClientOf(options)).open(run));
}

/** `one-env ci close <run>`: prints the schemas that are gone; none when there was nothing of ours to close. */
async function close(run: string, options: WarehouseOptions): Promise<ExitCode> {
  runPrefix(run);
  return print(await (await ciClientOf(options)).close(run));
}

/** `one-env ci reap`: prints the schemas that are gone, or would be. */
async function reap({ olderThan, dryRun = false, ...options }: ReapOptions): Promise<ExitCode> {
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
async function list({ format, ...options }: ListOptions): Promise<ExitCode> {
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
