import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIONS, type Action, decide, decideRole } from "../../src/access/decide";
import { deriveAccess } from "../../src/access/derive";
import { accessMatrix } from "../../src/access/matrix";
import { levelOf } from "../../src/access/paths";
import { type AccessPlan, LEVELS } from "../../src/access/plan";
import type { Developer, Roster } from "../../src/roster/roster";
import { NOW, pathsOf, rosterOf, withoutFile, withoutMember } from "../support/access";
import { ReferenceModel } from "../support/referenceModel";
import { arbitraryRoster, toYaml } from "../support/rosters";
import { shuffleYaml } from "../support/shuffle";

const SEED = { seed: 20_261_122 };
const TODAY = "2026-06-15";
const arbitrary = arbitraryRoster().map(withoutFile);
const withDeveloper = arbitrary.filter(({ developers }) => developers.length > 0);

describe("equal rosters", () => {
  it("give byte-equal plans, whatever the order of their lists and keys", () => {
    let reordered = 0;
    fc.assert(
      fc.property(arbitraryRoster({ expectations: 2 }), fc.integer(), (model, seed) => {
        const text = toYaml(model, { explicit: true });
        const other = shuffleYaml(text, seed);
        if (other !== text) reordered++;
        const plan = (yaml: string) => JSON.stringify(deriveAccess(rosterOf(yaml), NOW));
        expect(plan(other)).toBe(plan(text));
      }),
      SEED,
    );
    expect(reordered).toBeGreaterThan(80);
  });
});

describe("the reference model", () => {
  it("agrees with decide on every identity, schema and action", () => {
    const answers = { allowed: 0, denied: 0 };
    fc.assert(
      fc.property(arbitrary, (roster) => {
        const model = new ReferenceModel(roster, TODAY);
        const paths = pathsOf(roster);
        expect([...paths.identities.keys()].sort()).toEqual(model.identities().sort());
        const disagreements: string[] = [];
        for (const who of model.identities()) {
          for (const schema of model.schemas()) {
            for (const action of Object.keys(ACTIONS) as Action[]) {
              const { allowed } = decide(paths, who, action, schema);
              answers[allowed ? "allowed" : "denied"]++;
              if (allowed !== model.may(who, action, schema))
                disagreements.push(`${who} may ${action} ${schema}: ${allowed}`);
            }
          }
        }
        expect(disagreements).toEqual([]);
      }),
      { ...SEED, numRuns: 300 },
    );
    expect(answers.allowed).toBeGreaterThan(5_000);
    expect(answers.denied).toBeGreaterThan(5_000);
  });

  it("knows the same schemas, CI's apart", () => {
    fc.assert(
      fc.property(arbitrary, (roster) => {
        const declared = (schemas: string[]) => schemas.filter((schema) => !schema.startsWith("ci_")).sort();
        const { plan } = pathsOf(roster);
        expect(declared(plan.schemas.map(({ name }) => name))).toEqual(
          declared(new ReferenceModel(roster, TODAY).schemas()),
        );
      }),
      SEED,
    );
  });

  it("agrees on who may act as `prod`, and as whom else", () => {
    fc.assert(
      fc.property(arbitrary, (roster) => {
        const model = new ReferenceModel(roster, TODAY);
        const paths = pathsOf(roster);
        for (const who of model.identities()) {
          for (const role of ["prod", ...model.identities()]) {
            expect(decideRole(paths, who, role).allowed, `${who} as ${role}`).toBe(model.mayActAs(who, role));
          }
        }
      }),
      SEED,
    );
  });
});

describe("expiry", () => {
  it("is the same as being removed", () => {
    fc.assert(
      fc.property(arbitrary, (roster) => {
        const ended = [...roster.developers, ...roster.services].filter(({ expires }) => expires && expires <= TODAY);
        const without = ended.reduce((rest, { name }) => withoutMember(rest, name), roster);
        expect(deriveAccess(roster, NOW)).toEqual(deriveAccess(without, NOW));
      }),
      SEED,
    );
  });
});

describe("removing a developer", () => {
  it("changes nobody else's access but to the leaver's schemas", () => {
    fc.assert(
      fc.property(withDeveloper, fc.nat(), (roster, pick) => {
        const leaver = roster.developers[pick % roster.developers.length]?.name ?? expect.fail("nobody");
        const after = withoutMember(roster, leaver);
        const { [leaver]: gone, ...rest } = accessMatrix(pathsOf(roster));
        const theirs = new Set(ownSchemas(roster, leaver));
        const expected = Object.fromEntries(
          Object.entries(rest).map(([who, row]) => [
            who,
            Object.fromEntries(Object.entries(row).filter(([schema]) => !theirs.has(schema))),
          ]),
        );
        expect(accessMatrix(pathsOf(after))).toEqual(expected);
      }),
      { ...SEED, numRuns: 300 },
    );
  });
});

