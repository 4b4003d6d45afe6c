import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accessMatrix } from "../../src/access/matrix";
import { loadAccess } from "../../src/load/loadAccess";
import { NOW, pathsOf, rosterOf } from "../support/access";

const villoro = (level: string) => ({
  villoro: level,
  villoro_hr: level,
  villoro_salesforce: level,
  villoro_stripe: level,
  villoro_web_events: level,
});
const open = { prod: "read", prod_salesforce: "read", prod_stripe: "read", prod_web_events: "read" };

describe("the default team.yaml", () => {
  const { paths, problems } = loadAccess(join(__dirname, "../../team.yaml"), NOW);

  it("means exactly this", () => {
    expect(accessMatrix(paths)).toEqual({
      airflow: { prod: "own", prod_hr: "own", prod_salesforce: "own", prod_stripe: "own", prod_web_events: "own" },
      alice: {
        ...open,
        prod_hr: "read",
        ...villoro("read"),
        ...{ alice: "own", alice_hr: "own", alice_salesforce: "own", alice_stripe: "own", alice_web_events: "own" },
      },
      bruno: {
        ...open,
        prod_hr: "none",
        ...villoro("read"),
        ...{ bruno: "own", bruno_hr: "own", bruno_salesforce: "own", bruno_stripe: "own", bruno_web_events: "own" },
      },
      github_ci: { ...open, prod_hr: "none", "ci_*": "write" },
      metabase: {
        ...{ prod: "none", prod_hr: "none", prod_web_events: "none" },
        ...{ prod_salesforce: "read", prod_stripe: "read" },
      },
      villoro: { ...open, prod_hr: "none", ...villoro("own") },
    });
  });

  it("has nothing against it", () => {
    expect(problems).toEqual([]);
  });
});

describe("the matrix", () => {
  it("lists production for everybody, and elsewhere only what somebody can use", () => {
    const roster = rosterOf("sources: [stripe]\ndevelopers: [{ name: alice }]\nservices: [{ name: bi, duty: reader }]");
    expect(accessMatrix(pathsOf(roster))).toEqual({
      alice: { alice: "own", alice_stripe: "own", prod: "read", prod_stripe: "read" },
      bi: { prod: "read", prod_stripe: "read" },
    });
  });

  it("takes names that JavaScript objects know for what they are", () => {
    const roster = rosterOf("sources: [constructor]\ndevelopers: [{ name: constructor }]");
    expect(Object.entries(accessMatrix(pathsOf(roster)))).toEqual([
      ["constructor", { constructor: "own", constructor_constructor: "own", prod: "read", prod_constructor: "read" }],
    ]);
  });
});
