import { type Command, Option } from "commander";
import { FORMATS } from "../environment/formats";
import { RUN_FORM } from "../environment/run";
import type { ExitCode } from "./exit";
import { addWarehouseOptions, helpOf, wordsOf } from "./warehouseOptions";

type Finish = (exitCode: ExitCode | Promise<ExitCode>) => Promise<void>;

const USER_VARIABLES = wordsOf(({ userVariable }) => userVariable, ", ");

const ADOPT_HELP = `For a warehouse that was there before its roster, for what an admin restored or prod moved between its schemas, and for
somebody who comes back: their schemas return with the next deployment, what is in them with this. Logs in as the deploying
admin. A line \`-- left alone\` names what stays as it is, and why; the exit code is 1 then.`;

const ENV_HELP = `ENV            prod for prod services, ci for CI services, else dev
SCHEMA_PREFIX  prefix of the schemas to write: prod, ci_<run>, or the developer's name; readers have none
SIDE_EFFECTS   execute for prod services, else log
CI_RUN         CI services only`;

const ENV_EXAMPLES = [
  "one-env env --who alice --format dotenv > .env",
  'one-env env --who github_ci --run "$GITHUB_RUN_ID" --format github >> "$GITHUB_ENV"',
];

const PROFILES_HELP = "The password and the place come from the environment (one-env env); the file holds no secret.";

const PROFILES_EXAMPLES = [
  "one-env profiles --who alice --out ~/.dbt/profiles.yml",
  "one-env profiles --all --out profiles.yml     one file for everybody, kept with the dbt project",
];

const DOCTOR_HELP = "Exit code 1: something is wrong, with what to do about it. Nothing stays of what is tried.";

const DOCTOR_EXAMPLES = [
  "one-env doctor                    as this shell's environment says",
  "one-env doctor --who alice        and be told when the login is somebody else's",
];

const CI_HELP = `Log in as a CI service; ${RUN_FORM}:
\`pr_12\`, not \`PR-12\`.`;

const CI_EXAMPLES = [
  'one-env ci open "$GITHUB_RUN_ID"',
  'one-env ci close "$GITHUB_RUN_ID"       again, or without a run: nothing to do, exit code 0',
  "one-env ci reap --older-than 24h --dry-run",
];

/** The commands that plug people, jobs and CI into the warehouse, and what is there already into the roster. */
export function registerPlugIn(program: Command, finish: Finish): void {
  registerEnvironment(program, finish);
  registerCi(program, finish);
  registerAdopt(program, finish);
}

function registerEnvironment(program: Command, finish: Finish): void {
  const env = program
    .command("env")
    .summary("print the environment variables of an identity")
    .description("Prints the environment variables that plug an identity in.")
    .requiredOption("--who <identity>", "developer or service of the roster")
    .option("--team <file>", "roster", "team.yaml")
    .addOption(new Option("--format <format>", "who reads it").choices([...FORMATS]).default("dotenv"))
    .option("--run <run>", "CI services: the run (default: CI_RUN)");
  addWarehouseOptions(env, "env")
    .addHelpText("after", helpOf("env", ENV_HELP, ENV_EXAMPLES))
    .action(async (options) => finish((await import("./commands/env.js")).runEnv(options)));

  const profiles = program
    .command("profiles")
    .summary("print a profiles.yml for dbt")
    .description("Prints a profiles.yml for dbt, with the targets that the identity may build.")
    .option("--team <file>", "roster", "team.yaml")
    .option("--who <identity>", `developer or service of the roster (default: ${USER_VARIABLES})`)
    .addOption(new Option("--all", "one profile for everybody").conflicts("who"))
    .option("-o, --out <file>", "write it to a file");
  addWarehouseOptions(profiles, "profiles")
    .addHelpText("after", helpOf("profiles", PROFILES_HELP, PROFILES_EXAMPLES))
    .action(async (options) => finish((await import("./commands/profiles.js")).runProfiles(options)));

  const doctor = program
    .command("doctor")
    .summary("check that one's own login does what the roster says")
    .description("Logs in with one's own credentials and tries what the roster allows, and what it does not.")
    .option("--team <file>", "roster", "team.yaml")
    .option("--who <identity>", "who the login should be");
  addWarehouseOptions(doctor, "doctor")
    .addHelpText("after", helpOf("doctor", DOCTOR_HELP, DOCTOR_EXAMPLES))
    .action(async (options) => finish((await import("./commands/doctor.js")).runDoctor(options)));
}

function registerAdopt(program: Command, finish: Finish): void {
  const adopt = program
    .command("adopt")
    .summary("give an owner what lies in their schemas")
    .description(
      "Makes everything in the schemas of a developer, or of prod, belong to them and open to its readers alone. A dry run prints the SQL.",
    )
    .argument("<owner>", "developer, or `prod`")
    .option("--team <file>", "roster", "team.yaml")
    .option("--apply", "do it")
    .option("--keep-definer", "what runs with its owner's rights does so with the new owner's");
  addWarehouseOptions(adopt, "adopt")
    .addHelpText("after", helpOf("adopt", ADOPT_HELP, []))
    .action(async (owner, options) => finish((await import("./commands/adopt.js")).runAdopt(owner, options)));
}

function registerCi(program: Command, finish: Finish): void {
  const ci = program
    .command("ci")
    .description("open and close CI's throw-away schemas")
    .addHelpText("after", helpOf("ci", CI_HELP, CI_EXAMPLES));
  const command = (name: string) => addWarehouseOptions(ci.command(name), "ci");
  command("open")
    .description("make the schemas of a run and print them; again: mend what is missing, prolong the lease")
    .argument("<run>", RUN_FORM)
    .action(async (run, options) => finish((await import("./commands/ci.js")).runCiOpen(run, options)));
  command("close")
    .description("drop the schemas of a run, with all that is in them, and print them")
    .argument("<run>", RUN_FORM)
    .action(async (run, options) => finish((await import("./commands/ci.js")).runCiClose(run, options)));
  command("reap")
    .description(
      "drop what was left behind: own runs of that age, and runs of others of that age that have expired too",
    )
    .option("--older-than <age>", "30min, 24h, 7d", "24h")
    .option("--dry-run", "print what would go")
    .action(async (options) => finish((await import("./commands/ci.js")).runCiReap(options)));
  command("list")
    .description("print all runs that are open")
    .addOption(new Option("--format <format>", "form of the list").choices(["text", "json"]).default("text"))
    .action(async (options) => finish((await import("./commands/ci.js")).runCiList(options)));
}
