import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PostgresqlStage } from "../../src/rehearsal/postgresql/stage";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const ROSTER = `
sources: [stripe]
developers: [{ name: ana }, { name: ben }]
services:
  - { name: jobs, duty: prod }
  - { name: loader, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader }
`;

/** Production as a test finds it, with what others have left of an earlier one taken away. */
const PRODUCTION = `
  drop schema if exists prod_stripe cascade;
  create schema prod_stripe authorization prod;
  grant usage on schema prod_stripe to read_prod_stripe;
  set role prod;
  create table prod_stripe.charges (id int primary key, amount int);
  insert into prod_stripe.charges values (1, 10), (2, 20);
  create view prod_stripe.refunds as select * from prod_stripe.charges where amount < 0;
  grant select on prod_stripe.charges, prod_stripe.refunds to read_prod_stripe;
  reset role`;

describe.each(["managed", "superuser"] as const)("with a %s admin", (kind) => {
  let warehouse: TestWarehouse;
  let stage: PostgresqlStage;
  let superuser: Client;
  let jobs: Client;
  let open: Client[] = [];

  beforeAll(async () => {
    warehouse = await startWarehouse(kind);
    stage = await warehouse.apply(ROSTER);
    superuser = await stage.doors.superuser();
  });
  afterAll(async () => {
    await superuser?.end();
    await warehouse?.stop();
  });
  beforeEach(async () => {
    await superuser.query(PRODUCTION);
    jobs = await login("jobs");
  });
  afterEach(async () => {
    await Promise.all(open.map((client) => client.end()));
    open = [];
    await superuser.query("drop schema ana, ben cascade; create schema ana authorization ana; create schema ben authorization ben");
  });

  async function login(identity: string): Promise<Client> {
    const client = await stage.doors.login(identity);
    client.on("error", () => {});
    open.push(client);
    return client;
  }

  async function pidOf(client: Client): Promise<number> {
    return (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  }
  async function memberships(): Promise<string[]> {
    const { rows } = await superuser.query(
      "select m.roleid::regrole || ' to ' || m.member::regrole || ' by ' || m.grantor::regrole as line from pg_auth_members as m order by 1",
    );
    return rows.map(({ line }) => line);
  }
  /** Sends a statement and waits until it waits for a lock. */
  async function stuck(client: Client, sql: string): Promise<{ pid: number; done: Promise<unknown> }> {
    const pid = await pidOf(client);
    const done = client.query(sql);
    done.catch(() => {});
    const waits = "select cardinality(pg_blocking_pids($1)) > 0 as waits";
    while (!(await superuser.query(waits, [pid])).rows[0].waits) await new Promise(setImmediate);
    return { pid, done };
  }

  test("an idle transaction", async () => {
    const ana = await login("ana");
    await ana.query("begin; select * from prod_stripe.charges");
    const loader = await login("loader");
    const { pid, done } = await stuck(loader, "alter table prod_stripe.charges add column note text");
    const before = await memberships();
    console.log((await jobs.query("select * from unblock.blockers()")).rows);
    console.log((await jobs.query("select unblock.end_blocker($1)", [await pidOf2("ana")])).rows);
    await done;
    expect(await memberships()).toEqual(before);
    console.log(pid);
  });
  async function pidOf2(name: string) {
    return (await superuser.query("select pid from pg_stat_activity where usename = $1", [name])).rows[0].pid;
  }

  test("deps", async () => {
    const ana = await login("ana");
    await ana.query(`
      create view ana.v as select * from prod_stripe.charges;
      create view ana.w as select * from ana.v;
      create view ana.u as select * from prod_stripe.refunds;
      create view ana.under_m as select * from prod_stripe.charges;
      create materialized view ana.m as select * from ana.under_m;
      create table ana.t (c prod_stripe.charges);
      create table ana.t2 (c prod_stripe.charges[]);
      create view ana.row_view as select c from prod_stripe.charges as c;
      create function ana.f() returns bigint begin atomic select count(*) from prod_stripe.charges; end;
      create function ana.g(prod_stripe.charges) returns int language sql as 'select 1';
      create table ana.r (id int);
      create rule ru as on insert to ana.r do also select count(*) from prod_stripe.charges;
      create policy po on ana.r using (exists (select from prod_stripe.charges));
      create temp view tv as select * from prod_stripe.charges;
    `);
    console.table((await jobs.query("select * from unblock.dependents('prod_stripe.charges')")).rows);
    const before = await memberships();
    console.log((await jobs.query("select * from unblock.drop_dependents('prod_stripe.charges')")).rows);
    expect(await memberships()).toEqual(before);
    console.table((await jobs.query("select * from unblock.dependents('prod_stripe.charges')")).rows);
  });
});
