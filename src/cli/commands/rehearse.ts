import { writeText } from "../../os/files";
import { rehearse } from "../../rehearsal/rehearse";
import { writeRehearsal } from "../../report/rehearsalFile";
import { renderRehearsal } from "../../report/rehearsalText";
import { chosenWarehouse } from "../chosenWarehouse";
import type { Command } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";
import { openBase, openRoster } from "../openRoster";
import { addWarehouseOptions, helpOf, startedWarehouse, type WarehouseOptions } from "../warehouseOptions";

const HELP =
  "Uses the Pulumi CLI where it is on PATH, else a stand-in engine that is held to it by tests; the last line says which.";

const EXAMPLES = ["one-env rehearse", "one-env rehearse --base main             the change against main"];

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export function define(command: Command) {
  const described = command
    .description("Applies the roster to a throw-away warehouse and proves every permission by executing it.")
    .argument("[file]", "roster to rehearse", "team.yaml")
    .option("--base <ref or file>", "roster before the change: applied first, then the change is rehearsed")
    .option("--exhaustive", "have everybody try everything: large teams are proven by representatives otherwise")
    .option("--json <file>", "also write the result to a file: `one-env report --rehearsal` shows it");
  return addWarehouseOptions(described, "rehearse", startedWarehouse())
    .addHelpText("after", helpOf("rehearse", HELP, EXAMPLES))
    .action((file, options) => finish(rehearseAndTell(file, options)));
}

interface RehearseOptions extends WarehouseOptions {
  /** File or git ref. */
  readonly base?: string;
  /** Where the result is written as well. */
  readonly json?: string;
  /** Has everybody try everything, in the largest team too. */
  readonly exhaustive?: boolean;
}

async function rehearseAndTell(team: string, options: RehearseOptions): Promise<ExitCode> {
  const { base, json, exhaustive = false } = options;
  const { warehouse, own } = chosenWarehouse("rehearse", options);
  const access = openRoster(team);
  const before = base === undefined ? undefined : openBase(base, access);
  const rehearsal = await rehearse({
    access,
    warehouse,
    own,
    exhaustive,
    // A commit without the roster is no base.
    ...(before?.exists ? { base: before } : {}),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  if (json !== undefined) writeText(json, writeRehearsal(rehearsal));
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}
