import { readFileSync, writeFileSync } from "node:fs";
import { UserError } from "../errors";
import { renderPage } from "../report/page";
import { type RehearsalFile, readRehearsal } from "../report/rehearsalFile";
import { quote } from "../roster/quote";
import { EXIT, type ExitCode } from "./exit";
import { loadBase, loadSide } from "./side";

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
    ...(rehearsal === undefined ? {} : { rehearsal: loadRehearsal(rehearsal) }),
    now,
  });
  attempt(`cannot write ${quote(out)}`, () => writeFileSync(out, page));
  process.stdout.write(`${out}: ${Math.ceil(page.length / 1_000).toLocaleString("en-US")} kB\n`);
  return EXIT.fine;
}

function loadRehearsal(file: string): RehearsalFile {
  return readRehearsal(
    attempt(`cannot read ${quote(file)}`, () => readFileSync(file, "utf8")),
    file,
  );
}

function attempt<T>(message: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${message}: ${code ?? error}`);
  }
}
