import { expect, test } from "vitest";
import { representativesOf } from "../../src/proof/representatives";
import { NOTHING_PROVEN } from "../../src/proof/verdict";
import type { Rehearsal } from "../../src/rehearsal/rehearse";
import { readRehearsal, writeRehearsal } from "../../src/report/rehearsalFile";
import { renderRehearsal } from "../../src/report/rehearsalText";
import { bigTeam } from "../support/pages";

const TEAM = bigTeam(300, 2);

const REHEARSAL: Rehearsal = {
  roster: TEAM.roster,
  paths: TEAM.paths,
  steps: [],
  measured: new Map(),
  representation: representativesOf(TEAM.paths),
  verdict: { ...NOTHING_PROVEN, allowed: 3, denied: 4, furtherFaults: 2 },
  engine: "stand-in",
  warehouse: "PostgreSQL 18.4",
};

test("the verdict says who was represented, and what is wrong beyond what is listed", () => {
  expect(renderRehearsal(REHEARSAL)).toContain(`
wrong: 2 more that are not listed

in schemas of others 299 identities are proven by 1 representative of equal memberships; all:
  --exhaustive
proof: 3 allowed, 4 denied, 2 wrong; 0 attacks repelled; engine: stand-in`);
});

test("so does the file", () => {
  const { representation, measured } = readRehearsal(writeRehearsal(REHEARSAL), "proof.json");
  expect(representation).toEqual({ represented: 299, representatives: 1 });
  expect(measured).toEqual({ outcomes: [], targets: [], identities: {} });
});
