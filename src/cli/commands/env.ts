import { contractOf } from "../../environment/contract";
import { FORMATS, type Format, renderVariables } from "../../environment/formats";
import { identityNamed } from "../../load/identity";
import type { EnvironmentVariables } from "../../warehouses/warehouse";
import { chosenWarehouse } from "../chosenWarehouse";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions } from "../warehouseOptions";

const HELP = `ENV            prod for prod services, ci for CI services, else dev
SCHEMA_PREFIX  prefix of the schemas to write: prod, ci_<run>, or the developer's name; readers have none
SIDE_EFFECTS   execute for prod services, else log
CI_RUN         CI services only`;

const EXAMPLES = [
  "one-env env --who alice --format dotenv > .env",
  'one-env env --who github_ci --run "$GITHUB_RUN_ID" --format github >> "$GITHUB_ENV"',
];

/** `one-env env`: the environment variables that plug an identity in. */
export function define(command: Command) {
  const described = command
    .description("Prints the environment variables that plug an identity in.")
    .requiredOption("--who <identity>", "developer or service of the roster")
    .option("--team <file>", "roster", "team.yaml")
    .addOption(new Option("--format <format>", "who reads it").choices(FORMATS).default("dotenv" as const))
    .option("--run <run>", "CI services: the run (default: CI_RUN)");
  return addWarehouseOptions(described, "env")
    .addHelpText("after", helpOf("env", HELP, EXAMPLES))
    .action((options) => finish(printVariables(options)));
}

interface EnvOptions extends WarehouseOptions {
  readonly who: string;
  readonly team: string;
  readonly format: Format;
  readonly run?: string;
}

async function printVariables(options: EnvOptions): Promise<ExitCode> {
  const identity = identityNamed(openRoster(options.team), options.who);
  const run = options.run ?? (identity.duty === "ci" ? process.env.CI_RUN || undefined : undefined);
  const contract = contractOf(identity, run);
  const { warehouse, own } = chosenWarehouse("env", options);
  const found = await (await warehouse.environment()).variables(identity, contract, own);
  const text = renderVariables(shown(found, options.format), options.format);
  if (process.env.GITHUB_ACTIONS === "true") for (const secret of found.secrets) hideInLogs(secret);
  process.stdout.write(text);
  for (const warning of found.warnings) console.error(`warning: ${warning}`);
  return EXIT.fine;
}

/** On GitHub a job sets its secrets itself; a placeholder that we wrote would overwrite one. */
function shown({ variables, placeholders }: EnvironmentVariables, format: Format): Readonly<Record<string, string>> {
  if (format !== "github") return variables;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !placeholders.includes(name)));
}

/** GitHub's runner takes commands from stderr too; stdout goes into a file. A URL has the secret encoded. */
function hideInLogs(secret: string): void {
  const lines = secret.split(/\r?\n|\r/).filter((line) => line !== "");
  for (const text of new Set([...lines, encodeURIComponent(secret)]))
    console.error(`::add-mask::${text.replaceAll("%", "%25")}`);
}
