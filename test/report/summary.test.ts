import { describe, expect, it } from "vitest";
import type { DatedAccess } from "../../src/access/dated";
import { diffAccess } from "../../src/access/diff/diff";
import type { Html } from "../../src/report/page/html";
import { countAll, renderSummary } from "../../src/report/page/pageSummary";
import { renderVerdict } from "../../src/report/page/pageVerdict";
import { accessFrom } from "../support/changes";
import { BASE, rehearsalOf, TEAM } from "../support/pages";

/** The lines of lists, as text. */
function lines({ text }: Html): string[] {
  return [...text.matchAll(/<li[^>]*>([\s\S]*?)<\/li>/g)].map(([, line = ""]) =>
    line
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll("&#39;", "'")
      .trim(),
  );
}

const summary = (team: DatedAccess) => lines(renderSummary(team));

describe("the verdict", () => {
  const whole = rehearsalOf(TEAM);
  const proven = { ...whole, verdict: { ...whole.verdict, faults: [] } };

  it("says what is wrong first, then what warns, then what is open", () => {
    const changes = diffAccess(BASE, TEAM);
    expect(lines(renderVerdict({ team: TEAM, base: BASE, changes, rehearsal: whole }))).toEqual([
      "✗ The rehearsal found 1 thing wrong",
      "⚠ 1 warning in the changes against main:team.yaml",
    ]);
    expect(lines(renderVerdict({ team: TEAM, base: BASE, changes }))).toEqual([
      "⚠ 1 warning in the changes against main:team.yaml",
      "○ Not proven: this is what the roster says. one-env rehearse --json proof.json executes it",
    ]);
  });

  it("says what was proven", () => {
    expect(lines(renderVerdict({ team: TEAM, base: TEAM, changes: [], rehearsal: proven }))).toEqual([
      expect.stringMatching(
        /^✓ Proven: all [\d,]+ permissions were executed and came out as the roster says, [\d,]+ allowed and [\d,]+ denied; 2 attacks repelled$/,
      ),
      "✓ No permission changes against team.yaml",
    ]);
    expect(lines(renderVerdict({ team: BASE, rehearsal: proven }))).toEqual([
      "✗ Not proven: the rehearsal was of another roster",
    ]);
  });

  it("says whether the roster's expectations hold", () => {
    const team = (expectations: string) =>
      accessFrom(`sources: [a]\ndevelopers: [{ name: kim }]\nexpect:\n  - { who: kim, ${expectations} }\n`);
    const about = (side: DatedAccess) => lines(renderVerdict({ team: side })).filter((line) => line.includes("expect"));
    expect(about(team("can: [read prod_a], cannot: [write prod_a]"))).toEqual([
      "✓ All 2 expectations of the roster hold",
    ]);
    expect(about(team("can: [write prod_a, read prod_a]"))).toEqual([
      "✗ 1 of 2 expectations of the roster fail: team.yaml:4:23",
    ]);
    expect(about(accessFrom("sources: [a]\n"))).toEqual([]);
  });
});

describe("the summary", () => {
  it("says who writes production, who reads what is restricted and whose access ends", () => {
    expect(summary(TEAM)).toEqual([
      "airflow and dagster: all of production",
      "nobody else",
      "prod_hr: alice",
      "nobody's in the next 90 days",
      "later: 1 identity, first carol on 2060-01-31",
    ]);
    expect(countAll(TEAM)).toBe("3 developers, 3 services, 3 sources (1 restricted) and 17 schemas");
  });

  it("says so where there is nobody, and what has ended", () => {
    const team = accessFrom(`sources: [a, { name: b, readers: [] }]
developers: [{ name: kim, expires: 2050-06-20 }, { name: lee, expires: 2050-06-01 }]
`);
    expect(summary(team)).toEqual([
      "nobody",
      "prod_b: only who writes it",
      "kim on 2050-06-20, in 5 days",
      "lee: ended on 2050-06-01, still in the roster",
    ]);
    expect(summary(accessFrom("sources: [a]\n"))).toContain("nothing is restricted");
  });

  it("folds long lists, and says all of them", () => {
    const people = Array.from({ length: 40 }, (_, n) => `dev_${n}`);
    const team = accessFrom(`sources: [{ name: hr, readers: [${people.join(", ")}] }]
developers: [${people.map((name) => `{ name: ${name}, expires: 2050-07-01 }`).join(", ")}]
`);
    const { text } = renderSummary(team);
    expect(text).toMatch(/<summary>.*and 34 others<\/summary>/);
    expect(text).toContain("<summary>34 more</summary>");
    for (const name of people) expect(text.split(`<code>${name}</code>`).length).toBeGreaterThan(2);
  });
});
