/** A kind of thing is one entry: one that is added here is granted, made, tried and adopted like the others. */
import { expect, test, vi } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { parseRoster } from "../../../src/roster/parse";
import { record } from "../../../src/standin/record";
import { adoptionOf } from "../../../src/warehouses/snowflake/adopt";
import { declareWarehouse } from "../../../src/warehouses/snowflake/deploy/declare";
import { KINDS, type Kind, readableKinds } from "../../../src/warehouses/snowflake/kinds";
import { fill, fixturePlace } from "../../../src/warehouses/snowflake/rehearsal/fixtures";
import { probeDialectOf } from "../../../src/warehouses/snowflake/rehearsal/probes";
import type { Row } from "../../../src/warehouses/snowflake/session";
import { Settings } from "../../../src/warehouses/snowflake/settings";

vi.mock("../../../src/warehouses/snowflake/kinds", async (original) => {
  const kinds = await original<typeof import("../../../src/warehouses/snowflake/kinds")>();
  const fountains: Kind = {
    plural: "COLD FOUNTAINS",
    read: ["SIP"],
    ciMakes: true,
    adopt: { show: "fountains" },
    fixtures: [
      {
        name: "font",
        make: (it, { beside }) => [`create fountain ${it} beside ${beside("table")}`],
        tries: (it) => [{ action: "read", sql: `sip ${it}` }],
      },
    ],
  };
  (kinds.KINDS as Kind[]).push(fountains);
  return kinds;
});

const ROSTER = `
sources: [sales]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }]
`;

async function declared() {
  const { roster } = parseRoster(ROSTER, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  const plan = deriveAccess(roster, new Date("2026-01-01"));
  const connection = {
    ...{ organizationName: "ACME", accountName: "DEV", user: "ADMIN", privateKey: "pem", keyInEnvironment: false },
  };
  const settings = Settings.parse({ database: "LAKE", publicKeys: {}, warehouses: {} });
  const declare = async () => declareWarehouse(plan, ["sales"], settings, connection, new Map());
  return (await record({}, declare)).resources;
}

test("a kind that readers get something on has a fixture that they read", () => {
  expect(readableKinds().map(({ plural }) => plural)).toContain("TABLES");
  for (const { plural, fixtures } of readableKinds()) {
    const place = fixturePlace("LAKE", "prod_sales", "before");
    const tried = fixtures.flatMap(({ name, tries }) => tries?.(place.beside(name), place) ?? []);
    expect(
      tried.map(({ action }) => action),
      plural,
    ).toContain("read");
  }
});

test("what is tried on a fixture and changes something comes with what takes it back", () => {
  const place = fixturePlace("LAKE", "prod_sales", "before");
  const tried = KINDS.flatMap(({ fixtures }) => fixtures.flatMap(({ name, tries }) => tries?.(name, place) ?? []));
  const lasting = tried.filter(({ action, undo }) => action !== "read" && action !== "execute" && !undo?.length);
  expect(tried.length).toBeGreaterThan(10);
  expect(lasting).toEqual([]);
});

test("fixtures have names of their own", () => {
  const names = KINDS.flatMap(({ fixtures }) => fixtures.map(({ name }) => name));
  expect(names).toEqual([...new Set(names)]);
});

test("a new entry is declared: given to readers, now and in future, and to CI to make", async () => {
  const resources = await declared();
  const objects = { objectTypePlural: "COLD FOUNTAINS", inSchema: '"LAKE"."PROD_SALES"' };
  const inputsOf = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
  expect(inputsOf("read_prod_sales:cold-fountains:prod_sales")).toMatchObject({
    privileges: ["SIP"],
    onSchemaObject: { all: objects },
  });
  expect(inputsOf("read_prod_sales:future-cold-fountains:prod_sales")).toMatchObject({
    privileges: ["SIP"],
    onSchemaObject: { future: objects },
  });
  expect(JSON.stringify(resources)).toContain("CREATE COLD FOUNTAIN");
});

test("the rehearsal makes one and tries it, before and after", () => {
  expect(fill("LAKE", "prod_sales", "after", "W")).toContain(
    'create fountain "LAKE"."PROD_SALES"."AFTER_FONT" beside "LAKE"."PROD_SALES"."AFTER_TABLE"',
  );
  const tries = probeDialectOf("LAKE").inSchema({ name: "prod_sales", times: ["before", "after"] });
  expect(tries).toEqual(
    expect.arrayContaining([
      { action: "read", sql: 'sip "LAKE"."PROD_SALES"."BEFORE_FONT"' },
      { action: "read", sql: 'sip "LAKE"."PROD_SALES"."AFTER_FONT"' },
    ]),
  );
});

test("adopt finds it where it is another's", async () => {
  const answers: Record<string, Row[]> = {
    "SHOW SCHEMAS": [{ name: "PROD_SALES" }],
    "SHOW fountains": [{ name: "F", owner: "SOMEBODY" }],
  };
  const answerTo = (sql: string) => Object.entries(answers).find(([start]) => sql.startsWith(start))?.[1] ?? [];
  const changes = await adoptionOf({ query: async (sql) => answerTo(sql) }, "LAKE", ["prod_sales"], "prod");
  expect(changes).toEqual([
    {
      sql: 'grant ownership on all cold fountains in schema "LAKE"."PROD_SALES" to role "PROD" copy current grants',
      objects: 1,
    },
  ]);
});
