import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import type { DatedAccess } from "../../access/dated";
import { PROFILE, renderProfile, renderSharedProfile, targetOf } from "../../environment/profiles";
import { identityNamed } from "../../load/identity";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { readText, writeText } from "../../os/files";
import type { EnvironmentAdapter } from "../../warehouses/warehouse";
import { chosenWarehouse } from "../chosenWarehouse";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, type WarehouseOptions, wordsOf } from "../warehouseOptions";

const HELP = "The password and the place come from the environment (one-env env); the file holds no secret.";

const EXAMPLES = [
  "one-env profiles --who alice --out ~/.dbt/profiles.yml",
  "one-env profiles --all --out profiles.yml     one file for everybody, kept with the dbt project",
];

/** `one-env profiles`: dbt's profiles.yml for one identity, or for everybody. It holds no secret. */
export function define(command: Command) {
  const described = command
    .description("Prints a profiles.yml for dbt, with the targets that the identity may build.")
    .option("--team <file>", "roster", "team.yaml")
    .option(
      "--who <identity>",
      `developer or service of the roster (default: ${wordsOf(({ userVariable }) => userVariable, ", ")})`,
    )
    .addOption(new Option("--all", "one profile for everybody").conflicts("who"))
    .option("-o, --out <file>", "write it to a file");
  return addWarehouseOptions(described, "profiles")
    .addHelpText("after", helpOf("profiles", HELP, EXAMPLES))
    .action((options) => finish(profiles(options)));
}

interface ProfilesOptions extends WarehouseOptions {
  readonly team: string;
  /** Default: who logs in, as the environment says. */
  readonly who?: string;
  readonly all?: boolean;
  readonly out?: string;
}

async function profiles(options: ProfilesOptions): Promise<ExitCode> {
  const { team, all = false, out } = options;
  const access = openRoster(team);
  const environment = await chosenWarehouse("profiles", options).warehouse.environment();
  const text = all
    ? renderSharedProfile(access.paths.plan.identities, environment.dbtLogin)
    : renderOne(access, options.who, environment);
  if (out === undefined) process.stdout.write(text);
  else writeOut(out, text);
  return EXIT.fine;
}

function renderOne(access: DatedAccess, given: string | undefined, environment: EnvironmentAdapter): string {
  const who = given ?? environment.user();
  const variables = wordsOf(({ userVariable }) => userVariable, " or ");
  if (!who) throw new UserError("whose profile?", `say --who <identity> or --all, or set ${variables}`);
  const target = targetOf(identityNamed(access, who));
  if (target) return renderProfile(target, environment.dbtLogin);
  throw new UserError(`${quote(who)} only reads, and dbt needs a schema to write`, "use `one-env env` for its login");
}

/** Overwrites a file of ours only: ~/.dbt/profiles.yml is where all projects of a person have their profiles. */
function writeOut(out: string, text: string): void {
  const others = existsSync(out) ? othersIn(readText(out)) : [];
  if (others.length > 0)
    throw new UserError(
      `${quote(out)} would lose ${others.join(", ")}`,
      "write elsewhere, or add what is printed without --out to it by hand",
    );
  // Somebody who has never run dbt has no ~/.dbt.
  if (dirname(out) === join(homedir(), ".dbt")) mkdirSync(dirname(out), { recursive: true });
  writeText(out, text);
}

/** What overwriting the file would lose, besides our own profile. */
function othersIn(text: string): string[] {
  let content: unknown;
  try {
    content = load(text);
  } catch {
    return ["what is no YAML"];
  }
  if (typeof content === "object" && content !== null)
    return Object.keys(content)
      .filter((name) => name !== PROFILE)
      .map(quote);
  return text.trim() === "" ? [] : ["what is no profile"];
}
