/**
 * What the preflight finds. Each case is laid out by a superuser, must be told in exactly these words, and the statements
 * that are told must mend it: run as they stand, they leave nothing to tell.
 */
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { as } from "../../../src/proof/session";
import { parseRoster } from "../../../src/roster/parse";
import { record } from "../../../src/standin/record";
import { declareWarehouse } from "../../../src/warehouses/postgresql/deploy/declare";
import { type StackState, stateOf } from "../../../src/warehouses/postgresql/deploy/stackState";
import { type Examination, examine } from "../../../src/warehouses/postgresql/preflight/examine";
import { lineOf } from "../../../src/warehouses/postgresql/preflight/finding";
import { type Cluster, startCluster } from "../../../src/warehouses/postgresql/server/cluster";
import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import type { Settings } from "../../../src/warehouses/postgresql/settings";
import { query } from "../../support/query";
import { startWarehouse, type TestWarehouse } from "../../support/warehouse";
import { type Case, DEPLOYED, GROWN } from "./findings";

const ROSTER = `
sources: [sales, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: ben, share: team }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }, { name: charts, duty: reader, sources: [sales] }]
`;
const SETTINGS: Settings = { database: "analytics", team: "team.yaml", passwordSeed: "a seed for tests, long enough" };
const NOTHING = stateOf([]);

function plan() {
  const { roster } = parseRoster(ROSTER, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  return deriveAccess(roster, new Date("2026-01-01"));
}

/** What the stack knows after a deployment. */
async function deployedState(): Promise<StackState> {
  const connection = {
    host: "h",
    port: 1,
    username: "a",
    sslmode: "disable",
    superuser: false,
    connectTimeout: 1,
  } as const;
  const found = { expiries: new Map(), roles: new Set<string>(), foreignRoutines: new Set<string>() };
  const { resources } = await record({}, async () =>
    declareWarehouse(plan(), ["hr", "sales"], SETTINGS, connection, found),
  );
  return stateOf(resources.map(({ type, inputs }) => ({ type, outputs: inputs })));
}

/** What there is in a warehouse that nobody deployed to yet. */
const FOUND = `
  create schema prod_sales; create schema prod_hr; create schema ana_sales; create schema ben_sales;
  create table prod_sales.orders (id int, note text); create table prod_sales.items (id int);
  create view prod_sales.recent as select * from prod_sales.orders; create sequence prod_sales.numbers;
  create table prod_hr.salaries (id int, pay int); create table ana_sales.drafts (id int); create table ben_sales.notes (id int)`;

const NOTHING_FOUND = { findings: [], warnings: [], taken: new Set(), foreignRoutines: new Set() };

interface Place {
  readonly cluster: Cluster;
  readonly state: StackState;
}

function look({ cluster, state }: Place, settings: Partial<Settings> = {}): Promise<Examination> {
  const deployment = { plan: plan(), state, settings: { ...SETTINGS, ...settings } };
  return as(cluster.connect(cluster.admin), (client) => examine(client, deployment));
}

const asSuperuser = ({ cluster }: Place, sql: string) => query(cluster, cluster.superuser, sql);

function majorOf({ version }: Cluster): number {
  return Number.parseInt(version, 10);
}

/** Names differ by who deploys. */
function inWordsOf({ cluster }: Place, text: string): string {
  const by = majorOf(cluster) >= 16 ? ' GRANTED BY "$1"' : "";
  const isOwn = majorOf(cluster) < 16 || cluster.admin.user !== "warehouse_admin";
  return text
    .replaceAll("$admin", cluster.admin.user)
    .replaceAll("$option", isOwn ? "ADMIN OPTION FOR " : "")
    .replace(/\$by\((\w+)\)/g, by);
}

async function prove(place: Place, { layOut, tells, warns, taken, cleanUp, settings, since }: Case): Promise<void> {
  if (since !== undefined && majorOf(place.cluster) < since) return;
  await asSuperuser(place, inWordsOf(place, layOut));
  try {
    const { findings, warnings, ...found } = await look(place, settings);
    expect([...found.taken].sort()).toEqual(taken ?? []);
    expect(findings.map(lineOf).sort()).toEqual(tells.map((line) => inWordsOf(place, line)).sort());
    expect(warnings).toEqual((warns ?? []).map((line) => inWordsOf(place, line)));
    for (const { mend } of findings) if (!mend.startsWith("pulumi ")) await asSuperuser(place, mend);
    const config = findings.flatMap(({ mend }) => /^pulumi config set acceptLosing '(.*)'$/.exec(mend)?.[1] ?? []);
    const accepted = config.map((list) => ({ acceptLosing: JSON.parse(list) as string[] }));
    const after = await look(place, Object.assign({}, settings, ...accepted));
    expect(after.findings.map(lineOf)).toEqual([]);
  } finally {
    await asSuperuser(place, inWordsOf(place, cleanUp ?? ""));
  }
  expect((await look(place)).findings).toEqual([]);
}

describe.each<AdminKind>(["managed", "superuser"])("as a %s admin", (admin) => {
  const isHere = ({ only }: Case) => only === undefined || only === admin;

  describe("in a warehouse that is there already", () => {
    let place: Place;
    beforeAll(async () => {
      const cluster = await startCluster({ admin });
      place = { cluster, state: NOTHING };
      await as(cluster.connect(cluster.admin), (client: Client) => client.query(FOUND));
    });
    afterAll(() => place?.cluster.stop());

    test("nothing is in the way by itself", async () => {
      expect(await look(place)).toEqual(NOTHING_FOUND);
    });
    test.each(GROWN.filter(isHere))("$what", (found) => prove(place, found));

    test("routines of a trusted extension, which are a superuser's, can be closed by a superuser alone (PG-30)", async () => {
      const { cluster } = place;
      await query(cluster, cluster.admin, "create extension citext schema prod_hr");
      const foreignRoutines = new Set(admin === "managed" ? ["prod_hr"] : []);
      const found = await look(place).finally(() => asSuperuser(place, "drop extension citext"));
      expect(found).toEqual({ ...NOTHING_FOUND, foreignRoutines });
    });
  });

  describe("after a deployment", () => {
    let warehouse: TestWarehouse;
    let place: Place;
    beforeAll(async () => {
      warehouse = await startWarehouse(admin);
      await as(warehouse.cluster.connect(warehouse.cluster.admin), (client) => client.query(FOUND));
      const testWarehouse = await warehouse.apply(ROSTER);
      await testWarehouse.adopt();
      place = { cluster: warehouse.cluster, state: await deployedState() };
    });
    afterAll(() => warehouse?.stop());

    test("nothing is in the way by itself", async () => {
      expect(await look(place)).toEqual(NOTHING_FOUND);
    });
    test.each(DEPLOYED.filter(isHere))("$what", (found) => prove(place, found));
  });
});
