/** What mends a warehouse, as a script that can be read and executed as it is. */
import type { AuditFinding } from "../../audit/finding";
import { escapeControls } from "../../messages/quote";
import type { Roster } from "../../roster/roster";
import { lineOf } from "./told";

export interface RepairChoice {
  /** Also what destroys what nothing brings back. */
  readonly destroy: boolean;
}

/** Why the admin does not mend a finding; none when it does. */
export function leftBecause({ mend, by, destroys, otherwise }: AuditFinding, { destroy }: RepairChoice) {
  if (mend.length === 0) return otherwise ?? "no statement mends it";
  if (by !== undefined) return `${by} has to do it`;
  if (destroys && !destroy) {
    return `it destroys what nothing brings back: add --destroy${otherwise === undefined ? "" : `, or ${otherwise}`}`;
  }
  return undefined;
}

/** A paragraph for each finding: what it is as a comment, and what mends it; as a comment too where it is left. */
export function renderScript(roster: Roster, findings: readonly AuditFinding[], choice: RepairChoice): string {
  return findings.map((finding) => paragraph(roster, finding, choice)).join("\n\n");
}

function paragraph(roster: Roster, finding: AuditFinding, choice: RepairChoice): string {
  const at = lineOf(roster, finding);
  const reason = leftBecause(finding, choice);
  const statements = finding.mend.map((statement) => `${statement};`);
  return [
    comment(`${finding.severity}: ${finding.what} (${[finding.rule, ...(at === undefined ? [] : [at])].join(", ")})`),
    ...(reason === undefined ? statements : [comment(reason), ...statements.flatMap(commented)]),
  ].join("\n");
}

/** One line, whatever is in the text: a name must not end the comment that it stands in. */
export function comment(text: string): string {
  return `-- ${escapeControls(text)}`;
}

function commented(statement: string): string[] {
  return statement.split(/\r\n?|\n/).map((line) => `--   ${escapeControls(line)}`);
}
