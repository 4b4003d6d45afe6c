/** An audit as SARIF 2.1.0, for whatever shows findings next to a file: here the roster. */
import { createHash } from "node:crypto";
import type { AuditFinding, Severity } from "../../audit/finding";
import { type Acceptance, locate, type Roster } from "../../roster/roster";
import { type Audited, conditionsOf } from "./told";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** @param rules rule → what it finds: all that there are */
export function sarifOf({ roster, judgement, findings }: Audited, rules: Readonly<Record<string, string>>) {
  const ids = Object.keys(rules);
  const result = (finding: AuditFinding) => describeResult(roster, finding, ids.indexOf(finding.rule));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0" as const,
    runs: [
      {
        tool: { driver: { name: "one-env", rules: Object.entries(rules).map(describeRule) } },
        columnKind: "unicodeCodePoints" as const,
        results: [
          ...findings.map(result),
          ...judgement.accepted.map((finding) => ({
            ...result(finding),
            suppressions: [describeSuppression(finding.accepted)],
          })),
        ],
      },
    ],
  };
}

function describeRule([id, finds]: readonly [string, string]) {
  return {
    id,
    shortDescription: { text: finds },
    help: { text: `\`one-env repair\` prints what mends it; docs/audit.md says how it is found.` },
  };
}

function describeResult(roster: Roster, finding: AuditFinding, ruleIndex: number) {
  const { rule, severity, what, path, because = "", mend, otherwise } = finding;
  const { line, col } = locate(roster, because);
  const lines = [
    what,
    ...(path === "" ? [] : [path]),
    ...(mend.length === 0 ? [] : [["mend", ...conditionsOf(finding)].join(", ")]),
    ...mend.map((statement) => `${statement};`),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
  return {
    ruleId: rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: lines.join("\n") },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(roster.file) },
          region: { startLine: line, startColumn: col },
        },
      },
    ],
    // Not the line, which moves: the same finding is the same again after a change of the roster.
    partialFingerprints: { "oneEnvFinding/v1": fingerprint(rule, what, path) },
    properties: { severity },
  };
}

function describeSuppression({ because, until }: Acceptance) {
  return { kind: "external" as const, status: "accepted" as const, justification: `${because} (until ${until})` };
}

function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** A relative reference as it is in a URI: `rosters/my%20team.yaml`. */
function uriOf(file: string): string {
  return file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}
