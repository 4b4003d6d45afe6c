import { type Command, Option } from "commander";
import { FORMATS } from "../environment/formats";
import { RUN_FORM } from "../environment/run";
import { WAREHOUSES } from "../environment/warehouse";
import { DEFAULT_PLACE, NO_PASSWORD } from "../warehouses/postgresql/environment";
import type { ExitCode } from "./exit";

type Finish = (exitCode: ExitCode | Promise<ExitCode>) => Promise<void>;

const URL_OPTION = ["--url <url>", "PostgreSQL: database and login (default: PGHOST, PGUSER, …)"] as const;

const warehouseOption = () =>
  new Option("--warehouse <name>", "default: that of the stack's configuration, else postgresql").choices([
    ...WAREHOUSES,
  ]);

const ADOPT_HELP = `
For a warehouse that was there before its roster, for what an admin restored or prod moved between its schemas, and for
somebody who comes back: their schemas return with the next deployment, what is in them with this. On PostgreSQL all is
done in one transaction; on Snowflake each statement counts at once, and running the command again goes on where it stopped.
There a procedure that runs with its owner's rights comes as one that runs with its caller's, unless --keep-definer is given.

On PostgreSQL what is adopted is closed to everybody whom the roster does not name, and opened to its readers; in production
that goes for everything. A line \`-- left alone\` names what stays as it is, and why; the exit code is 1 then:
  what belongs to somebody whom the admin cannot act for, such as a superuser
  in production: what runs with its owner's rights, unless --keep-definer is given: SECURITY DEFINER routines, and views of
    a restricted source elsewhere. Without it a developer gets such routines as ones that run with their caller's rights
  a developer's: what lies there and others' triggers, defaults, views … use: its new owner could change what they do.
    --include-used gives it all the same
Members of extensions are the extension's.

Logs in as the deploying admin: PGHOST, PGUSER, … or --url; SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER, SNOWFLAKE_ROLE,
SNOWFLAKE_PRIVATE_KEY_PATH and SNOWFLAKE_DATABASE.

Examples:
  $ PGHOST=… PGUSER=… PGPASSWORD=… PGDATABASE=analytics one-env adopt prod
  $ one-env adopt alice --url "$ADMIN_URL" --apply
  $ SNOWFLAKE_ACCOUNT=… SNOWFLAKE_USER=PIPELINE SNOWFLAKE_PRIVATE_KEY_PATH=… one-env adopt prod --warehouse snowflake`;

const ENV_HELP = `
ENV            prod for prod services, ci for CI services, else dev
SCHEMA_PREFIX  prefix of the schemas to write: prod, ci_<run>, or the developer's name; readers have none
SIDE_EFFECTS   execute for prod services, else log
CI_RUN         CI services only
PostgreSQL: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE, DATABASE_URL
Snowflake:  SNOWFLAKE_ACCOUNT, _DATABASE, _USER, _ROLE, _WAREHOUSE, _AUTHENTICATOR, _PRIVATE_KEY_PATH

Without --with-secrets nothing secret is read or printed: PGPASSWORD is
  ${NO_PASSWORD}
(--format github leaves it out: it would take the place of a secret), and DATABASE_URL has no password.

Examples:
  $ one-env env --who alice --format dotenv > .env
  $ eval "$(one-env env --who alice --format shell --with-secrets)"
  $ one-env env --who github_ci --run "$GITHUB_RUN_ID" --format github >> "$GITHUB_ENV"`;

const PROFILES_HELP = `
The password and the place come from the environment (one-env env); the file holds no secret.

Examples:
  $ one-env profiles --who alice --out ~/.dbt/profiles.yml
  $ one-env profiles --all --out profiles.yml     one file for everybody, kept with the dbt project`;

const DOCTOR_HELP = `
On PostgreSQL everything happens in transactions that are rolled back; on Snowflake, where they do not hold such statements,
tables that it could make are dropped at once. Exit code 1: something is wrong, with what to do about it.

Examples:
  $ one-env doctor                    as PGUSER, PGPASSWORD, … or SNOWFLAKE_USER, … say
  $ one-env doctor --who alice        and be told when the login is somebody else's`;

const CI_HELP = `
Log in as a CI service; ${RUN_FORM}:
\`pr_12\`, not \`PR-12\`.

Examples:
  $ one-env ci open "$GITHUB_RUN_ID"
  $ one-env ci close "$GITHUB_RUN_ID"       again, or without a run: nothing to do, exit code 0
  $ one-env ci reap --older-than 24h --dry-run`;

/** The commands that plug people, jobs and CI into the warehouse, and what is there already into the roster. */
export function registerPlugIn(program: Command, finish: Finish): void {
  registerEnvironment(program, finish);
  registerCi(program, finish);
  registerAdopt(program, finish);
}

