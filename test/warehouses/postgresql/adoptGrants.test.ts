/** `one-env adopt` on PostgreSQL: who may use what comes to an owner, and what is theirs already. */
import { describe, expect, test } from "vitest";
import { DENIED, leftAlone, nothingToDo, useAdoptionBench } from "../../support/adoption";

describe.each(["managed", "superuser"] as const)("as a %s admin", (kind) => {
  const bench = useAdoptionBench(kind);

  test("what an admin restores becomes readable, every kind of it, and functions run as their caller", async () => {
    await bench.copy.admin.query(
      `create table prod_crm.t (id int); create view prod_crm.v as select * from prod_crm.t;
       create materialized view prod_crm.m as select 1 as one; create sequence prod_crm.s;
       create table prod_crm.parts (at int) partition by list (at);
       create table prod_crm.part partition of prod_crm.parts for values in (1);
       create function prod_crm.plain() returns int language sql as 'select 1';
       create procedure prod_crm.doing() language sql as 'select 1';
       create function prod_crm.definer() returns int language sql security definer as 'select 1'`,
    );
    const reads = [
      "select from prod_crm.t",
      "select from prod_crm.v",
      "select from prod_crm.m",
      "select last_value from prod_crm.s",
      "select from prod_crm.parts",
      "select from prod_crm.part",
      "select prod_crm.plain()",
      "call prod_crm.doing()",
    ];
    expect(leftAlone((await bench.copy.apply("prod", "--keep-definer")).lines)).toEqual([]);
    for (const sql of reads) expect([sql, await bench.copy.gets("charts", sql)]).toEqual([sql, "works"]);
    expect(await bench.copy.gets("charts", "select prod_crm.definer()")).toBe(DENIED);
    expect(await bench.copy.gets("jobs", "select prod_crm.definer()")).toBe("works");
    expect(await bench.copy.adopt("prod")).toEqual(nothingToDo("prod"));
  });

  test("tables and sequences that the admin restores are readable at once", async () => {
    await bench.copy.admin.query("create table prod_crm.t (id serial); create view prod_crm.v as select 1 as one");
    for (const sql of ["select from prod_crm.t", "select from prod_crm.v", "select last_value from prod_crm.t_id_seq"])
      expect([sql, await bench.copy.gets("charts", sql)]).toEqual([sql, "works"]);
    expect(await bench.copy.gets("charts", "delete from prod_crm.t")).toBe(DENIED);
    expect((await bench.copy.apply("prod")).lines).toEqual([
      "alter table prod_crm.t owner to prod;",
      "alter view prod_crm.v owner to prod;",
      "-- 2 changed",
    ]);
    expect(await bench.copy.gets("charts", "select from prod_crm.v")).toBe("works");
  });

  test("a table that prod moves changes its readers", async () => {
    await bench.copy.as("prod", "create table prod_hr.t (id serial); alter table prod_hr.t set schema prod_crm");
    expect(await bench.copy.gets("charts", "select from prod_crm.t")).toBe(DENIED);
    expect((await bench.copy.apply("prod")).lines).toEqual([
      "revoke all on sequence prod_crm.t_id_seq from read_prod_hr cascade;",
      "grant SELECT on sequence prod_crm.t_id_seq to read_prod_crm;",
      "revoke all on table prod_crm.t from read_prod_hr cascade;",
      "grant SELECT on table prod_crm.t to read_prod_crm;",
      "-- 4 changed",
    ]);
    expect(await bench.copy.gets("charts", "select from prod_crm.t")).toBe("works");
    expect(await bench.copy.adopt("prod")).toEqual(nothingToDo("prod"));
  });

  test("strangers, columns, grant options, what was handed on, and PUBLIC", async () => {
    await bench.copy.as(
      "prod",
      `create table prod_crm.t (id int, note text); create sequence prod_crm.s;
       create function prod_crm.f() returns int language sql as 'select 1';
       grant insert on prod_crm.t to public; grant update (note) on prod_crm.t to bruno; grant usage on prod_crm.s to public;
       grant select on prod_crm.t to stranger with grant option; grant execute on function prod_crm.f() to public;
       grant select on prod_crm.t to read_prod_crm with grant option; grant insert (id) on prod_crm.t to read_prod_crm`,
    );
    await bench.copy.as("stranger", "grant select on prod_crm.t to helper");
    await bench.copy.as("read_prod_crm", "grant select on prod_crm.t to ana");
    expect(await bench.copy.gets("bruno", "insert into prod_crm.t values (1)")).toBe("works");
    expect(await bench.copy.apply("prod")).toEqual({
      code: 0,
      lines: [
        "revoke all on routine prod_crm.f() from public cascade;",
        "grant EXECUTE on routine prod_crm.f() to read_prod_crm;",
        "revoke all on sequence prod_crm.s from public cascade;",
        "revoke all on table prod_crm.t from ana, bruno, helper, public, read_prod_crm, stranger cascade;",
        "grant SELECT on table prod_crm.t to read_prod_crm;",
        "-- 5 changed",
      ],
    });
    const { rows } = await bench.copy.superuser.query(
      "select relacl::text as acl, (select string_agg(attacl::text, '') from pg_attribute where attrelid = c.oid) as columns from pg_class as c where oid = 'prod_crm.t'::regclass",
    );
    expect(rows).toEqual([{ acl: expect.stringMatching(/^\{prod=\w+\/prod,read_prod_crm=r\/prod\}$/), columns: null }]);
    for (const sql of [
      "insert into prod_crm.t values (1)",
      "update prod_crm.t set note = ''",
      "select nextval('prod_crm.s')",
    ])
      expect([sql, await bench.copy.gets("bruno", sql)]).toEqual([sql, DENIED]);
    expect(await bench.copy.gets("bruno", "select from prod_crm.t")).toBe("works");
    expect(await bench.copy.adopt("prod")).toEqual(nothingToDo("prod"));
  });

  test("grants that the admin made with a grant option of its own are prod's to take back", async () => {
    const { user } = bench.warehouse.cluster.admin;
    await bench.copy.as(
      "prod",
      `create table prod_crm.t (id int); grant all on prod_crm.t to ${user} with grant option`,
    );
    await bench.copy.as(
      user,
      "grant insert, update (id) on prod_crm.t to bruno; grant select on prod_crm.t to read_prod_crm",
    );
    expect((await bench.copy.apply("prod")).code).toBe(0);
    for (const sql of ["insert into prod_crm.t values (1)", "update prod_crm.t set id = 1"])
      expect([sql, await bench.copy.gets("bruno", sql)]).toEqual([sql, DENIED]);
    expect(await bench.copy.gets("bruno", "select from prod_crm.t")).toBe("works");
    expect(await bench.copy.adopt("prod")).toEqual(nothingToDo("prod"));
  });

  test("what comes to a developer comes closed; what they opened themselves stays open", async () => {
    await bench.copy.as("stranger", "create table bruno.old (id int); grant select on bruno.old to public");
    await bench.copy.as("bruno", "create table bruno.own (id int); grant select on bruno.own to ana");
    expect((await bench.copy.apply("bruno")).lines).toEqual([
      "alter table bruno.old owner to bruno;",
      "revoke all on table bruno.old from public cascade;",
      "-- 2 changed",
    ]);
  });

  test("a shared schema's things are the team's to read, and its functions are not", async () => {
    await bench.copy.as(
      "stranger",
      "create table cleo_crm.t (id int); create function cleo_crm.f() returns int language sql as 'select 1'",
    );
    expect((await bench.copy.apply("cleo")).code).toBe(0);
    expect(await bench.copy.gets("ana", "select from cleo_crm.t")).toBe("works");
    expect(await bench.copy.gets("ana", "select cleo_crm.f()")).toBe(DENIED);
    expect(await bench.copy.gets("charts", "select from cleo_crm.t")).toBe(DENIED);
  });
});
