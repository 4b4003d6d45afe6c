/** A kind of thing is one entry: one that is added here is granted, made, tried and looked for like the others. */
import { expect, test, vi } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { parseRoster } from "../../../src/roster/parse";
import { record } from "../../../src/standin/record";
import { declareWarehouse } from "../../../src/warehouses/postgresql/deploy/declare";
import { plannedPrivileges, privilegeKey } from "../../../src/warehouses/postgresql/deploy/planned";
import { grantableKinds, KINDS, type Kind, readableKinds, thingsOf } from "../../../src/warehouses/postgresql/kinds";
import { fill } from "../../../src/warehouses/postgresql/rehearsal/fixtures";
import { probeDialectOf } from "../../../src/warehouses/postgresql/rehearsal/probes";

vi.mock("../../../src/warehouses/postgresql/kinds", async (original) => {
  const kinds = await original<typeof import("../../../src/warehouses/postgresql/kinds")>();
  const fountain: Kind = {
    objectType: "fountain",
    grant: {
      label: "well",
      read: ["SIP"],
      future: true,
      openByDefault: "fountain",
      things: "select from pg_fountain",
    },
    fixtures: [
      {
        name: "font",
        make: (it, { beside }) => `create fountain ${it} beside ${beside("table")}`,
        opened: (it) => `grant all on fountain ${it} to public`,
        tries: (it) => [{ action: "read", sql: `sip ${it}` }],
      },
    ],
  };
  (kinds.KINDS as Kind[]).push(fountain);
  return kinds;
});

const ROSTER = `
sources: [sales]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }]
`;

function planOf(yaml: string) {
  const { roster } = parseRoster(yaml, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  return deriveAccess(roster, new Date("2026-01-01"));
}

async function declared() {
  const connection = { host: "h", port: 1, username: "admin", sslmode: "disable", superuser: false, connectTimeout: 1 };
  const settings = { database: "analytics", team: "team.yaml", passwordSeed: "0123456789abcdef" };
  const found = { expiries: new Map<string, string>(), roles: new Set<string>(), foreignRoutines: new Set<string>() };
  const declare = async () =>
    declareWarehouse(planOf(ROSTER), ["sales"], settings, { ...connection, sslmode: "disable" }, found);
  return (await record({}, declare)).resources;
}

test("a kind that something is granted on has a fixture that readers read, and can be looked for", () => {
  expect(grantableKinds().map(({ objectType }) => objectType)).toContain("table");
  for (const { objectType, grant, fixtures } of grantableKinds()) {
    const place = { schema: "prod_sales", time: "before", beside: (name: string) => name } as const;
    const tried = fixtures.flatMap(({ name, tries }) => tries?.(name, place) ?? []);
    expect(
      tried.map(({ action }) => action),
      objectType,
    ).toContain("read");
    expect(grant.things, objectType).toMatch(/^\s*select\b/);
  }
});

test("fixtures have names of their own, and nothing is tried on what nobody makes", () => {
  const fixtures = KINDS.flatMap((kind) => kind.fixtures);
  const names = fixtures.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  // What an owner cannot make is laid out with the warehouse as found.
  expect(fixtures.filter(({ make }) => make === undefined).map(({ name }) => name)).toEqual(["foreign"]);
});

test("a new entry is declared: closed to everybody, and given to readers, now and in future", async () => {
  const grants = (await declared()).filter(({ name }) => /:(future-)?(admin-)?(well|future-fountain)/.test(name));
  expect(grants.map(({ name, inputs }) => [name, inputs.objectType, inputs.privileges])).toEqual(
    expect.arrayContaining([
      ["public:well:prod_sales", "fountain", []],
      ["read_prod_sales:well:prod_sales", "fountain", ["SIP"]],
      ["read_prod_sales:future-well:prod_sales", "fountain", ["SIP"]],
      ["read_prod_sales:future-admin-well:prod_sales", "fountain", ["SIP"]],
      ["public:future-fountain:ana", "fountain", []],
    ]),
  );
});

test("the preflight plans with it, and looks for it as adopt does", () => {
  const planned = plannedPrivileges(planOf(ROSTER));
  expect(planned.get(privilegeKey("read_prod_sales", "fountain", "prod_sales"))).toEqual(new Set(["SIP"]));
  expect(planned.get(privilegeKey("public", "fountain", "prod_sales"))).toEqual(new Set());
  for (const kinds of [readableKinds(), grantableKinds()])
    expect(thingsOf(kinds)).toContain("select 'fountain', t.* from (select from pg_fountain) as t");
});

test("the rehearsal makes one and tries it, before and after", () => {
  expect(fill("prod_sales", "after")).toContain(
    'create fountain "prod_sales"."after_font" beside "prod_sales"."after_table"',
  );
  const tries = probeDialectOf("18.4").inSchema({ name: "prod_sales", times: ["before", "after"] });
  expect(tries).toEqual(
    expect.arrayContaining([
      { action: "read", sql: 'sip "prod_sales"."before_font"' },
      { action: "read", sql: 'sip "prod_sales"."after_font"' },
    ]),
  );
});