function registerEnvironment(program: Command, finish: Finish): void {
  program
    .command("env")
    .summary("print the environment variables of an identity")
    .description("Prints the environment variables that plug an identity in.")
    .requiredOption("--who <identity>", "developer or service of the roster")
    .option("--team <file>", "roster", "team.yaml")
    .addOption(new Option("--format <format>", "who reads it").choices([...FORMATS]).default("dotenv"))
    .option("--run <run>", "CI services: the run (default: CI_RUN)")
    .option("--with-secrets", "read the password from the stack's outputs, with the Pulumi CLI, and print it")
    .addOption(warehouseOption())
    .option("--database <name>", `default: PGDATABASE or SNOWFLAKE_DATABASE, else ${DEFAULT_PLACE.database}`)
    .option("--host <host>", `PostgreSQL; default: PGHOST, else ${DEFAULT_PLACE.host}`)
    .option("--port <port>", `PostgreSQL; default: PGPORT, else ${DEFAULT_PLACE.port}`)
    .option("--sslmode <mode>", `PostgreSQL; default: PGSSLMODE, else ${DEFAULT_PLACE.sslmode}`)
    .option("--account <name>", "Snowflake; default: SNOWFLAKE_ACCOUNT, else a placeholder")
    .option("--private-key <path>", "Snowflake; default: SNOWFLAKE_PRIVATE_KEY_PATH, else ~/.snowflake/<identity>.p8")
    .addHelpText("after", ENV_HELP)
    .action(async (options) => finish((await import("./commands/env.js")).runEnv(options)));

  program
    .command("profiles")
    .summary("print a profiles.yml for dbt")
    .description("Prints a profiles.yml for dbt, with the targets that the identity may build.")
    .option("--team <file>", "roster", "team.yaml")
    .option("--who <identity>", "developer or service of the roster (default: PGUSER, SNOWFLAKE_USER)")
    .addOption(new Option("--all", "one profile for everybody").conflicts("who"))
    .addOption(warehouseOption())
    .option("-o, --out <file>", "write it to a file")
    .addHelpText("after", PROFILES_HELP)
    .action(async (options) => finish((await import("./commands/profiles.js")).runProfiles(options)));

  program
    .command("doctor")
    .summary("check that one's own login does what the roster says")
    .description("Logs in with one's own credentials and tries what the roster allows, and what it does not.")
    .option("--team <file>", "roster", "team.yaml")
    .option("--who <identity>", "who the login should be")
    .addOption(warehouseOption())
    .option(...URL_OPTION)
    .addHelpText("after", DOCTOR_HELP)
    .action(async (options) => finish((await import("./commands/doctor.js")).runDoctor(options)));
}

function registerAdopt(program: Command, finish: Finish): void {
  program
    .command("adopt")
    .summary("give an owner what lies in their schemas")
    .description(
      "Makes everything in the schemas of a developer, or of prod, belong to them and open to its readers alone. A dry run prints the SQL.",
    )
    .argument("<owner>", "developer, or `prod`")
    .option("--team <file>", "roster", "team.yaml")
    .addOption(warehouseOption())
    .option(...URL_OPTION)
    .option("--apply", "do it")
    .option("--keep-definer", "what runs with its owner's rights does so with the new owner's")
    .option("--include-used", "PostgreSQL: give a developer also what others' tables, views and functions use")
    .addHelpText("after", ADOPT_HELP)
    .action(async (owner, options) => finish((await import("./commands/adopt.js")).runAdopt(owner, options)));
}

function registerCi(program: Command, finish: Finish): void {
  const ci = program.command("ci").description("open and close CI's throw-away schemas").addHelpText("after", CI_HELP);
  ci.command("open")
    .description("make the schemas of a run and print them; again: mend what is missing, prolong the lease")
    .argument("<run>", RUN_FORM)
    .addOption(warehouseOption())
    .option(...URL_OPTION)
    .action(async (run, options) => finish((await import("./commands/ci.js")).runCiOpen(run, options)));
  ci.command("close")
    .description("drop the schemas of a run, with all that is in them, and print them")
    .argument("<run>", RUN_FORM)
    .addOption(warehouseOption())
    .option(...URL_OPTION)
    .action(async (run, options) => finish((await import("./commands/ci.js")).runCiClose(run, options)));
  ci.command("reap")
    .description(
      "drop what was left behind: own runs of that age, and runs of others of that age that have expired too",
    )
    .option("--older-than <age>", "30min, 24h, 7d", "24h")
    .option("--dry-run", "print what would go")
    .addOption(warehouseOption())
    .option(...URL_OPTION)
    .action(async (options) => finish((await import("./commands/ci.js")).runCiReap(options)));
  ci.command("list")
    .description("print all runs that are open")
    .addOption(new Option("--format <format>", "form of the list").choices(["text", "json"]).default("text"))
    .addOption(warehouseOption())
    .option(...URL_OPTION)
    .action(async (options) => finish((await import("./commands/ci.js")).runCiList(options)));
}
