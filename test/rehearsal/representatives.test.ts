/** Whoever is tried for somebody else has the same access as they, and nobody is represented where the roster tells them apart. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACTIONS, type Action, decide } from "../../src/access/decide";
import { createFixtures } from "../../src/proof/createFixtures";
import { measuredLevels } from "../../src/proof/measured";
import { prove } from "../../src/proof/prove";
import { representativesOf } from "../../src/proof/representatives";
import type { PostgresqlTestWarehouse } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { pathsOf, withoutFile } from "../support/access";
import { query } from "../support/query";
import { arbitraryRoster } from "../support/rosters";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const SEED = 20_261_127;

test("has the same access as who is represented, and everybody tries production and what is theirs", () => {
  let represented = 0;
  fc.assert(
    fc.property(arbitraryRoster({ sources: 3, developers: 6, services: 4 }), (roster) => {
      const paths = pathsOf(withoutFile(roster));
      const { triesFor } = representativesOf(paths);
      const allowed = (who: string, schema: string) =>
        (Object.keys(ACTIONS) as Action[]).filter((action) => decide(paths, who, action, schema).allowed);
      for (const { name: schema, kind, owner } of paths.plan.schemas) {
        for (const who of paths.identities.keys()) {
          const by = triesFor(who, schema);
          if (kind !== "personal" || owner === who) expect(by).toBe(who);
          expect(triesFor(by, schema)).toBe(by);
          expect(allowed(by, schema)).toEqual(allowed(who, schema));
          represented += Number(by !== who);
        }
      }
    }),
    { seed: SEED, numRuns: 60 },
  );
  expect(represented).toBeGreaterThan(100);
});

test("tries for all in a group but in their own schemas, where the next one does", () => {
  const member = { rotation: 1, limits: {} };
  const developers = ["ana", "ben", "cleo"].map((name) => ({ name, share: "private" as const, ...member }));
  const limits = { developer: {}, prod: {}, ci: {}, reader: {} };
  const paths = pathsOf(withoutFile({ sources: [{ name: "crm" }], developers, services: [], limits, expect: [] }));
  const representation = representativesOf(paths);
  expect(representation).toMatchObject({ represented: 2, representatives: 1 });
  const tries = (schema: string) => ["ana", "ben", "cleo"].map((who) => representation.triesFor(who, schema));
  expect(tries("ana_crm")).toEqual(["ana", "ben", "ben"]);
  expect(tries("cleo_crm")).toEqual(["ana", "ana", "cleo"]);
  expect(tries("prod_crm")).toEqual(["ana", "ben", "cleo"]);
  expect(tries("ci_1")).toEqual(["ana", "ben", "cleo"]);
});

const ROSTER = `
sources: [stripe, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: ben, share: team }, { name: cleo }, { name: dora }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }, { name: charts, duty: reader }]
`;

let warehouse: TestWarehouse;
/** The same, where everything is too much. */
let small: PostgresqlTestWarehouse;
let all: PostgresqlTestWarehouse;

beforeAll(async () => {
  warehouse = await startWarehouse();
  all = await warehouse.apply(ROSTER);
  small = { ...all, mostStatements: 1 };
});
afterAll(() => warehouse?.stop());

async function proven(testWarehouse: PostgresqlTestWarehouse, exhaustive = false) {
  const { schemas } = await createFixtures(testWarehouse, "after");
  return prove(testWarehouse, schemas, { exhaustive });
}

test("finds the same levels with fewer statements, says so, and may be told not to", async () => {
  const [whole, some, told] = [await proven(all), await proven(small), await proven(small, true)];
  for (const { verdict } of [whole, some, told]) expect(verdict.faults).toEqual([]);
  expect([whole.representation, told.representation]).toEqual([undefined, undefined]);
  expect(some.representation).toMatchObject({ represented: 2, representatives: 1 });
  expect(some.verdict.denied).toBeLessThan(whole.verdict.denied);
  expect(told.verdict).toEqual(whole.verdict);
  expect(measuredLevels(some)).toEqual(measuredLevels(whole));
});

test.for([
  ["ana", "developer", /^ben may create table ana$/],
  ["prod_hr", "dora", /^dora may create table prod_hr$/],
] as const)("finds what is granted by hand: create in %s to %s", async ([schema, grantee, named]) => {
  const { cluster } = warehouse;
  await query(cluster, cluster.superuser, `grant create, usage on schema ${schema} to ${grantee}`);
  const { verdict } = await proven(small);
  await query(cluster, cluster.superuser, `revoke create, usage on schema ${schema} from ${grantee}`);
  expect(verdict.faults.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(named));
});
