/**
 * Where the walls end: an owner may grant, and prod may use what it was granted. What of a developer's runs as prod once
 * prod names it, what lets it happen, and who says so.
 */
import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PostgresqlTestWarehouse } from "../../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { callPlugIn } from "../../support/plugIn";
import { startWarehouse, type TestWarehouse } from "../../support/warehouse";

const ROSTER = `
sources: [stripe]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }]
`;

let warehouse: TestWarehouse;
let testWarehouse: PostgresqlTestWarehouse;
let ana: Client;
let jobs: Client;

beforeAll(async () => {
  warehouse = await startWarehouse();
  testWarehouse = await warehouse.apply(ROSTER);
  [ana, jobs] = await Promise.all([testWarehouse.logins.login("ana"), testWarehouse.logins.login("jobs")]);
  await jobs.query("create table prod_stripe.charges (id int)");
  await ana.query(`
    create table ana.loot (who text);
    create function ana.horse() returns int language sql as 'insert into ana.loot values (current_user); select 1';
    create function ana.spring() returns trigger language plpgsql as 'begin perform ana.horse(); return new; end';
    create view ana.trojan as select ana.horse() as one;
    create table ana.bait (id int);
    create table ana.sprung (id int);
    create trigger spring before insert on ana.sprung for each row execute function ana.spring();
    insert into ana.bait values (1);
    alter table ana.bait enable row level security;
    create policy bait on ana.bait using (ana.horse() = 1);
    grant all on all tables in schema ana to prod;
    grant execute on all functions in schema ana to prod`);
});
afterAll(async () => {
  await Promise.all([ana?.end(), jobs?.end()]);
  await warehouse?.stop();
});
beforeEach(() => ana.query("truncate ana.loot; revoke usage on schema ana from prod"));

const LURES = ["select * from ana.trojan", "select ana.horse()", "table ana.bait", "insert into ana.sprung values (1)"];

test.each(LURES)("prod that names what is a developer's runs the developer's code, once let in: %s", async (sql) => {
  // All that ana has granted on what is in the schema is worth nothing without the schema.
  await expect(jobs.query(sql)).rejects.toMatchObject({ code: "42501" });
  await ana.query("grant usage on schema ana to prod");
  await jobs.query(sql);
  expect((await ana.query("select who from ana.loot")).rows).toEqual([{ who: "prod" }]);
});

test("with prod's rights: it writes production", async () => {
  await ana.query("grant usage on schema ana to prod");
  await ana.query(`create function ana.wipe() returns int language sql as 'truncate prod_stripe.charges; select 1';
    create view ana.wiper as select ana.wipe();
    grant select on ana.wiper to prod; grant execute on function ana.wipe() to prod`);
  await jobs.query("insert into prod_stripe.charges values (1)");
  await jobs.query("table ana.wiper");
  expect((await jobs.query("table prod_stripe.charges")).rows).toEqual([]);
});

test("a session that refuses views is not let in by one (restrict_nonsystem_relation_kind)", async () => {
  await ana.query("grant usage on schema ana to prod");
  await jobs.query("set restrict_nonsystem_relation_kind = 'view'");
  try {
    await expect(jobs.query("table ana.trojan")).rejects.toMatchObject({ code: "55000" });
    // But not by anything else either way.
    await jobs.query("select ana.horse()");
  } finally {
    await jobs.query("reset restrict_nonsystem_relation_kind");
  }
  expect((await ana.query("select who from ana.loot")).rows).toEqual([{ who: "prod" }]);
});

test("the prod service's doctor sees who has let prod in", async () => {
  const { host, port, database } = warehouse.cluster;
  const doctor = async () => {
    const { stdout } = await callPlugIn(["doctor", "--team", warehouse.team], {
      ...{ PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGSSLMODE: "disable" },
      ...{ PGUSER: "jobs", PGPASSWORD: warehouse.passwords().jobs ?? "", ENV: "prod", SIDE_EFFECTS: "execute" },
    });
    return stdout;
  };
  expect(await doctor()).not.toContain("`ana`");
  await ana.query("grant usage on schema ana to prod");
  expect(await doctor()).toContain("wrong  `ana`: the database says read, the roster none");
});
