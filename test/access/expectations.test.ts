import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectationProblems, matching } from "../../src/access/expectations";
import type { Schema } from "../../src/access/plan";
import { formatProblem } from "../../src/roster/problem";
import { NOW, pathsOf, rosterOf } from "../support/access";

const TEAM = `sources:
  - stripe
  - { name: hr, readers: [alice] }
developers:
  - { name: alice, share: team }
  - { name: bruno }
  - { name: carol, expires: 2026-06-15 }
services:
  - { name: airflow, duty: prod }
  - { name: github_ci, duty: ci }
  - { name: old_ci, duty: reader, expires: 2020-01-01 }
expect:
`;

/** What the team's expectations find, one a line of the file from 13 on. */
function problemsOf(...expectations: string[]): string {
  const roster = rosterOf(TEAM + expectations.map((text) => `  - ${text}\n`).join(""));
  return expectationProblems(roster, pathsOf(roster)).map(formatProblem).join("\n");
}

describe("expectations that come true", () => {
  it("are no problem", () => {
    expect(
      problemsOf(
        "{ who: alice, can: [read prod_hr, write alice_*, read prod_*], cannot: [write prod_*, read bruno*] }",
        "{ who: [bruno, github_ci], can: [read prod_stripe], cannot: [read prod_hr, write prod*] }",
        "{ who: bruno, can: [read alice, read alice_*], cannot: [write alice_hr, write *lice*] }",
        "{ who: airflow, can: [write prod_*, read prod], cannot: [read alice] }",
      ),
    ).toBe("");
  });
});

describe("expectations that do not come true", () => {
  it("`can`: the denial and its reason, with the roster line", () => {
    expect(problemsOf("{ who: bruno, can: [read prod_hr] }")).toBe(
      [
        "team.yaml:13:25: `bruno` may read `prod_hr`: expected ALLOWED, got DENIED",
        "  because: `prod_hr` belongs to `prod` and `bruno` has no access to it (team.yaml:3:5)",
      ].join("\n"),
    );
  });

  it("`cannot`: the whole way to the access, with the roster lines", () => {
    expect(problemsOf("{ who: github_ci, cannot: [read prod_stripe] }")).toBe(
      [
        "team.yaml:13:32: `github_ci` may read `prod_stripe`: expected DENIED, got ALLOWED",
        "  because: `github_ci` is a member of `ci` (team.yaml:10:5); `ci` is a member of `read_prod` (team.yaml:8:1); " +
          "`read_prod` is a member of `read_prod_stripe` (team.yaml:2:5); " +
          "`read_prod_stripe` may read `prod_stripe` (team.yaml:2:5)",
      ].join("\n"),
    );
  });

  it("a pattern: one problem for each schema that it fits", () => {
    expect(problemsOf("{ who: bruno, can: [write bruno*, write alice_*] }")).toBe(
      ["alice_hr", "alice_stripe"]
        .map((schema) =>
          [
            `team.yaml:13:39: \`bruno\` may write \`${schema}\`: expected ALLOWED, got DENIED`,
            `  because: \`${schema}\` belongs to \`alice\` and \`bruno\` may only read it (team.yaml:5:5); ` +
              "`bruno` is a member of `developer` (team.yaml:6:5); " +
              `\`developer\` may read \`${schema}\` (team.yaml:5:20)`,
          ].join("\n"),
        )
        .join("\n"),
    );
  });

  it("several who: one problem for each", () => {
    expect(problemsOf("{ who: [alice, airflow, bruno], can: [write prod_hr], cannot: [read prod_hr] }")).toBe(
      [
        "team.yaml:13:43: `alice` may write `prod_hr`: expected ALLOWED, got DENIED",
        "  because: `prod_hr` belongs to `prod` and `alice` may only read it (team.yaml:3:5); " +
          "`alice` is a member of `read_prod_hr` (team.yaml:3:27); `read_prod_hr` may read `prod_hr` (team.yaml:3:5)",
        "team.yaml:13:68: `alice` may read `prod_hr`: expected DENIED, got ALLOWED",
        "  because: `alice` is a member of `read_prod_hr` (team.yaml:3:27); " +
          "`read_prod_hr` may read `prod_hr` (team.yaml:3:5)",
        "team.yaml:13:68: `airflow` may read `prod_hr`: expected DENIED, got ALLOWED",
        "  because: sessions of `airflow` act as `prod` (team.yaml:9:5); `prod` owns `prod_hr` (team.yaml:3:5)",
        "team.yaml:13:43: `bruno` may write `prod_hr`: expected ALLOWED, got DENIED",
        "  because: `prod_hr` belongs to `prod` and `bruno` has no access to it (team.yaml:3:5)",
      ].join("\n"),
    );
  });

  it("of several expectations: each at its own line", () => {
    expect(
      problemsOf("{ who: bruno, cannot: [read bruno] }", "{ who: bruno, cannot: [write bruno] }").match(/^team\S+/gm),
    ).toEqual(["team.yaml:13:28:", "team.yaml:14:28:"]);
  });
});

