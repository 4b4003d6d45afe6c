import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIONS, type Action, decide, decideRole, UnknownName } from "../../src/access/decide";
import { ACT_AS, explain } from "../../src/access/explain";
import { fits } from "../../src/access/pattern";
import { select } from "../../src/access/selection";
import { locate } from "../../src/roster/roster";
import { accessFrom, arbitraryChange } from "../support/changes";

const RUNS = { seed: 20_261_125, numRuns: 60 };
const TEAM = accessFrom(`sources: [stripe, { name: hr, readers: [alice] }]
developers: [{ name: alice }, { name: bob }, { name: gone, expires: 2020-01-01 }]
services: [{ name: airflow, duty: prod }, { name: github_ci, duty: ci }]
`);

describe("explanations", () => {
  it("answer as decide does, with steps that are in the roster", () => {
    fc.assert(
      fc.property(arbitraryChange, fc.constantFrom(...(Object.keys(ACTIONS) as Action[])), ({ after }, action) => {
        const { paths, roster } = after;
        for (const who of paths.identities.keys()) {
          for (const schema of paths.schemas.keys()) {
            const { allowed, reasons, besides, instead } = explain(after, who, action, schema);
            expect(allowed).toBe(decide(paths, who, action, schema).allowed);
            for (const { because } of [...reasons, ...besides]) expect(locate(roster, because).line).toBeGreaterThan(0);
            for (const other of instead) expect(decide(paths, other, action, schema).allowed).toBe(true);
          }
          for (const role of paths.roles.keys()) {
            expect(explain(after, who, ACT_AS, role).allowed).toBe(decideRole(paths, who, role).allowed);
          }
        }
      }),
      RUNS,
    );
  });

  it("know those whose access has ended", () => {
    const { allowed, reasons } = explain(TEAM, "gone", "read", "prod_stripe");
    expect(allowed).toBe(false);
    expect(reasons).toEqual([{ text: "the access of `gone` ended on 2020-01-01", because: "developers.gone.expires" }]);
  });

  it("take an object for its schema, and any schema of CI for all of them", () => {
    expect(explain(TEAM, "alice", "read", "prod_hr.salaries")).toMatchObject({ allowed: true, target: "prod_hr" });
    expect(explain(TEAM, "github_ci", "create table", "ci_7_stripe")).toMatchObject({ allowed: true });
  });

  it("never answer for a name that nobody knows", () => {
    expect(() => explain(TEAM, "alcie", "read", "prod_hr")).toThrow(UnknownName);
    expect(() => explain(TEAM, "alice", "read", "prod_h")).toThrow(UnknownName);
    expect(() => explain(TEAM, "gone", "read", "prod_h")).toThrow(UnknownName);
    expect(() => explain(TEAM, "alice", ACT_AS, "prodd")).toThrow(UnknownName);
  });
});

describe("selections", () => {
  it("hold what decide allows", () => {
    fc.assert(
      fc.property(arbitraryChange, fc.constantFrom("read" as const, "write" as const), ({ after }, action) => {
        const { paths } = after;
        const selection = select(paths, { action });
        for (const who of paths.identities.keys()) {
          for (const schema of paths.schemas.keys()) {
            expect(selection.cellsOf(who).has(schema)).toBe(decide(paths, who, action, schema).allowed);
          }
        }
        const shown = selection.identities.map(({ name }) => name);
        for (const who of paths.identities.keys()) expect(shown.includes(who)).toBe(selection.cellsOf(who).size > 0);
      }),
      RUNS,
    );
  });

  it("take `*` for any text, and everything else for itself", () => {
    expect(fits("prod_hr", "prod*")).toBe(true);
    expect(fits("prod_hr", "*_hr")).toBe(true);
    expect(fits("prod_hr", "prod")).toBe(false);
    expect(fits("prod_hr", "prod.hr")).toBe(false);
    expect(fits("ci_*", "ci_*")).toBe(true);
  });
});
