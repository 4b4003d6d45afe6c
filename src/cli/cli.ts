#!/usr/bin/env node
/** The command `one-env`: wires commands to their files, nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { UserError } from "../messages/userError";
import { registerLocal } from "./commands/local";
import { type ExitCode, exitCodeFor } from "./exit";
import { registerPlugIn } from "./plugIn";
import { registerReview } from "./review";
import { addWarehouseOptions, helpOf, startedWarehouse } from "./warehouseOptions";

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

const CHECK_HELP = `
Warnings alone pass: the exit code is 0 without errors, else 2.

Examples:
  $ one-env check
  $ one-env check rosters/team.yaml --format json | jq '.problems[].message'`;

const REHEARSE_HELP =
  "Uses the Pulumi CLI where it is on PATH, else a stand-in engine that is held to it by tests; the last line says which.";

const REHEARSE_EXAMPLES = ["one-env rehearse", "one-env rehearse --base main             the change against main"];

function defineProgram(): Command {
  // Before any command is added: subcommands copy these settings.
  const program = new Command("one-env")
    .description("One warehouse, one environment: team.yaml says who may read and write what.")
    .version(readVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .addHelpText("after", HELP);

  program
    .command("check")
    .summary("check a roster and report every problem at once")
    .description("Checks a roster and reports every problem at once. Touches no warehouse.")
    .argument("[file]", "roster to check", "team.yaml")
    .addOption(
      new Option("--format <format>", "form of the report").choices(["text", "json", "github"]).default("text"),
    )
    .addHelpText("after", CHECK_HELP)
    .action(async (file, options) => finish((await import("./commands/check.js")).runCheck(file, options)));

  const rehearse = program
    .command("rehearse")
    .summary("prove every permission in a throw-away database")
    .description("Applies the roster to a throw-away warehouse and proves every permission by executing it.")
    .argument("[file]", "roster to rehearse", "team.yaml")
    .option("--base <ref or file>", "roster before the change: applied first, then the change is rehearsed")
    .option("--exhaustive", "have everybody try everything: large teams are proven by representatives otherwise")
    .option("--json <file>", "also write the result to a file: `one-env report --rehearsal` shows it");
  addWarehouseOptions(rehearse, "rehearse", startedWarehouse())
    .addHelpText("after", helpOf("rehearse", REHEARSE_HELP, REHEARSE_EXAMPLES))
    .action(async (file, options) => finish((await import("./commands/rehearse.js")).runRehearse(file, options)));

  program
    .command("schema")
    .summary("print the JSON schema of team.yaml")
    .description("Prints the JSON schema of team.yaml, which editors use to complete and check it.")
    .option("-o, --out <file>", "write it to a file")
    .action(async (options) => finish((await import("./commands/schema.js")).runSchema(options)));

  registerLocal(program);
  registerReview(program, finish);
  registerPlugIn(program, finish);

  return program;
}

/** Sets the exit code and lets the process end by itself: `process.exit` would cut output that a pipe has not taken. */
async function finish(exitCode: ExitCode | Promise<ExitCode>): Promise<void> {
  process.exitCode = await exitCode;
}

function readVersion(): string {
  // From dist/src/cli, where the build puts this file.
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));
  return version;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `one-env … | head`: the reader has what it wanted.
  if (error.code === "EPIPE") return;
  process.exit(exitCodeFor(new UserError(`cannot write to stdout: ${error.code}`)));
});

defineProgram()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeFor(error);
  });
