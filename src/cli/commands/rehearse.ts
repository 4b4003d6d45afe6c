import { writeText } from "../../os/files";
import { rehearse } from "../../rehearsal/rehearse";
import { writeRehearsal } from "../../report/rehearsalFile";
import { renderRehearsal } from "../../report/rehearsalText";
import { chosenWarehouse, type WarehouseOptions } from "../chosenWarehouse";
import { EXIT, type ExitCode } from "../exit";
import { openBase, openRoster } from "../openRoster";

export interface RehearseOptions extends WarehouseOptions {
  /** File or git ref. */
  readonly base?: string;
  /** Where the result is written as well. */
  readonly json?: string;
  /** Has everybody try everything, in the largest team too. */
  readonly exhaustive?: boolean;
}

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export async function runRehearse(team: string, options: RehearseOptions): Promise<ExitCode> {
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
