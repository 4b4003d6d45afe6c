/** An audit in every form, where names of the warehouse are whatever somebody has made them. */
import type { Log } from "sarif";
import { describe, expect, test } from "vitest";
import { judge, ROSTER_RULES, toTell } from "../../src/audit/accept";
import type { AuditFinding } from "../../src/audit/finding";
import { describeAudit } from "../../src/report/audit/auditJson";
import { renderAuditMarkdown } from "../../src/report/audit/auditMarkdown";
import { sarifOf } from "../../src/report/audit/auditSarif";
import { renderAudit } from "../../src/report/audit/auditText";
import { renderScript } from "../../src/report/audit/repairScript";
import type { Audited } from "../../src/report/audit/told";
import { NOW, rosterOf } from "../support/access";

const ROSTER = `sources: [stripe]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }]
audit:
  - { accept: grant-outside-roster, of: charts, because: INC-42, until: 2999-01-01 }
  - { accept: limit-changed, of: ana, because: INC-43, until: 2001-01-01 }
`;
const RULES = { "grant-outside-roster": "somebody has what they should not", "limit-changed": "a limit is another" };

const finding = (rest: Partial<AuditFinding>): AuditFinding => ({
  rule: "grant-outside-roster",
  severity: "high",
  what: "`ana` may read `prod`",
  path: "ana ← GRANT SELECT ON prod by jobs",
  because: "developers.ana",
  mend: ["REVOKE SELECT ON prod FROM ana"],
  ...rest,
});
/** What somebody names so that it ends a comment, a code span, a line or a terminal's patience. */
const HOSTILE = "x`\n</details>[y](z)\u001b[2J";

function audited(...findings: AuditFinding[]): Audited {
  const roster = rosterOf(ROSTER);
  const judgement = judge(findings, roster, Object.keys(RULES), NOW);
  return { roster, judgement, findings: toTell(judgement), now: NOW };
}

const LIMIT = finding({ rule: "limit-changed", what: "`ana` may connect 99 times", path: "ana ← LIMIT 99" });
const ACCEPTED = finding({ what: "`charts` may read `prod`", path: "charts ← GRANT SELECT ON prod by jobs" });
const BODY = finding({
  mend: ["CREATE FUNCTION f()\nbegin; end", "GRANT x TO y"],
  by: "somebody else",
  destroys: true,
});

describe("text", () => {
  test("of findings, of one that was accepted, and of statements of many lines", () => {
    expect(renderAudit(audited(LIMIT, ACCEPTED, BODY))).toBe(`2 findings: 2 high
1 accepted until 2999-01-01

high: \`ana\` may read \`prod\`
  rule: grant-outside-roster
  path: ana ← GRANT SELECT ON prod by jobs
  roster: team.yaml:2:14
  mend, by somebody else, destroys what nothing brings back: CREATE FUNCTION f() …
  mend, by somebody else, destroys what nothing brings back: GRANT x TO y;

high: \`ana\` may connect 99 times
  rule: limit-changed
  path: ana ← LIMIT 99
  roster: team.yaml:2:14
  was accepted until 2001-01-01: team.yaml:6:5
  mend: REVOKE SELECT ON prod FROM ana;`);
  });

  test("steers no terminal, and makes no line of its own", () => {
    const text = renderAudit(audited(finding({ what: HOSTILE, path: HOSTILE, mend: [HOSTILE], otherwise: HOSTILE })));
    expect(text).not.toContain("\u001b");
    expect(text).not.toMatch(/^<\/details>/m);
  });
});

test("the worst comes first, of whatever rule", () => {
  const severities = ["low", "critical", "medium", "high"] as const;
  const { findings } = audited(...severities.map((severity) => finding({ severity })));
  expect(findings.map(({ severity }) => severity).slice(0, 4)).toEqual(["critical", "high", "medium", "low"]);
});

