import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { rehearse } from "../rehearsal/rehearse";
import type { VenueOptions } from "../rehearsal/venue";
import { writeRehearsal } from "../report/rehearsalFile";
import { renderRehearsal } from "../report/rehearsalText";
import { EXIT, type ExitCode } from "./exit";
import { showFile } from "./side";

/** `one-env rehearse`: progress on stderr, the report on stdout, exit code 1 when anything is wrong. */
export async function runRehearse(
  team: string,
  { base, json, ...venue }: VenueOptions & { base?: string; json?: string },
): Promise<ExitCode> {
  const before = base === undefined ? undefined : readBase(base, team);
  const rehearsal = await rehearse({
    team,
    ...venue,
    ...(before === undefined ? {} : { base: before }),
    onProgress: (line) => process.stderr.write(`… ${line}\n`),
  });
  if (json !== undefined) writeFileSync(json, writeRehearsal(rehearsal));
  process.stdout.write(`${renderRehearsal(rehearsal)}\n`);
  return rehearsal.verdict.faults.length === 0 ? EXIT.fine : EXIT.findings;
}

/** A file, or the roster of a commit; a commit without one is no base. */
function readBase(base: string, team: string): { label: string; text: string } | undefined {
  if (existsSync(base)) return { label: base, text: readFileSync(base, "utf8") };
  const text = showFile(base, team);
  return text === undefined ? undefined : { label: `${base}:${team}`, text };
}
