import { readBase } from "../../load/base";
import { writeText } from "../../os/files";
import { rehearse } from "../../rehearsal/rehearse";
import type { TestServerOptions } from "../../rehearsal/testServer";
import { writeRehearsal } from "../../report/rehearsalFile";
import { renderRehearsal } from "../../report/rehearsalText";
import { EXIT, type ExitCode } from "../exit";

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export async function runRehearse(
  team: string,
  { base, json, ...options }: TestServerOptions & { base?: string; json?: string; exhaustive?: boolean },
): Promise<ExitCode> {
  const before = base === undefined ? undefined : readBase(base, team);
  const rehearsal = await rehearse({
    team,
    ...options,
    // A commit without the roster is no base.
    ...(before?.text === undefined ? {} : { base: { label: before.label, text: before.text } }),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  if (json !== undefined) writeText(json, writeRehearsal(rehearsal));
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}