describe("Markdown", () => {
  test("of a clean warehouse", () => {
    const clean = audited(ACCEPTED, LIMIT);
    expect(renderAuditMarkdown({ ...clean, findings: [] })).toBe(
      "### Audit\n\nThe warehouse is as the roster says.\n\n1 accepted until 2999-01-01.",
    );
  });

  test("gives names no way out", () => {
    const markdown = renderAuditMarkdown(audited(finding({ what: `\`${HOSTILE}\``, path: HOSTILE, mend: [HOSTILE] })));
    const named = "`x`&#92;n&#60;/details&#62;&#91;y&#93;(z)&#92;u{1b}&#91;2J&#96;";
    expect(markdown).toContain(`- **grant-outside-roster**: ${named} (\`team.yaml:2:14\`)\n`);
    // More backticks around it than it has.
    expect(markdown).toContain("  `` x`\\n</details>[y](z)\\u{1b}[2J ``\n");
    expect(markdown).not.toContain("\u001b");
  });

  test("says how many more there are", () => {
    const many = Array.from({ length: 130 }, (_, n) => finding({ path: `ana ← ${n}` }));
    expect(renderAuditMarkdown(audited(...many))).toMatch(/… and 32 more: run `one-env audit`\.$/);
  });
});

test("JSON has the reasons and the places of what is accepted, and of what was", () => {
  const { findings, accepted, counts } = describeAudit(audited(LIMIT, ACCEPTED));
  expect(counts).toEqual({ critical: 0, high: 1, medium: 0, low: 0 });
  expect(findings).toMatchObject([{ expired: { because: "INC-43", position: { line: 6 } }, position: { line: 2 } }]);
  expect(accepted).toMatchObject([{ accepted: { because: "INC-42", until: "2999-01-01", position: { line: 5 } } }]);
});

describe("SARIF", () => {
  const of = (...findings: AuditFinding[]): Log => sarifOf(audited(...findings), { ...RULES, ...ROSTER_RULES });

  test("has what the standard asks for", () => {
    const { version, runs } = of(LIMIT, ACCEPTED);
    const [{ tool, results = [] } = { tool: { driver: { name: "" } } }] = runs;
    const { rules = [] } = tool.driver;
    expect({ version, name: tool.driver.name }).toEqual({ version: "2.1.0", name: "one-env" });
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { ruleId, ruleIndex = -1, message, locations } of results) {
      expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(message.text).not.toBe("");
      const place = locations?.[0]?.physicalLocation;
      expect(place?.artifactLocation?.uri).toBe("team.yaml");
      expect(place?.region?.startLine).toBeGreaterThan(0);
    }
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      [{ kind: "external", status: "accepted", justification: "INC-42 (until 2999-01-01)" }],
    ]);
  });

  test("knows a finding again where the roster's lines have moved, and no other for it", () => {
    const prints = (...findings: AuditFinding[]) =>
      of(...findings).runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints?.["oneEnvFinding/v1"]);
    const print = prints(ACCEPTED)?.at(-1);
    expect(print).toMatch(/^[0-9a-f]{32}$/);
    expect(prints({ ...ACCEPTED, because: "sources" })).toContain(print);
    expect(prints({ ...ACCEPTED, path: "charts ← PUBLIC" })).not.toContain(print);
  });
});

describe("a script", () => {
  const script = (...findings: AuditFinding[]) => renderScript(rosterOf(ROSTER), findings, { destroy: false });

  test("has as a comment what the admin leaves, whatever its lines", () => {
    expect(script(BODY)).toBe(`-- high: \`ana\` may read \`prod\` (grant-outside-roster, team.yaml:2:14)
-- somebody else has to do it
--   CREATE FUNCTION f()
--   begin; end;
--   GRANT x TO y;`);
  });

  test("executes no name", () => {
    const lines = script(finding({ what: HOSTILE, by: HOSTILE, mend: ["a\rb\u2028c"] })).split(/[\r\n]/);
    expect(lines.filter((line) => !line.startsWith("--"))).toEqual([]);
  });
});