describe("expectations about what is not there", () => {
  const help = "  help: schemas are `<prefix>` and `<prefix>_<source>`; `*` fits any text";

  it.each(["prod_stirpe", "dave", "dave_*", "*_stirpe", "airflow", "old_ci_*", "ci"])(
    "%s: never passes, neither as `can` nor as `cannot`",
    (target) => {
      expect(problemsOf(`{ who: bruno, cannot: [read ${target}] }`)).toBe(
        `team.yaml:13:28: expectation about \`${target}\`, which fits no schema\n${help}`,
      );
      expect(problemsOf(`{ who: bruno, can: [read ${target}] }`)).toBe(
        `team.yaml:13:25: expectation about \`${target}\`, which fits no schema\n${help}`,
      );
    },
  );

  it("CI's schemas are not there without CI", () => {
    const roster = rosterOf(
      "sources: [stripe]\ndevelopers: [{ name: alice }]\nexpect: [{ who: alice, cannot: [read ci_4711] }]",
    );
    expect(expectationProblems(roster, pathsOf(roster)).map(formatProblem)).toEqual([
      `team.yaml:3:33: expectation about \`ci_4711\`, which fits no schema\n${help}`,
    ]);
  });
});

describe("access that has ended", () => {
  it("nothing is expected of those who had it", () => {
    expect(problemsOf("{ who: carol, can: [read prod_hr], cannot: [read prod_stripe, write carol] }")).toBe("");
  });

  it("what is expected of the others still is", () => {
    expect(problemsOf("{ who: [carol, bruno], can: [read prod_hr] }").match(/^team.*$/gm)).toEqual([
      "team.yaml:13:34: `bruno` may read `prod_hr`: expected ALLOWED, got DENIED",
    ]);
  });

  it("their schemas are no unknown ones: time alone does not turn a good roster into a bad one", () => {
    const text = "{ who: alice, cannot: [read carol, read carol_*, write carol_stripe] }";
    const roster = rosterOf(`${TEAM}  - ${text}\n`);
    for (const now of [new Date("2026-06-14"), NOW, new Date("2030-01-01")]) {
      expect(expectationProblems(roster, pathsOf(roster, now))).toEqual([]);
    }
  });

  it("nor are those of a CI service", () => {
    const roster = rosterOf(`sources: [stripe]
developers: [{ name: alice }]
services: [{ name: github_ci, duty: ci, expires: 2026-06-15 }]
expect: [{ who: alice, cannot: [write ci_*] }]`);
    expect(expectationProblems(roster, pathsOf(roster))).toEqual([]);
  });
});

describe("the schemas that a pattern fits", () => {
  const schemas = ["alice", "alice_hr", "alice_stripe", "ci_*", "prod", "prod_hr", "produce"].map(
    (name): Schema => ({ name, kind: "personal", because: "sources" }),
  );
  const names = (target: string) => matching(schemas, target).map(({ name }) => name);

  it.each([
    ["prod", ["prod"]],
    ["prod_*", ["prod_hr"]],
    ["prod*", ["prod", "prod_hr", "produce"]],
    ["*_hr", ["alice_hr", "prod_hr"]],
    ["*_*r*", ["alice_hr", "alice_stripe", "prod_hr"]],
    ["a*e", ["alice", "alice_stripe"]],
    ["*prod*", ["prod", "prod_hr", "produce"]],
    ["alice*alice", []],
    ["ci_*", ["ci_*"]],
    ["ci_4711_stripe", ["ci_*"]],
    ["ci_*_stripe", ["ci_*"]],
    ["ci*", ["ci_*"]],
    ["rod", []],
    ["*", ["alice", "alice_hr", "alice_stripe", "ci_*", "prod", "prod_hr", "produce"]],
    ["**", ["alice", "alice_hr", "alice_stripe", "ci_*", "prod", "prod_hr", "produce"]],
  ])("%s: %j", (target, expected) => {
    expect(names(target)).toEqual(expected);
  });

  it("are those that the regular expression fits", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "_"), minLength: 1, maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "_", "*"), minLength: 1, maxLength: 6 });
    let fitting = 0;
    fc.assert(
      fc.property(name, pattern, (name, pattern) => {
        const found = matching([{ name, kind: "personal", because: "sources" }], pattern).length === 1;
        expect(found).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name));
        if (found) fitting++;
      }),
      { seed: 20_261_122, numRuns: 5000 },
    );
    expect(fitting).toBeGreaterThan(200);
  });

  it("are found in a moment, however many `*` there are", () => {
    const name = "a".repeat(63);
    expect(matching([{ name, kind: "personal", because: "sources" }], `${"*a".repeat(31)}b`)).toEqual([]);
  }, 5_000);
});
