import { beforeEach, describe, expect, test } from "vitest";
import { ADMINS, setUpBlockade } from "../../support/blockade";

const DEPENDENT_OBJECTS = "2BP01";
const UNSUPPORTED = "0A000";

describe.each(ADMINS)("with a %s admin", (kind) => {
  const blockade = setUpBlockade(kind);

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
    const { rows } = await blockade.jobs.query({
      text: "select name, kind, owner from unblock.dependents('prod_stripe.charges') where droppable = $1 order by name, kind",
      values: [droppable],
      rowMode: "array",
    });
    return rows;
  }

  const dropDependents = async (client = blockade.jobs): Promise<string[]> => {
    const { rows } = await client.query("select unblock.drop_dependents('prod_stripe.charges') as name");
    return rows.map(({ name }) => name).sort();
  };

  test("a private view blocks the loader's DROP; it is listed, dropped, and the DROP works", async () => {
    const ana = await blockade.login("ana");
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    const drop = "drop view prod_stripe.refunds; drop table prod_stripe.charges";
    await expect(blockade.jobs.query(drop)).rejects.toMatchObject({ code: DEPENDENT_OBJECTS });
    expect(await dependents(true)).toEqual([["ana.v", "view", "ana"]]);
    expect(await dropDependents()).toEqual(["ana.v"]);
    await blockade.jobs.query(drop);
  });

  test("only views that nothing holds go, in whatever order they depend on each other", async () => {
    const ana = await blockade.login("ana");
    await ana.query(DEPENDENTS);
    await ana.query("create or replace view ana.plain as select id, amount from prod_stripe.charges");
    expect(await dependents(false)).toEqual(KEPT);
    expect(await dropDependents()).toEqual(["ana.above", "ana.of_row", "ana.of_view", "ana.plain"]);
    expect(await dependents(false)).toEqual(KEPT);
    expect(await dropDependents()).toEqual([]);
    expect((await ana.query("select count(*)::int as n from ana.held")).rows).toEqual([{ n: 2 }]);
  });

  test("views of CI, of several people and of group roles go together, and thousands at once", async () => {
    const [ana, ben, runner] = [
      await blockade.login("ana"),
      await blockade.login("ben"),
      await blockade.login("runner"),
    ];
    await runner.query("select * from ci.open('1')");
    await runner.query("create view ci_1.v as select * from prod_stripe.charges");
    await ben.query("create view ben.v as select * from prod_stripe.charges; grant usage on schema ben to ana");
    await ben.query("grant select on ben.v to ana");
    await ana.query("create view ana.of_ben as select * from ben.v");
    await ana.query("create view ana.of_group as select * from prod_stripe.charges");
    // Since PostgreSQL 16 nobody may act as a group; before, some have.
    await blockade.superuser.query("alter view ana.of_group owner to read_prod_stripe");
    await ana.query(
      "do $$ begin for n in 1..2000 loop execute format('create view ana.v%s as select * from prod_stripe.charges', n); end loop; end $$",
    );
    expect(await dropDependents()).toHaveLength(2004);
    await runner.query("select * from ci.close('1')");
  });

  test("views of people whom the schema's owner lets in no more, or who left, go as well", async () => {
    const [ana, ben] = [await blockade.login("ana"), await blockade.login("ben")];
    await ana.query("grant usage, create on schema ana to ben");
    await ben.query(
      "create view ana.of_ben as select * from prod_stripe.charges; create view ana.of_gone as table ana.of_ben",
    );
    await ana.query("revoke all on schema ana from ben");
    // Only who made a role may act as it; whoever leaves is renamed.
    await blockade.superuser.query(
      'alter role runner rename to "left:gone:1"; alter view ana.of_gone owner to "left:gone:1"',
    );
    expect(
      await dropDependents().finally(() => blockade.superuser.query('alter role "left:gone:1" rename to runner')),
    ).toEqual(["ana.of_ben", "ana.of_gone"]);
  });

  test("a view of an open session, a stranger's and the admin's are listed only", async () => {
    const ana = await blockade.login("ana");
    await ana.query("create temporary view passing as select * from prod_stripe.charges");
    await blockade.superuser.query("create role stranger; create schema elsewhere");
    await blockade.superuser.query("create view elsewhere.v as select * from prod_stripe.charges");
    await blockade.superuser.query(
      "create view ana.foreign as select * from prod_stripe.charges; alter view ana.foreign owner to stranger",
    );
    expect(await dropDependents()).toEqual([]);
    expect((await dependents(false)).map(([, kind, owner]) => `${kind} of ${owner}`).sort()).toEqual([
      "view of ana",
      "view of postgres",
      "view of prod",
      "view of stranger",
    ]);
    await blockade.superuser.query(
      "drop schema elsewhere, ana cascade; drop role stranger; create schema ana authorization ana",
    );
    // What is left belongs to a session and holds no rows: CASCADE takes nothing else.
    expect(await dependents(false)).toEqual([
      [expect.stringMatching(/^pg_temp_\d+\.passing$/), "view", "ana"],
      ["prod_stripe.refunds", "view", "prod"],
    ]);
    await blockade.jobs.query("drop table prod_stripe.charges cascade");
    await expect(ana.query("select * from passing")).rejects.toMatchObject({ code: "42P01" });
  });

  test("a transaction that is rolled back, or fails, has dropped nothing", async () => {
    const ana = await blockade.login("ana");
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    await blockade.jobs.query("begin");
    expect(await dropDependents()).toEqual(["ana.v"]);
    await blockade.jobs.query("rollback");
    await ana.query("begin; select * from ana.v");
    await blockade.jobs.query("set lock_timeout = '50ms'");
    await expect(dropDependents()).rejects.toMatchObject({ code: "55P03" });
    await ana.query("rollback");
    expect(await dependents(true)).toEqual([["ana.v", "view", "ana"]]);
  });

  test.each(["repeatable read", "serializable"])("%s: views of an old snapshot are not dropped", async (isolation) => {
    await blockade.jobs.query(`begin isolation level ${isolation}`);
    await expect(dropDependents()).rejects.toMatchObject({
      code: "25000",
      message:
        "unblock.drop_dependents needs a transaction that is read committed: any other sees views that may be gone",
    });
  });

  test("an admin who may become the owner, but has not the owner's rights, is that again afterwards", async () => {
    const [ana, admin] = [
      await blockade.login("ana"),
      await blockade.warehouse.cluster.connect(blockade.warehouse.cluster.admin),
    ];
    await ana.query("create view ana.v as select * from prod_stripe.charges");
    const { rows } = await admin.query("select current_setting('server_version_num')::int >= 160000 as modern");
    if (rows[0].modern) await admin.query("grant ana to current_user with inherit false, set true");
    const memberships = await blockade.memberships();
    expect(await dropDependents()).toEqual(["ana.v"]);
    expect(await blockade.memberships()).toEqual(memberships);
    if (rows[0].modern) await admin.query("revoke ana from current_user");
    await admin.end();
  });

  test.each(["ana.t", "pg_catalog.pg_class", "elsewhere.prod_t", "prod_stripe.foreign_t", null])(
    "%s is no relation of production",
    async (relation) => {
      await blockade.superuser.query(`
        create schema elsewhere; create table elsewhere.prod_t (id int); alter table elsewhere.prod_t owner to prod;
        create table ana.t (id int); create table prod_stripe.foreign_t (id int)`);
      for (const call of ["dependents", "drop_dependents"]) {
        const asked = blockade.superuser.query(`select * from unblock.${call}($1::regclass)`, [relation]);
        await expect(asked).rejects.toMatchObject({
          code: "22023",
          message: `${relation?.replace("pg_catalog.", "") ?? "null"} is no relation of production`,
        });
      }
      await blockade.superuser.query("drop schema elsewhere cascade");
    },
  );

  describe("a column of a production row type", () => {
    beforeEach(async () => {
      await (await blockade.login("ana")).query("create table ana.copies (c prod_stripe.charges)");
    });

    test("refuses what would rewrite it, and is listed", async () => {
      for (const sql of [
        "alter table prod_stripe.charges add column fee int default 0",
        "alter table prod_stripe.charges add column twice int generated always as (id * 2) stored",
        "alter table prod_stripe.charges alter column id type bigint",
      ]) {
        await blockade.jobs.query("drop view if exists prod_stripe.refunds");
        await expect(blockade.jobs.query(sql)).rejects.toMatchObject({
          code: UNSUPPORTED,
          message: 'cannot alter table "charges" because column "copies.c" uses its row type',
        });
      }
      expect(await dropDependents()).toEqual([]);
      expect(await dependents(false)).toEqual([["ana.copies.c", "table column", "ana"]]);
    });

    test("lets a column come without a default, which it then gets", async () => {
      await blockade.jobs.query("alter table prod_stripe.charges add column fee int");
      await blockade.jobs.query("alter table prod_stripe.charges alter column fee set default 0");
      await blockade.jobs.query("update prod_stripe.charges set fee = default");
      await blockade.jobs.query("alter table prod_stripe.charges alter column fee set not null");
      const { rows } = await blockade.jobs.query("select sum(fee)::int as fees from prod_stripe.charges");
      expect(rows).toEqual([{ fees: 0 }]);
    });

    test("stays with the old table when a new one takes its name", async () => {
      const ana = await blockade.login("ana");
      await ana.query("insert into ana.copies select c from prod_stripe.charges as c");
      await blockade.jobs.query(`
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
