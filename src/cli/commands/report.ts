import { readText, writeText } from "../../os/files";
import { renderPage } from "../../report/page/page";
import { readRehearsal } from "../../report/rehearsalFile";
import { EXIT, type ExitCode } from "../exit";
import { openBase, openRoster } from "../openRoster";

export interface ReportOptions {
  readonly out: string;
  /** File or git ref. */
  readonly base?: string;
  /** File of `one-env rehearse --json`. */
  readonly rehearsal?: string;
}

/** `one-env report`: everything about a roster's access in one HTML file. Touches no warehouse. */
export async function runReport(file: string, { out, base, rehearsal }: ReportOptions): Promise<ExitCode> {
  const team = openRoster(file);
  const page = await renderPage({
    team,
    ...(base === undefined ? {} : { base: openBase(base, team) }),
    ...(rehearsal === undefined ? {} : { rehearsal: readRehearsal(readText(rehearsal), rehearsal) }),
  });
  writeText(out, page);
  process.stdout.write(`${out}: ${Math.ceil(page.length / 1_000).toLocaleString("en-US")} kB\n`);
  return EXIT.fine;
}
