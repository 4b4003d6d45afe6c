import { readBase } from "../../load/base";
import { writeText } from "../../os/files";
import { rehearse } from "../../rehearsal/rehearse";
import { writeRehearsal } from "../../report/rehearsalFile";
import { renderRehearsal } from "../../report/rehearsalText";
import { chosenWarehouse, type WarehouseOptions } from "../chosenWarehouse";
import { EXIT, type ExitCode } from "../exit";

export interface RehearseOptions extends WarehouseOptions {
  /** File or git ref. */
  readonly base?: string;
  /** Where the result is written as well. */
  readonly json?: string;
}

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export async function runRehearse(team: string, options: RehearseOptions): Promise<ExitCode> {
  const { base, json } = options;
  const { warehouse, own } = chosenWarehouse("rehearse", options);
  const before = base === undefined ? undefined : readBase(base, team);
  const rehearsal = await rehearse({
    team,
    warehouse,
    own,
    // A commit without the roster is no base.
    ...(before?.text === undefined ? {} : { base: { label: before.label, text: before.text } }),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  if (json !== undefined) writeText(json, writeRehearsal(rehearsal));
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}