describe("removing a service", () => {
  it("changes nobody else's access", () => {
    const withService = arbitrary.filter(({ services }) => services.length > 0);
    fc.assert(
      fc.property(withService, fc.nat(), (roster, pick) => {
        const leaver = roster.services[pick % roster.services.length]?.name ?? expect.fail("nobody");
        const { [leaver]: gone, ...rest } = accessMatrix(pathsOf(roster));
        expect(accessMatrix(pathsOf(withoutMember(roster, leaver)))).toEqual(rest);
      }),
      SEED,
    );
  });
});

describe("adding a developer", () => {
  it("gives nobody else anything but what the newcomer shares", () => {
    const seen = { shared: 0, private: 0 };
    fc.assert(
      fc.property(arbitrary, fc.constantFrom("private" as const, "team" as const), (roster, share) => {
        const newcomer: Developer = { name: "newcomer", share, rotation: 1, limits: {} };
        const { newcomer: row, ...others } = accessMatrix(
          pathsOf({ ...roster, developers: [...roster.developers, newcomer] }),
        );
        expect(row).toMatchObject({ newcomer: "own", prod: "read" });
        const before = accessMatrix(pathsOf(roster));
        const theirs = share === "team" ? ownSchemas(roster, "newcomer") : [];
        const shared = Object.fromEntries(theirs.map((schema) => [schema, "read"]));
        const isDeveloper = (who: string) => roster.developers.some(({ name }) => name === who);
        const expected = Object.entries(before).map(([who, row]) => [
          who,
          isDeveloper(who) ? { ...row, ...shared } : row,
        ]);
        expect(others).toEqual(Object.fromEntries(expected));
        seen[share === "team" ? "shared" : "private"]++;
      }),
      SEED,
    );
    expect(Math.min(seen.shared, seen.private)).toBeGreaterThan(20);
  });
});

describe("restricting a source", () => {
  it("never widens anybody's access to anything", () => {
    let narrowed = 0;
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.nat(), (roster, pick, some) => {
        const source = roster.sources[pick % roster.sources.length] ?? expect.fail("no source");
        const eligible = [...roster.developers, ...roster.services.filter(({ duty }) => duty !== "prod")];
        const candidates = source.readers ?? eligible.map(({ name }) => name);
        const readers = candidates.filter((_, index) => (some >> (index % 20)) & 1);
        const sources = roster.sources.map((each) => (each === source ? { ...each, readers } : each));
        const before = pathsOf(roster);
        const after = pathsOf({ ...roster, sources });
        const widened: string[] = [];
        for (const who of before.identities.keys()) {
          for (const schema of before.schemas.keys()) {
            const [was, is] = [levelOf(before, who, schema), levelOf(after, who, schema)];
            if (LEVELS.indexOf(is) > LEVELS.indexOf(was)) widened.push(`${who} in ${schema}: ${was} to ${is}`);
            if (LEVELS.indexOf(is) < LEVELS.indexOf(was)) narrowed++;
          }
        }
        expect(widened).toEqual([]);
        expect([...after.identities.keys()]).toEqual([...before.identities.keys()]);
        expect([...after.schemas.keys()]).toEqual([...before.schemas.keys()]);
      }),
      { ...SEED, numRuns: 300 },
    );
    expect(narrowed).toBeGreaterThan(100);
  });
});

describe("every cause", () => {
  it("is an entry of the roster file, with a line of its own", () => {
    fc.assert(
      fc.property(arbitraryRoster(), (model) => {
        const roster = rosterOf(toYaml(model));
        const causes = causesOf(deriveAccess(roster, NOW));
        expect(causes.filter((because) => !roster.positions.has(because))).toEqual([]);
      }),
      SEED,
    );
  });

  it("names what it is the cause of", () => {
    fc.assert(
      fc.property(arbitrary, (roster) => {
        for (const { name, because, owner, kind } of deriveAccess(roster, NOW).schemas) {
          if (kind === "personal") expect(because).toBe(`developers.${owner}`);
          if (kind === "prod") expect(because).toBe(name === "prod" ? "sources" : `sources.${name.slice(5)}`);
        }
      }),
      SEED,
    );
  });
});

function ownSchemas(roster: Roster, developer: string): string[] {
  return [developer, ...roster.sources.map(({ name }) => `${developer}_${name}`)];
}

function causesOf({ roles, identities, schemas, grants }: AccessPlan): string[] {
  const memberships = [...roles, ...identities].flatMap(({ memberOf }) => memberOf);
  return [...roles, ...identities, ...memberships, ...schemas, ...grants].map(({ because }) => because);
}
