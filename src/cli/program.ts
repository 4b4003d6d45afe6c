import { Command, Help } from "./commander";

const HELP = `
In a clone of one-environment it is \`npx --no one-env\`: without --no, npx installs what a registry has by that name.

Examples:
  $ one-env check                        check team.yaml
  $ one-env check --format github        the same, as annotations of a pull request

Exit codes:
  0  fine
  1  findings: what was examined is not as it should be
  2  bad input: a roster or an option that has to be mended first
  3  internal error: set ONE_ENV_DEBUG=1 to see its stack

Documentation: docs/roster.md`;

/** A file of commands/: it tells the command that bears its name what it takes, and what it does. */
interface CommandFile {
  define(command: Command): unknown;
}

/** Every command, in the order of the help: how it is called, what it does, and its file, which is loaded to call it. */
export const COMMANDS: readonly (readonly [usage: string, summary: string, load: () => Promise<CommandFile>])[] = [
  ["check [options] [file]", "check a roster and report every problem at once", () => import("./commands/check.js")],
  [
    "rehearse [options] [file]",
    "prove every permission in a throw-away database",
    () => import("./commands/rehearse.js"),
  ],
  ["schema [options]", "print the JSON schema of team.yaml", () => import("./commands/schema.js")],
  ["local", "keep a warehouse up in the background, for trying things by hand", () => import("./commands/local.js")],
  ["diff [options] [file]", "say in sentences who gains and loses what", () => import("./commands/diff.js")],
  [
    "explain [options] <who> <action> <target>",
    "say why somebody may do something, or may not",
    () => import("./commands/explain.js"),
  ],
  ["matrix [options] [file]", "show who may do what where", () => import("./commands/matrix.js")],
  [
    "report [options] [file]",
    "write the matrix, the graph, changes and proof as one HTML page",
    () => import("./commands/report.js"),
  ],
  ["env [options]", "print the environment variables of an identity", () => import("./commands/env.js")],
  ["profiles [options]", "print a profiles.yml for dbt", () => import("./commands/profiles.js")],
  ["doctor [options]", "check that one's own login does what the roster says", () => import("./commands/doctor.js")],
  ["ci", "open and close CI's throw-away schemas", () => import("./commands/ci.js")],
  [
    "audit [options] [file]",
    "say where the live warehouse is not as the roster says",
    () => import("./commands/audit.js"),
  ],
  ["repair [options] [file]", "mend what the audit finds", () => import("./commands/repair.js")],
  ["guard [options]", "find sessions beyond the roster's limits, and end them", () => import("./commands/guard.js")],
  ["adopt [options] <owner>", "give an owner what lies in their schemas", () => import("./commands/adopt.js")],
];

/** The command `one-env`; a command's file is loaded when it is called, and no other's. */
export function defineProgram(version: string): Command {
  const listed = new Map<object, { usage: string; define: () => Promise<void> }>();
  // All of this before any command is added: commands copy these settings.
  const program = new Command("one-env")
    .description("One warehouse, one environment: team.yaml says who may read and write what.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .addHelpText("after", HELP)
    .configureHelp({ subcommandTerm: (command) => listed.get(command)?.usage ?? new Help().subcommandTerm(command) })
    .hook("preSubcommand", (_program, command) => listed.get(command)?.define());
  for (const [usage, summary, load] of COMMANDS) {
    const [name = ""] = usage.split(" ");
    const command = program.command(name).summary(summary);
    listed.set(command, { usage, define: async () => void (await load()).define(command) });
  }
  return program;
}
