/** Which findings an entry of the roster's `audit` accepts, and on which days. */
import { describe, expect, test } from "vitest";
import { checkAccess } from "../../src/access/check";
import { accessAt } from "../../src/access/dated";
import { judge } from "../../src/audit/accept";
import type { AuditFinding } from "../../src/audit/finding";
import { rosterOf } from "../support/access";

const accepting = (...entries: string[]) =>
  rosterOf(`sources: [stripe]
services: [{ name: jobs, duty: prod }]
audit:
${entries.map((entry) => `  - { accept: grant-outside-roster, because: INC-42, ${entry} }\n`).join("")}`);

const FINDING: AuditFinding = {
  rule: "grant-outside-roster",
  severity: "high",
  what: "`charts` has SELECT on table `prod_hr.people`",
  path: "metabase ← charts ← GRANT SELECT ON prod_hr.people by root",
  mend: [],
};

describe("of: each pattern fits a name of the finding", () => {
  test.each([
    ["charts", true],
    ["prod_hr.people", true],
    ["prod_hr.*", true],
    ["metabase", true],
    ["GRANT SELECT ON *", true],
    ["[charts, prod_hr.*]", true],
    ["[charts, prod_web.*]", false],
    ["prod_hr", false],
    ["chart", false],
    ["SELECT", false],
    ["metabase ← charts", false],
  ])("%s: %s", (of, accepts) => {
    const roster = accepting(`of: ${of}, until: 2027-01-01`);
    const { open, accepted, unused } = judge([FINDING], roster, [FINDING.rule], new Date("2026-06-01"));
    expect([open.length, accepted.length, unused.length]).toEqual(accepts ? [0, 1, 0] : [1, 0, 1]);
  });

  test("another rule's finding is none of it", () => {
    const roster = accepting("of: charts, until: 2027-01-01");
    const { open, unused } = judge(
      [{ ...FINDING, rule: "grant-option" }],
      roster,
      [FINDING.rule],
      new Date("2026-06-01"),
    );
    expect([open.length, unused.length]).toEqual([1, 1]);
  });
});

describe("until", () => {
  const roster = accepting("of: charts, until: 2026-06-02");
  const on = (moment: string) => judge([FINDING], roster, [FINDING.rule], new Date(moment));

  test("is the first day on which it is a finding again", () => {
    expect(on("2026-06-01T23:59:59Z").accepted).toHaveLength(1);
    expect(on("2026-06-02T00:00:00Z")).toMatchObject({ open: [{ expired: { until: "2026-06-02" } }], accepted: [] });
  });

  test("of another entry that holds goes before one that is over", () => {
    const both = accepting("of: charts, until: 2026-06-02", "of: charts, until: 2026-07-01");
    const { open, accepted } = judge([FINDING], both, [FINDING.rule], new Date("2026-06-15"));
    expect({ open, until: accepted[0]?.accepted.until }).toEqual({ open: [], until: "2026-07-01" });
  });

  test.each([
    ["2025-06-01T00:00:00Z", "error", "`grant-outside-roster` is accepted until 2026-06-02: more than a year ahead"],
    ["2025-06-02T00:00:00Z", undefined, undefined],
    ["2026-06-01T23:59:59Z", undefined, undefined],
    ["2026-06-02T00:00:00Z", "warning", "`grant-outside-roster` was accepted until 2026-06-02, and is a finding again"],
  ])("as the check sees it on %s", (moment, severity, message) => {
    const problems = checkAccess(accessAt(roster, new Date(moment)));
    expect(problems).toMatchObject(severity === undefined ? [] : [{ severity, message, position: { line: 4 } }]);
  });
});
