import { type RehearsalOptions, rehearse } from "../rehearsal/rehearse";
import { renderRehearsal } from "../report/rehearsalText";
import { EXIT, type ExitCode } from "./exit";

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export async function runRehearse(
  team: string,
  { base, admin }: { base?: string; admin: RehearsalOptions["admin"] },
): Promise<ExitCode> {
  const rehearsal = await rehearse({
    team,
    admin,
    ...(base === undefined ? {} : { base }),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}
