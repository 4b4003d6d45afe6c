import { writeText } from "../../os/files";
import { rehearse } from "../../rehearsal/rehearse";
import type { TestServerOptions } from "../../rehearsal/testServer";
import { writeRehearsal } from "../../report/rehearsalFile";
import { renderRehearsal } from "../../report/rehearsalText";
import { type Command, Option } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openBase, openRoster } from "../openRoster";

const HELP = `
Uses the Pulumi CLI where it is on PATH, else a stand-in engine that is held to it by tests; the last line says which.

Examples:
  $ one-env rehearse
  $ one-env rehearse --base main             the change against main
  $ one-env rehearse --warehouse snowflake   the same on an emulator of Snowflake`;

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export function define(command: Command) {
  return command
    .description("Applies the roster to a throw-away warehouse and proves every permission by executing it.")
    .argument("[file]", "roster to rehearse", "team.yaml")
    .option("--base <ref or file>", "roster before the change: applied first, then the change is rehearsed")
    .addOption(
      new Option("--warehouse <name>", "PostgreSQL, or an emulator of Snowflake")
        .choices(["postgresql", "snowflake"])
        .default("postgresql" as const),
    )
    .addOption(
      new Option("--admin <kind>", "account that deploys to PostgreSQL")
        .choices(["managed", "superuser"])
        .default("managed" as const),
    )
    .option("--exhaustive", "have everybody try everything: large teams are proven by representatives otherwise")
    .option("--json <file>", "also write the result to a file: `one-env report --rehearsal` shows it")
    .addHelpText("after", HELP)
    .action((file, options) => finish(rehearseAndTell(file, options)));
}

interface RehearseOptions extends TestServerOptions {
  readonly base?: string;
  readonly json?: string;
  readonly exhaustive?: boolean;
}

async function rehearseAndTell(team: string, { base, json, ...options }: RehearseOptions): Promise<ExitCode> {
  const access = openRoster(team);
  const before = base === undefined ? undefined : openBase(base, access);
  const rehearsal = await rehearse({
    access,
    ...options,
    // A commit without the roster is no base.
    ...(before?.exists ? { base: before } : {}),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  if (json !== undefined) writeText(json, writeRehearsal(rehearsal));
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}
