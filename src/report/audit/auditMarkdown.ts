import type { OpenFinding } from "../../audit/accept";
import { SEVERITIES } from "../../audit/finding";
import { escapeControls } from "../../messages/quote";
import { formatPosition, locate, type Roster } from "../../roster/roster";
import { codeBlock, codeSpan } from "../markdown";
import { capitalize } from "../sentences/phrases";
import { type Audited, abridge, acceptedUntil, conditionsOf, lineOf, verdict } from "./told";

/** An issue holds 65,536 characters; this many findings are below, as a rule. */
const MOST_FINDINGS = 100;

/** An audit as an issue's text. Names of the warehouse may be anybody's making: they make no link and no markup. */
export function renderAuditMarkdown({ roster, judgement, findings }: Audited): string {
  const shown = findings.slice(0, MOST_FINDINGS);
  const more = findings.length - shown.length;
  const sections = SEVERITIES.flatMap((severity) => {
    const items = shown.filter((finding) => finding.severity === severity).map((finding) => item(roster, finding));
    return items.length === 0 ? [] : [`#### ${capitalize(severity)}`, ...items];
  });
  return [
    "### Audit",
    ...[verdict(findings), ...acceptedUntil(judgement)].map((line) => `${capitalize(line)}.`),
    ...sections,
    ...(more > 0 ? [`… and ${more} more: run \`one-env audit\`.`] : []),
  ].join("\n\n");
}

function item(roster: Roster, finding: OpenFinding): string {
  const { rule, what, path, mend, otherwise, expired } = finding;
  const at = lineOf(roster, finding);
  const where = at === undefined ? "" : ` (${codeSpan(escapeControls(at))})`;
  const over = expired
    ? [
        `Was accepted until ${expired.until} (${codeSpan(escapeControls(formatPosition(locate(roster, expired.path))))}).`,
      ]
    : [];
  const conditions = conditionsOf(finding);
  return [
    `- **${rule}**: ${sentence(what)}${where}`,
    ...(path === "" ? [] : [codeSpan(escapeControls(path))]),
    ...over,
    ...(mend.length > 0 && conditions.length > 0 ? [`${capitalize(conditions.join(", "))}:`] : []),
    ...(mend.length > 0 ? [sql(mend)] : []),
    ...(otherwise === undefined ? [] : [sentence(otherwise)]),
  ]
    .join("\n\n")
    .replaceAll(/\n(?=[^\n])/g, "\n  ");
}

/** What is in backticks as it is; whatever else, such as what a name with a backtick in it has let out, as mere text. */
function sentence(text: string): string {
  return escapeControls(text).replaceAll(/(`[^`]+`)|[\\`<>*[\]&!#|@]/g, (found, code?: string) =>
    code === undefined ? `&#${found.charCodeAt(0)};` : code,
  );
}

function sql(statements: readonly string[]): string {
  return codeBlock("sql", statements.map((statement) => escapeControls(abridge(statement))).join("\n"));
}
