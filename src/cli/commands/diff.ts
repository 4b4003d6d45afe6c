import type { DatedAccess } from "../../access/dated";
import { type AccessChange, isStopped, type Risk } from "../../access/diff/change";
import { diffAccess } from "../../access/diff/diff";
import { describeDiff } from "../../report/diff/diffJson";
import { renderDiffMarkdown } from "../../report/diff/diffMarkdown";
import { renderDiff } from "../../report/diff/diffText";
import { EXIT, type ExitCode } from "../exit";
import { openBase, openRoster } from "../openRoster";

export interface DiffOptions {
  /** File or git ref. */
  readonly base: string;
  readonly format: "text" | "markdown" | "json";
  readonly failOn?: Risk;
}

/** `one-env diff`: who gains and loses what between two rosters. Touches no warehouse. */
export function runDiff(team: string, { base, format, failOn }: DiffOptions): ExitCode {
  const after = openRoster(team);
  const before = openBase(base, after);
  const changes = diffAccess(before, after);
  process.stdout.write(`${render(changes, before, after, format)}\n`);
  const isRefused = failOn !== undefined && changes.some((change) => isStopped(change, failOn));
  return isRefused ? EXIT.findings : EXIT.fine;
}

function render(
  changes: readonly AccessChange[],
  before: DatedAccess,
  after: DatedAccess,
  format: DiffOptions["format"],
) {
  switch (format) {
    case "text":
      return renderDiff(changes, before, after);
    case "markdown":
      return renderDiffMarkdown(changes, before, after);
    case "json":
      return JSON.stringify(describeDiff(changes, before, after), null, 2);
  }
}
