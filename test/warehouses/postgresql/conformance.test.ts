/**
 * The stand-in is held to the real engine: the same rosters, one after the other, through both, each on a database of
 * its own. After each they must have made the same changes and left the same catalog, and the real engine must find
 * nothing to mend (`preview --refresh`).
 */
import type { QueryResult } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadedAccess } from "../../../src/load/loadAccess";
import { type Changes, type Engine, isUnchanged } from "../../../src/rehearsal/engines/engine";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import { targetOf } from "../../../src/warehouses/postgresql/rehearsal/testServer";
import { type Cluster, startCluster } from "../../../src/warehouses/postgresql/server/cluster";
import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import { type Catalog, readCatalog } from "../../support/catalog";
import { loaded } from "../../support/loaded";
import { query } from "../../support/query";
import { TEAM, type Team, teamYaml } from "../../support/team";

/** An engine with its database, and the passwords that it handed out last. */
interface Side<E extends Engine = Engine> {
  readonly cluster: Cluster;
  readonly engine: E;
  credentials: Record<string, string>;
}

const MINUTE = 60_000;
const SEED = "a seed for tests, long enough";
const without = (list: readonly string[], part: string) => list.filter((entry) => !entry.includes(part));
const [ana, ben] = TEAM.developers as [string, string];

/** What happens, and the roster after it; each goes from the one before. */
const HISTORY: readonly [string, Partial<Team>][] = [
  ["a developer comes", { developers: [ana, ben, "name: carl, expires: 2999-12-31"] }],
  ["a developer who made things leaves", { developers: [ben], sources: ["sales", "{ name: hr, readers: [ben] }"] }],
  ["and comes back", {}],
  ["a source is restricted", { sources: ["{ name: sales, readers: [ben] }", TEAM.sources[1] as string] }],
  ["and opened again", {}],
  ["a password is rotated", { developers: [ana, "name: ben, rotation: 2"] }],
  ["limits change", { limits: "developer: { idle_in_transaction: 5min, connections: 3 }, prod: { connections: 4 }" }],
  ["a developer has limits of their own", { developers: [ana, "name: ben, limits: { connections: 1 }"] }],
  ["a developer shares with the team", { developers: [ana, "name: ben, share: team"] }],
  ["and no more", {}],
  ["a source comes", { sources: [...TEAM.sources, "web"] }],
  ["a source goes", { sources: ["hr", "web"], services: without(TEAM.services, "charts") }],
  ["the CI service goes", { services: without(TEAM.services, "runner") }],
  ["and comes back", {}],
  ["a developer becomes a service", { developers: [ana], services: [...TEAM.services, "name: ben, duty: reader"] }],
  ["much before all at once", { developers: [ana, "name: ben, share: team", "name: dora"], sources: ["sales", "web"] }],
  [
    "all at once",
    { developers: [ana, "name: ben", "name: emil, share: team"], services: [TEAM.services[0] as string] },
  ],
];

const available = pulumiAvailable("postgresql");
if (!available) console.warn("conformance with the real engine: skipped: pulumi is not on PATH");

describe.skipIf(!available).each<AdminKind>(["managed", "superuser"])(
  "the stand-in does what the real engine does, as a %s admin",
  (admin) => {
    let team: LoadedAccess;
    let real: Side<PulumiEngine>;
    let standIn: Side;

    beforeAll(async () => {
      const [one, other] = await Promise.all([startCluster({ admin }), startCluster({ admin })]);
      real = { cluster: one, engine: await startPulumi(targetOf(one, admin, SEED)), credentials: {} };
      standIn = { cluster: other, engine: await startStandIn(targetOf(other, admin, SEED)), credentials: {} };
      for (const side of [real, standIn]) await query(side.cluster, side.cluster.admin, FOUND);
    }, MINUTE);

    afterAll(async () => {
      for (const side of [real, standIn]) await side?.engine.close();
      for (const side of [real, standIn]) await side?.cluster.stop();
    });

    async function applyToBoth(changed: Partial<Team>): Promise<void> {
      team = loaded(teamYaml(changed));
      const expected = await applyTo(real, team);
      expect(await applyTo(standIn, team)).toEqual(expected);
      expect(standIn.credentials).toEqual(real.credentials);
      expect(await catalogOf(standIn)).toEqual(await catalogOf(real));
      expect(await real.engine.preview(team)).toSatisfy(isUnchanged);
    }

    test("first apply, to a database with things in it", () => applyToBoth({}), 3 * MINUTE);

    test(
      "again",
      async () => {
        for (const side of [real, standIn]) expect((await applyTo(side, team)).changes).toSatisfy(isUnchanged);
      },
      MINUTE,
    );

    test("people make things", async () => {
      for (const side of [real, standIn]) {
        await as(side, "ana", "create table ana_sales.t (id serial); create view ana.v as select 1 as one");
        await as(side, "ana", "create function ana_sales.f() returns int language sql as 'select 1'");
        await as(side, "jobs", "create table prod_sales.t (id serial); create table prod_hr.t (id int)");
        await as(side, "runner", "select ci.open('run1')");
      }
      expect(await catalogOf(standIn)).toEqual(await catalogOf(real));
    });

    test.each(HISTORY)("%s", (_what, changed) => applyToBoth(changed), 3 * MINUTE);

    test(
      "after a rotation the new password works and the old does not",
      async () => {
        team = loaded(teamYaml({ developers: [ana, "name: ben, rotation: 9"] }));
        for (const side of [real, standIn]) {
          const old = side.credentials.ben as string;
          await applyTo(side, team);
          await as(side, "ben", "select 1");
          await expect(side.cluster.connect({ user: "ben", password: old })).rejects.toMatchObject({ code: "28P01" });
        }
      },
      2 * MINUTE,
    );
  },
);

/** A warehouse that was there before us, in a time zone of its own: some of the schemas exist, with things in them that belong to the admin. */
const FOUND = `
  alter database analytics set timezone to 'America/St_Johns';
  create schema prod_sales;
  create table prod_sales.found (id serial, note text);
  create view prod_sales.seen as select id from prod_sales.found;
  create function prod_sales.done() returns int language sql as 'select 1';
  create schema ana_sales;
  create table ana_sales.found (id int)`;

/** @returns what changed, and whose password was set: verifiers are salted, so an equal one set anew differs too */
async function applyTo(side: Side, team: LoadedAccess): Promise<{ changes: Changes; passwords: string[] }> {
  const before = await verifiersOf(side);
  const { changes, outputs } = await side.engine.apply(team);
  side.credentials = outputs.credentials;
  const after = await verifiersOf(side);
  return { changes, passwords: [...after.keys()].filter((role) => before.get(role) !== after.get(role)) };
}

async function verifiersOf(side: Side): Promise<Map<string, string>> {
  const sql = "select rolname, rolpassword from pg_authid where rolpassword is not null order by 1";
  const { rows }: QueryResult<{ rolname: string; rolpassword: string }> = await query(
    side.cluster,
    side.cluster.superuser,
    sql,
  );
  return new Map(rows.map(({ rolname, rolpassword }) => [rolname, rolpassword]));
}

/** Roles of those who left carry their OIDs, which differ between databases. */
async function catalogOf({ cluster }: Side): Promise<Catalog> {
  const client = await cluster.connect(cluster.superuser);
  const catalog = await readCatalog(client).finally(() => client.end());
  return JSON.parse(JSON.stringify(catalog).replaceAll(/left:(\w+):\d+/g, "left:$1"));
}

function as(side: Side, identity: string, sql: string) {
  return query(side.cluster, { user: identity, password: side.credentials[identity] as string }, sql);
}
