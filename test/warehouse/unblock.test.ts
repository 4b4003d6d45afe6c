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

/** What every test finds, whatever the one before has left. */
const FURNISH = `
  drop schema prod_stripe, ana, ben cascade;
  create schema ana authorization ana;
  create schema ben authorization ben;
  create schema prod_stripe authorization prod;
  grant usage on schema prod_stripe to read_prod_stripe;
  set role prod;
  create table prod_stripe.charges (id int primary key, amount int);
  insert into prod_stripe.charges values (1, 10), (2, 20);
  create view prod_stripe.refunds as select * from prod_stripe.charges where amount < 0;
  grant select on prod_stripe.charges, prod_stripe.refunds to read_prod_stripe;
  reset role`;

const GONE = "57P01";
const DEPENDENT_OBJECTS = "2BP01";
const UNSUPPORTED = "0A000";
const OUT_OF_MEMORY = "53200";

/** `signalling`: a managed admin whom a superuser has made a member of pg_signal_backend. */
const ADMINS = ["managed", "signalling", "superuser"] as const;

describe.each(ADMINS)("with a %s admin", (kind) => {
  let warehouse: TestWarehouse;
  let stage: PostgresqlStage;
  let superuser: Client;
  let jobs: Client;
  let open: Client[] = [];
  let memberships: string[];

  beforeAll(async () => {
    warehouse = await startWarehouse(kind === "superuser" ? kind : "managed");
    stage = await warehouse.apply(ROSTER);
    superuser = await stage.doors.superuser();
    if (kind === "signalling") await superuser.query("grant pg_signal_backend to warehouse_admin");
  });
  afterAll(async () => {
    await superuser?.end();
    await warehouse?.stop();
  });
  beforeEach(async () => {
    await superuser.query(FURNISH);
    memberships = await readMemberships();
    jobs = await login("jobs");
  });
  afterEach(async () => {
    await Promise.allSettled(open.map((client) => client.end()));
    open = [];
    // Whatever a function did with the admin's memberships, it took back.
    expect(await readMemberships()).toEqual(memberships);
  });

  async function login(identity: string): Promise<Client> {
    const client = await stage.doors.login(identity);
    client.on("error", () => {});
    open.push(client);
    return client;
  }

  async function readMemberships(): Promise<string[]> {
    const { rows } = await superuser.query<{ line: string }>(
      "select to_jsonb(m) - 'oid' || jsonb_build_object('role', roleid::regrole) as line from pg_auth_members as m order by roleid, member, grantor",
    );
    return rows.map(({ line }) => JSON.stringify(line));
  }

  const pidOf = async (client: Client): Promise<number> =>
    (await client.query("select pg_backend_pid() as pid")).rows[0].pid;

  /** Sends a statement and waits until it waits for a lock. */
  async function stuck(client: Client, sql: string) {
    const pid = await pidOf(client);
    let settled = false;
    const done = client.query(sql).finally(() => {
      settled = true;
    });
    done.catch(() => {});
    const waits = "select cardinality(pg_blocking_pids($1)) > 0 as waits";
    while (!(await superuser.query(waits, [pid])).rows[0].waits) {
      if (settled) throw new Error(`it does not wait: ${sql}`);
    }
    return { pid, done };
  }

  const endBlocker = async (pid: number): Promise<boolean> =>
    (await jobs.query("select unblock.end_blocker($1) as gone", [pid])).rows[0].gone;

  const blockers = async () => {
    const columns = "pid, identity, duty, blocks, blocked_by, waiting > '0' as waiting";
    return (await jobs.query(`select ${columns} from unblock.blockers()`)).rows;
  };

  test("a transaction that is left open, with the rail taken away, is seen and ended", async () => {
    const ana = await login("ana");
    await ana.query("set idle_in_transaction_session_timeout = 0; begin; select * from prod_stripe.charges");
    const blocker = { pid: await pidOf(ana), identity: "ana", duty: "developer" };
    const alter = await stuck(await login("loader"), "alter table prod_stripe.charges add column note text");
    expect(await blockers()).toEqual([{ ...blocker, blocks: [alter.pid], blocked_by: [], waiting: true }]);
    expect(await endBlocker(blocker.pid)).toBe(true);
    await alter.done;
    const left = await superuser.query("select from pg_stat_activity where pid = $1", [blocker.pid]);
    expect(left.rowCount).toBe(0);
    expect(await blockers()).toEqual([]);
  });

  test("how long a transaction has been open is told where the admin may see it", async () => {
    const ana = await login("ana");
    await ana.query("begin; select * from prod_stripe.charges");
    const alter = await stuck(await login("loader"), "alter table prod_stripe.charges add column note text");
    const { rows } = await jobs.query("select transaction > '0' as known from unblock.blockers()");
    expect(rows).toEqual([{ known: kind === "superuser" ? true : null }]);
    await ana.query("rollback");
    await alter.done;
  });

  test("CI and readers are ended too, in a chain whose members do not wait for production", async () => {
    const [runner, charts, loader] = [await login("runner"), await login("charts"), await login("loader")];
    await runner.query("begin; select * from prod_stripe.charges; select pg_advisory_xact_lock(1)");
    await charts.query("begin; select pg_advisory_xact_lock(2)");
    const waiting = await stuck(charts, "select pg_advisory_xact_lock(1)");
    const insert = await stuck(loader, "select pg_advisory_xact_lock(2)");
    const [first, second] = [await pidOf(runner), waiting.pid];
    const all = { blocks: [insert.pid], waiting: true };
    expect(await blockers()).toEqual(
      [
        { pid: first, identity: "runner", duty: "ci", blocked_by: [], ...all },
        { pid: second, identity: "charts", duty: "reader", blocked_by: [first], ...all },
      ].sort((a, b) => a.pid - b.pid),
    );
    expect(await endBlocker(first)).toBe(true);
    await waiting.done;
    expect(await endBlocker(second)).toBe(true);
    await insert.done;
  });

  test("a rule that nobody may make queues for the table all the same, and everybody behind it", async () => {
    const [ana, ben, loader] = [await login("ana"), await login("ben"), await login("loader")];
    await ben.query("begin; select * from prod_stripe.charges");
    const rule = await stuck(ana, "create rule r as on update to prod_stripe.charges do instead nothing");
    const select = await stuck(loader, "select * from prod_stripe.charges");
    expect((await blockers()).map(({ identity, blocks }) => ({ identity, blocks }))).toEqual(
      expect.arrayContaining([{ identity: "ana", blocks: [select.pid] }]),
    );
    expect(await endBlocker(rule.pid)).toBe(true);
    await select.done;
    // Who only reads stands in nobody's way now.
    expect(await endBlocker(await pidOf(ben))).toBe(false);
  });

  // A managed admin has to become a member of the role first, and that queues for the catalog too.
  test.skipIf(kind === "managed")("on the catalog it stops logins, and a session that is there ends it", async () => {
    const [ana, ben, loader] = [await login("ana"), await login("ben"), await login("loader")];
    expect(await endBlocker(0)).toBe(false);
    await ben.query("begin; select count(*) from pg_class");
    const pid = await pidOf(ana);
    const rule = ana.query("create rule r as on update to pg_class do instead nothing");
    rule.catch(() => {});
    const queued = "select exists (select from pg_lock_status() where pid = $1 and not granted) as queued";
    while (!(await superuser.query(queued, [pid])).rows[0].queued) {}
    const select = loader.query("select * from prod_stripe.charges");
    while ((await blockers()).length === 0) {}
    expect(await endBlocker(pid)).toBe(true);
    await select;
    await expect(rule).rejects.toMatchObject({ code: GONE });
  });

  test("a session that holds all the room for locks is seen, though nobody waits for it", async () => {
    const ana = await login("ana");
    const pid = await pidOf(ana);
    expect(await endBlocker(0)).toBe(false);
    await expect(
      ana.query("select count(pg_advisory_lock(n)) from generate_series(1, 1000000) as n"),
    ).rejects.toMatchObject({ code: OUT_OF_MEMORY });
    await expect(login("loader")).rejects.toMatchObject({ code: OUT_OF_MEMORY });
    const { rows } = await jobs.query("select pid, locks > 1000 as many, blocks from unblock.blockers()");
    expect(rows).toEqual([{ pid, many: true, blocks: [] }]);
    if (kind === "managed") {
      await expect(endBlocker(pid)).rejects.toMatchObject({ code: OUT_OF_MEMORY });
      await ana.query("select pg_advisory_unlock_all()");
    } else {
      expect(await endBlocker(pid)).toBe(true);
    }
    await login("loader");
  });

  test("who is no developer, CI service or reader is not ended", async () => {
    const loader = await login("loader");
    await loader.query("begin; select * from prod_stripe.charges");
    const second = await stuck(await login("jobs"), "alter table prod_stripe.charges add column note text");
    const pid = await pidOf(loader);
    await expect(endBlocker(pid)).rejects.toMatchObject({
      code: "42501",
      message: `session ${pid} is of loader, who is no developer, CI service or reader of the roster`,
    });
    await loader.query("rollback");
    await second.done;
    await superuser.query("begin; select * from prod_stripe.charges");
    const third = await stuck(await login("jobs"), "alter table prod_stripe.charges drop column note");
    await expect(jobs.query("select unblock.end_blocker(pid) from unblock.blockers()")).rejects.toMatchObject({
      code: "42501",
    });
    await superuser.query("rollback");
    await third.done;
  });

  test("whoever blocks nobody of production is not ended", async () => {
    const [ana, ben] = [await login("ana"), await login("ben")];
    await ana.query("create table ana.t (id int)");
    await ana.query("begin; lock table ana.t");
    const own = await stuck(await login("ana"), "select * from ana.t");
    for (const pid of [await pidOf(ana), own.pid, await pidOf(ben), await pidOf(jobs), 0, -1]) {
      expect(await endBlocker(pid)).toBe(false);
    }
    expect((await jobs.query("select unblock.end_blocker(null) as gone")).rows).toEqual([{ gone: false }]);
    await ana.query("rollback");
    await own.done;
  });

  /** One of each kind of thing that depends on a production table. */
  const DEPENDENTS = `
    create view ana.plain as select * from prod_stripe.charges;
    create view ana.above as select * from ana.plain;
    create view ana.of_view as select * from prod_stripe.refunds;
    create view ana.of_row as select c from prod_stripe.charges as c;
    create view ana.base as select * from prod_stripe.charges;
    create materialized view ana.held as select * from ana.base;
    create table ana.rows (c prod_stripe.charges);
    create table ana.arrays (c prod_stripe.charges[]);
    create function ana.counted() returns bigint begin atomic select count(*) from prod_stripe.charges; end;
    create table ana.ruled (id int);
    create rule looks as on insert to ana.ruled do also select count(*) from prod_stripe.charges;
    create policy looks on ana.ruled using (exists (select from prod_stripe.charges))`;

  const KEPT = [
    ["ana.arrays.c", "table column", "ana"],
    ["ana.base", "view", "ana"],
    ["ana.counted()", "function", "ana"],
    ["ana.held", "materialized view", "ana"],
    ["ana.rows.c", "table column", "ana"],
    ["looks on ana.ruled", "policy", "ana"],
    ["looks on ana.ruled", "rule", "ana"],
    ["prod_stripe.refunds", "view", "prod"],
  ];

  async function dependents(droppable: boolean) {
    const { rows } = await jobs.query({
      text: "select name, kind, owner from unblock.dependents('prod_stripe.charges') where droppable = $1 order by name, kind",
      values: [droppable],
      rowMode: "array",
    });
    return rows;
  }

  const dropDependents = async (client = jobs): Promise<string[]> => {
    const { rows } = await client.query("select unblock.drop_dependents('prod_stripe.charges') as name");
    return rows.map(({ name }) => name).sort();
  };

  test("a private view blocks the loader's DROP; it is listed, dropped, and the DROP works", async () => {
    const ana = await login("ana");
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    const drop = "drop view prod_stripe.refunds; drop table prod_stripe.charges";
    await expect(jobs.query(drop)).rejects.toMatchObject({ code: DEPENDENT_OBJECTS });
    expect(await dependents(true)).toEqual([["ana.v", "view", "ana"]]);
    expect(await dropDependents()).toEqual(["ana.v"]);
    await jobs.query(drop);
  });

  test("only views that nothing holds go, in whatever order they depend on each other", async () => {
    const ana = await login("ana");
    await ana.query(DEPENDENTS);
    await ana.query("create or replace view ana.plain as select id, amount from prod_stripe.charges");
    expect(await dependents(false)).toEqual(KEPT);
    expect(await dropDependents()).toEqual(["ana.above", "ana.of_row", "ana.of_view", "ana.plain"]);
    expect(await dependents(false)).toEqual(KEPT);
    expect(await dropDependents()).toEqual([]);
    expect((await ana.query("select count(*)::int as n from ana.held")).rows).toEqual([{ n: 2 }]);
  });

  test("views of CI, of several people and of group roles go together, and thousands at once", async () => {
    const [ana, ben, runner] = [await login("ana"), await login("ben"), await login("runner")];
    await runner.query("select * from ci.open('1')");
    await runner.query("create view ci_1.v as select * from prod_stripe.charges");
    await ben.query("create view ben.v as select * from prod_stripe.charges; grant usage on schema ben to ana");
    await ben.query("grant select on ben.v to ana");
    await ana.query("create view ana.of_ben as select * from ben.v");
    await ana.query("grant usage, create on schema ana to read_prod_stripe; set role read_prod_stripe");
    await ana.query("create view ana.of_group as select * from prod_stripe.charges; reset role");
    await ana.query(
      "do $$ begin for n in 1..2000 loop execute format('create view ana.v%s as select * from prod_stripe.charges', n); end loop; end $$",
    );
    expect(await dropDependents()).toHaveLength(2004);
    await runner.query("select * from ci.close('1')");
  });

  test("a view of an open session, a stranger's and the admin's are listed only", async () => {
    const ana = await login("ana");
    await ana.query("create temporary view passing as select * from prod_stripe.charges");
    await superuser.query("create role stranger; create schema elsewhere");
    await superuser.query("create view elsewhere.v as select * from prod_stripe.charges");
    await superuser.query(
      "create view ana.foreign as select * from prod_stripe.charges; alter view ana.foreign owner to stranger",
    );
    expect(await dropDependents()).toEqual([]);
    expect((await dependents(false)).map(([, kind, owner]) => `${kind} of ${owner}`).sort()).toEqual([
      "view of ana",
      "view of postgres",
      "view of prod",
      "view of stranger",
    ]);
    await superuser.query(
      "drop schema elsewhere, ana cascade; drop role stranger; create schema ana authorization ana",
    );
    // What is left belongs to a session and holds no rows: CASCADE takes nothing else.
    expect(await dependents(false)).toEqual([
      [expect.stringMatching(/^pg_temp_\d+\.passing$/), "view", "ana"],
      ["prod_stripe.refunds", "view", "prod"],
    ]);
    await jobs.query("drop table prod_stripe.charges cascade");
    await expect(ana.query("select * from passing")).rejects.toMatchObject({ code: "42P01" });
  });

  test("a transaction that is rolled back, or fails, has dropped nothing", async () => {
    const ana = await login("ana");
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    await jobs.query("begin");
    expect(await dropDependents()).toEqual(["ana.v"]);
    await jobs.query("rollback");
    await ana.query("begin; select * from ana.v");
    await jobs.query("set lock_timeout = '50ms'");
    await expect(dropDependents()).rejects.toMatchObject({ code: "55P03" });
    await ana.query("rollback");
    expect(await dependents(true)).toEqual([["ana.v", "view", "ana"]]);
    expect(await readMemberships()).toEqual(memberships);
  });

  test.each(["repeatable read", "serializable"])("%s: views of an old snapshot are not dropped", async (isolation) => {
    await jobs.query(`begin isolation level ${isolation}`);
    await expect(dropDependents()).rejects.toMatchObject({
      code: "25000",
      message:
        "unblock.drop_dependents needs a transaction that is read committed: any other sees views that may be gone",
    });
  });

  test("an admin who may become the owner, but has not the owner's rights, is that again afterwards", async () => {
    const [ana, admin] = [await login("ana"), await warehouse.cluster.connect(warehouse.cluster.admin)];
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    const { rows } = await admin.query("select current_setting('server_version_num')::int >= 160000 as modern");
    if (rows[0].modern) await admin.query("grant ana to current_user with inherit false, set true");
    memberships = await readMemberships();
    expect(await dropDependents()).toEqual(["ana.v"]);
    expect(await readMemberships()).toEqual(memberships);
    if (rows[0].modern) await admin.query("revoke ana from current_user");
    await admin.end();
    memberships = await readMemberships();
  });

  test.each(["ana.t", "pg_catalog.pg_class", "elsewhere.prod_t", "prod_stripe.foreign_t", null])(
    "%s is no relation of production",
    async (relation) => {
      await superuser.query(`
        create schema elsewhere; create table elsewhere.prod_t (id int); alter table elsewhere.prod_t owner to prod;
        create table ana.t (id int); create table prod_stripe.foreign_t (id int)`);
      for (const call of ["dependents", "drop_dependents"]) {
        const asked = superuser.query(`select * from unblock.${call}($1::regclass)`, [relation]);
        await expect(asked).rejects.toMatchObject({
          code: "22023",
          message: `${relation?.replace("pg_catalog.", "") ?? "null"} is no relation of production`,
        });
      }
      await superuser.query("drop schema elsewhere cascade");
    },
  );

  describe("a column of a production row type", () => {
    beforeEach(async () => {
      await (await login("ana")).query("create table ana.copies (c prod_stripe.charges)");
    });

    test("refuses what would rewrite it, and is listed", async () => {
      for (const sql of [
        "alter table prod_stripe.charges add column fee int default 0",
        "alter table prod_stripe.charges add column twice int generated always as (id * 2) stored",
        "alter table prod_stripe.charges alter column id type bigint",
      ]) {
        await jobs.query("drop view if exists prod_stripe.refunds");
        await expect(jobs.query(sql)).rejects.toMatchObject({
          code: UNSUPPORTED,
          message: 'cannot alter table "charges" because column "copies.c" uses its row type',
        });
      }
      expect(await dropDependents()).toEqual([]);
      expect(await dependents(false)).toEqual([["ana.copies.c", "table column", "ana"]]);
    });

    test("lets a column come without a default, which it then gets", async () => {
      await jobs.query("alter table prod_stripe.charges add column fee int");
      await jobs.query("alter table prod_stripe.charges alter column fee set default 0");
      await jobs.query("update prod_stripe.charges set fee = default");
      await jobs.query("alter table prod_stripe.charges alter column fee set not null");
      const { rows } = await jobs.query("select sum(fee)::int as fees from prod_stripe.charges");
      expect(rows).toEqual([{ fees: 0 }]);
    });

    test("stays with the old table when a new one takes its name", async () => {
      const ana = await login("ana");
      await ana.query("insert into ana.copies select c from prod_stripe.charges as c");
      await jobs.query(`
        begin;
        alter table prod_stripe.charges rename to charges_old;
        create table prod_stripe.charges (like prod_stripe.charges_old including all);
        alter table prod_stripe.charges alter column amount type bigint;
        insert into prod_stripe.charges select * from prod_stripe.charges_old;
        grant select on prod_stripe.charges to read_prod_stripe;
        truncate prod_stripe.charges_old;
        commit`);
      expect((await ana.query("select sum(amount)::int as sum from prod_stripe.charges")).rows).toEqual([{ sum: 30 }]);
      expect((await ana.query("select count(*)::int as n from ana.copies")).rows).toEqual([{ n: 2 }]);
    });
  });
});
