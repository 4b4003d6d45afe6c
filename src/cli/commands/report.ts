import { loadBase, loadSide } from "../../load/base";
import { readText, writeText } from "../../os/files";
import { renderPage } from "../../report/page/page";
import { readRehearsal } from "../../report/rehearsalFile";
import { EXIT, type ExitCode } from "../exit";

export interface ReportOptions {
  readonly out: string;
  /** File or git ref. */
  readonly base?: string;
  /** File of `one-env rehearse --json`. */
  readonly rehearsal?: string;
}

/** `one-env report`: everything about a roster's access in one HTML file. Touches no warehouse. */
export function runReport(file: string, { out, base, rehearsal }: ReportOptions): ExitCode {
  const now = new Date();
  const page = renderPage({
    team: loadSide(file, now),
    ...(base === undefined ? {} : { base: loadBase(base, file, now) }),
    ...(rehearsal === undefined ? {} : { rehearsal: readRehearsal(readText(rehearsal), rehearsal) }),
    now,
  });
  writeText(out, page);
  process.stdout.write(`${out}: ${Math.ceil(page.length / 1_000).toLocaleString("en-US")} kB\n`);
  return EXIT.fine;
}
