import type { OpenFinding } from "../../audit/accept";
import { escapeControls } from "../../messages/quote";
import { formatPosition, locate, type Roster } from "../../roster/roster";
import { type Audited, abridge, acceptedUntil, conditionsOf, lineOf, verdict } from "./told";

/** An audit for people: the verdict, what is accepted, and a paragraph for each finding. Nothing of it steers a terminal. */
export function renderAudit({ roster, judgement, findings }: Audited): string {
  const head = [verdict(findings), ...acceptedUntil(judgement)].join("\n");
  return [head, ...findings.map((finding) => paragraph(roster, finding))].join("\n\n");
}

function paragraph(roster: Roster, finding: OpenFinding): string {
  const { severity, rule, what, path, mend, otherwise, expired } = finding;
  const at = lineOf(roster, finding);
  const how = ["mend", ...conditionsOf(finding)].join(", ");
  return [
    `${severity}: ${what}`,
    `  rule: ${rule}`,
    ...(path === "" ? [] : [`  path: ${path}`]),
    ...(at === undefined ? [] : [`  roster: ${at}`]),
    ...(expired ? [`  was accepted until ${expired.until}: ${formatPosition(locate(roster, expired.path))}`] : []),
    ...mend.map((statement) => `  ${how}: ${abridge(statement)}`),
    ...(otherwise === undefined ? [] : [`  help: ${otherwise}`]),
  ]
    .map(escapeControls)
    .join("\n");
}
