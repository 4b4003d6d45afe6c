import { writeText } from "../../os/files";
import { rehearse } from "../../rehearsal/rehearse";
import type { TestServerOptions } from "../../rehearsal/testServer";
import { writeRehearsal } from "../../report/rehearsalFile";
import { renderRehearsal } from "../../report/rehearsalText";
import { EXIT, type ExitCode } from "../exit";
import { openDeployedBase, openRoster } from "../openRoster";

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export async function runRehearse(
  team: string,
  { base, json, ...testServer }: TestServerOptions & { base?: string; json?: string },
): Promise<ExitCode> {
  const access = openRoster(team);
  const before = base === undefined ? undefined : openDeployedBase(base, access);
  const rehearsal = await rehearse({
    access,
    ...testServer,
    ...(before === undefined ? {} : { base: before }),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  if (json !== undefined) writeText(json, writeRehearsal(rehearsal));
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}
