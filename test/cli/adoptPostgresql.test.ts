/** `one-env adopt` on PostgreSQL: whose things are, who may use them, and what is better left alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AdoptionBench, type AdoptionCopy } from "../support/adoption";

const ROSTER = `
sources: [crm, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: bruno }, { name: cleo, share: team }]
services: [{ name: jobs, duty: prod }, { name: charts, duty: reader }]
`;
const DENIED = "42501";
/** What somebody who left keeps things with: a role that may do nothing. */
const LEFT = "left:bruno:1";

describe.each(["managed", "superuser"] as const)("as a %s admin", (kind) => {
  let bench: AdoptionBench;
  let copy: AdoptionCopy;
  beforeAll(async () => {
    bench = await AdoptionBench.start(kind, ROSTER);
    const { cluster } = bench.warehouse;
    const admin = await cluster.connect(cluster.admin, "postgres");
    await admin.query(`create role stranger; create role helper; create role "${LEFT}"`).finally(() => admin.end());
  });
  afterAll(() => bench?.stop());
  beforeEach(async () => {
    copy = await bench.copy();
    // They were there before the roster, and made things where they liked.
    const places = "prod, prod_crm, prod_hr, bruno, bruno_crm, cleo_crm";
    await copy.superuser.query(
      `grant usage, create on schema ${places} to stranger, "${LEFT}", ${bench.warehouse.cluster.admin.user}`,
    );
  });

  const nothing = (owner: string) => ({
    code: 0,
    stdout: `-- nothing to do: everything in the schemas of ${owner} is theirs\n`,
    stderr: "",
  });
  const left = (lines: readonly string[]) => lines.filter((line) => line.startsWith("-- left alone: "));

  describe("the command", () => {
    test("who is not the deploying admin is told so, and nothing is changed", async () => {
      await copy.admin.query("create table prod_hr.old (id int)");
      const ana = { PGUSER: "ana", PGPASSWORD: bench.warehouse.passwords().ana ?? "" };
      expect(await copy.adopt("prod", ["--apply"], ana)).toEqual({
        code: 2,
        stdout: "",
        stderr: "this login cannot act for `prod` (42501)\n  help: log in as the deploying admin\n",
      });
      expect(await copy.ownerOf("table", "prod_hr.old")).toBe(bench.warehouse.cluster.admin.user);
    });

    test("a way in that leads nowhere is bad input", async () => {
      expect(await copy.adopt("prod", [], { PGPORT: "1" })).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^cannot connect to the warehouse: .*\n {2}help: set PGHOST/),
      });
    });

    test("it prints what it would do, does it when told, and has nothing to do then", async () => {
      await copy.as("stranger", "create table prod_hr.old (id int)");
      const sql = "alter table prod_hr.old owner to prod;\ngrant SELECT on table prod_hr.old to read_prod_hr;\n";
      const dry = `${sql}-- 2 to change; nothing was done: add --apply to do it\n`;
      expect(await copy.adopt("prod")).toEqual({ code: 0, stdout: dry, stderr: "" });
      expect(await copy.adopt("prod")).toEqual({ code: 0, stdout: dry, stderr: "" });
      expect(await copy.gets("ana", "select from prod_hr.old")).toBe(DENIED);
      expect(await copy.adopt("prod", ["--apply"])).toEqual({ code: 0, stdout: `${sql}-- 2 changed\n`, stderr: "" });
      expect(await copy.adopt("prod", ["--apply"])).toEqual(nothing("prod"));
      expect(await copy.gets("ana", "select from prod_hr.old")).toBe("works");
      expect(await copy.gets("bruno", "select from prod_hr.old")).toBe(DENIED);
    });

    test("the admin is in no more roles afterwards than before, and with the options of before", async () => {
      const { user } = bench.warehouse.cluster.admin;
      const memberships = async () =>
        (
          await copy.superuser.query("select m::text from pg_auth_members as m where member = $1::regrole order by 1", [
            user,
          ])
        ).rows;
      const before = await memberships();
      await copy.as("stranger", "create table prod_crm.theirs ()");
      expect(await copy.apply("prod")).toMatchObject({ code: 0 });
      expect(await memberships()).toEqual(before);
    });
  });

  describe("owners", () => {
    test("every kind of thing that can lie in a schema and have an owner", async () => {
      await copy.as(
        "stranger",
        `create table prod_crm.plain (id serial, n int generated always as identity);
         create table prod_crm.parts (at date) partition by range (at);
         create table prod_crm.part partition of prod_crm.parts for values from ('2026-01-01') to ('2027-01-01');
         create view prod_crm.v as select 1 as one; create materialized view prod_crm.m as select 1 as one;
         create sequence prod_crm.free;
         create type prod_crm.mood as enum ('good'); create type prod_crm.pair as (a int, b int);
         create domain prod_crm.age as int check (value > 0);
         create type prod_crm.span as range (subtype = float8);
         create function prod_crm.f(a int, out b int) language sql as 'select a';
         create function prod_crm.odd("a b" prod_crm.mood, variadic int[]) returns int language sql as 'select 1';
         create procedure prod_crm.p(inout a int) language sql as 'select a';
         create aggregate prod_crm.total (int) (sfunc = int4pl, stype = int);
         create aggregate prod_crm.every (*) (sfunc = int8inc, stype = int8, initcond = '0');
         create function prod_crm.last(float8[], float8) returns float8 language sql as 'select $2';
         create aggregate prod_crm.nth (float8 order by float8) (
           sfunc = float8_accum, stype = float8[], initcond = '{0,0,0}', finalfunc = prod_crm.last);
         create statistics prod_crm.together on id, n from prod_crm.plain;
         create collation prod_crm.plainly from "C";
         create text search dictionary prod_crm.words (template = simple);
         create text search configuration prod_crm.search (copy = simple);
         create conversion prod_crm.turn for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
         create operator prod_crm.=== (leftarg = int, rightarg = int, function = int4eq);
         create table prod_crm."Odd ""name" (id int)`,
      );
      const { code, lines } = await copy.apply("prod");
      expect({ code, left: left(lines) }).toEqual({ code: 0, left: [] });
      const { rows } = await copy.superuser.query(
        `select id.type, id.identity from pg_shdepend as d cross join lateral pg_identify_object(classid, d.objid, 0) as id
          where dbid = (select oid from pg_database where datname = current_database())
            and deptype = 'o' and refobjid = 'stranger'::regrole`,
      );
      expect(rows).toEqual([]);
      expect(await copy.ownerOf("text search configuration", "prod_crm.search")).toBe("prod");
      expect(await copy.ownerOf("operator", "prod_crm.===(integer,integer)")).toBe("prod");
      expect(await copy.adopt("prod")).toEqual(nothing("prod"));
    });

    test("what an extension made stays the extension's", async () => {
      await copy.admin.query("create extension citext schema prod_crm; create extension hstore schema prod_crm");
      await copy.admin.query("create table prod_crm.t (mail prod_crm.citext)");
      expect((await copy.apply("prod")).lines).toEqual(["alter table prod_crm.t owner to prod;", "-- 1 changed"]);
    });

    test("what is out of the admin's reach is told, and the rest is done", async () => {
      await copy.superuser.query("create table prod_crm.theirs (id serial); grant select on prod_crm.theirs to public");
      await copy.admin.query("create table prod_crm.ours ()");
      const { code, lines } = await copy.apply("prod");
      expect(await copy.ownerOf("table", "prod_crm.ours")).toBe("prod");
      if (kind === "superuser") {
        expect({ code, left: left(lines) }).toEqual({ code: 0, left: [] });
        expect(await copy.ownerOf("table", "prod_crm.theirs")).toBe("prod");
        return;
      }
      expect(code).toBe(1);
      expect(lines.slice(-2)).toEqual([
        "-- left alone: table prod_crm.theirs: it is postgres's, whom this admin cannot act for; as a superuser: alter table prod_crm.theirs owner to prod",
        "-- 1 changed, 1 left alone",
      ]);
      expect((await copy.adopt("prod")).stdout).toMatch(
        /^-- left alone: .*\n-- nothing that can be changed, 1 left alone\n$/,
      );
    });

    test("what the database refuses after all is told, and the rest is done", async () => {
      await copy.admin.query("create table prod_crm.a (); create table prod_crm.b ()");
      // An event trigger of a superuser's, as a service has for what its customers must not do.
      await copy.superuser.query(`
        create function public.veto() returns event_trigger language plpgsql as $$ begin
          if exists (select from pg_class where oid = 'prod_crm.a'::regclass and relowner = 'prod'::regrole) then
            raise exception 'not this one' using errcode = 'P0001'; end if; end $$;
        create event trigger veto on ddl_command_end when tag in ('ALTER TABLE') execute function public.veto()`);
      const { code, lines } = await copy.apply("prod");
      await copy.superuser.query("drop event trigger veto");
      expect({ code, left: left(lines)[0] }).toEqual({
        code: 1,
        left: "-- left alone: alter table prod_crm.a owner to prod: not this one (P0001)",
      });
      expect(await copy.ownerOf("table", "prod_crm.b")).toBe("prod");
    });

    test("a schema that is not there, or somebody else's, is told", async () => {
      await copy.superuser.query("drop schema prod_hr cascade; alter schema prod_crm owner to stranger");
      await copy.admin.query("create table prod_crm.t ()").catch(() => {});
      const { code, lines } = await copy.apply("prod");
      expect({ code, lines }).toEqual({
        code: 1,
        lines: [
          "-- left alone: schema prod_crm: it is stranger's: `pulumi up --refresh` gives it to prod",
          "-- left alone: schema prod_hr: it does not exist: `pulumi up --refresh` makes it again",
          "-- nothing that can be changed, 2 left alone",
        ],
      });
    });
  });

  describe("what would run as somebody else", () => {
    test("prod gets a definer routine only when told, and nobody else may execute it in any case", async () => {
      await copy.as(
        "stranger",
        "create function prod_crm.wipe() returns int language sql security definer as 'select 1'",
      );
      expect(await copy.gets("charts", "select prod_crm.wipe()")).toBe("works");
      const refused = await copy.apply("prod");
      expect(refused).toEqual({
        code: 1,
        lines: [
          "revoke all on routine prod_crm.wipe() from public cascade;",
          "-- left alone: function prod_crm.wipe(): it would run with the rights of prod: add --keep-definer",
          "-- 1 changed, 1 left alone",
        ],
      });
      expect(await copy.gets("charts", "select prod_crm.wipe()")).toBe(DENIED);
      expect(await copy.apply("prod", "--keep-definer")).toEqual({
        code: 0,
        lines: ["alter routine prod_crm.wipe() owner to prod;", "-- 1 changed"],
      });
      expect(await copy.gets("charts", "select prod_crm.wipe()")).toBe(DENIED);
      expect(await copy.gets("jobs", "select prod_crm.wipe()")).toBe("works");
    });

    test("a developer's come back harmless: they run as whoever calls them", async () => {
      await copy.as(
        LEFT,
        `create function bruno.sudo(sql text) returns void language plpgsql security definer as $$ begin execute sql; end $$;
         create procedure bruno.go() language sql security definer as 'select 1';
         grant execute on function bruno.sudo(text) to stranger`,
      );
      expect((await copy.apply("bruno")).lines).toEqual([
        "alter routine bruno.go() security invoker;",
        "alter routine bruno.go() owner to bruno;",
        "alter routine bruno.sudo(pg_catalog.text) security invoker;",
        "alter routine bruno.sudo(pg_catalog.text) owner to bruno;",
        "revoke all on routine bruno.go() from public cascade;",
        "revoke all on routine bruno.sudo(pg_catalog.text) from public, stranger cascade;",
        "-- 4 changed",
      ]);
      const { rows } = await copy.superuser.query(
        "select bool_or(prosecdef) as definer, count(*)::int as n from pg_proc where pronamespace = 'bruno'::regnamespace and proowner = 'bruno'::regrole",
      );
      expect(rows).toEqual([{ definer: false, n: 2 }]);
      expect(await copy.adopt("bruno")).toEqual(nothing("bruno"));
    });

    test("or as they were, when told", async () => {
      await copy.as(
        LEFT,
        "create function bruno.me() returns text language sql security definer as 'select current_user::text'",
      );
      expect((await copy.apply("bruno", "--keep-definer")).code).toBe(0);
      const { rows } = await copy.superuser.query("select bruno.me()");
      expect(rows).toEqual([{ me: "bruno" }]);
      expect(await copy.gets("ana", "select bruno.me()")).toBe(DENIED);
    });

    const USES: readonly [string, string, string, string][] = [
      [
        "a trigger of production",
        "create function bruno.f() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger t before insert on prod_crm.charges for each row execute function bruno.f()",
        "table prod_crm.charges",
      ],
      [
        "a column default",
        "create function bruno.f() returns int language sql as 'select 1'",
        "alter table prod_crm.charges alter id set default bruno.f()",
        "table prod_crm.charges",
      ],
      [
        "a generated column",
        "create function bruno.f(a int) returns int immutable language sql as 'select 1'",
        "alter table prod_crm.charges add g int generated always as (bruno.f(id)) stored",
        "table prod_crm.charges",
      ],
      [
        "a view",
        "create function bruno.f() returns int language sql as 'select 1'",
        "create view prod_crm.v as select bruno.f()",
        "view prod_crm.v",
      ],
      [
        "a rule",
        "create function bruno.f() returns int language sql as 'select 1'",
        "create rule r as on insert to prod_crm.charges do also select bruno.f()",
        "table prod_crm.charges",
      ],
      [
        "a policy",
        "create function bruno.f() returns bool language sql as 'select true'",
        "create policy p on prod_crm.charges using (bruno.f())",
        "table prod_crm.charges",
      ],
      [
        "an index expression",
        "create function bruno.f(a int) returns int immutable language sql as 'select 1'",
        "create index on prod_crm.charges (bruno.f(id))",
        "table prod_crm.charges",
      ],
      [
        "a check",
        "create function bruno.f(a int) returns bool language sql as 'select true'",
        "alter table prod_crm.charges add check (bruno.f(id))",
        "table prod_crm.charges",
      ],
      [
        "a domain's check",
        "create function bruno.f(a int) returns bool language sql as 'select true'",
        "create domain prod_crm.d as int check (bruno.f(value))",
        "type prod_crm.d",
      ],
      [
        "a column of its type",
        "create domain bruno.f as int check (value > 0)",
        "alter table prod_crm.charges add d bruno.f",
        "table prod_crm.charges",
      ],
      [
        "a column of an array of it",
        "create domain bruno.f as int check (value > 0)",
        "alter table prod_crm.charges add d bruno.f[]",
        "table prod_crm.charges",
      ],
      [
        "a column of a table's row type",
        "create table bruno.f (id int)",
        "alter table prod_crm.charges add d bruno.f",
        "table prod_crm.charges",
      ],
      [
        "another's SQL function",
        "create function bruno.f() returns int language sql as 'select 1'",
        "create function prod_crm.g() returns int language sql begin atomic select bruno.f(); end",
        "function prod_crm.g()",
      ],
      [
        "an aggregate",
        "create function bruno.f(a int, b int) returns int language sql as 'select 1'",
        "create aggregate prod_crm.g (int) (sfunc = bruno.f, stype = int)",
        "aggregate prod_crm.g(integer)",
      ],
      [
        "an operator",
        "create function bruno.f(a int, b int) returns bool language sql as 'select true'",
        "create operator prod_crm.=== (leftarg = int, rightarg = int, function = bruno.f)",
        "operator prod_crm.===(integer,integer)",
      ],
      [
        "an event trigger",
        "create function bruno.f() returns event_trigger language plpgsql as 'begin end'",
        "create event trigger one_env_t on ddl_command_end when tag in ('CREATE CAST') execute function bruno.f()",
        "event trigger one_env_t",
      ],
      [
        "a cast",
        "create type bruno_crm.c as (a int); create function bruno.f(a bruno_crm.c) returns int immutable language sql as 'select 1'",
        "create cast (bruno_crm.c as int) with function bruno.f(bruno_crm.c)",
        "cast (bruno_crm.c AS integer)",
      ],
      [
        "production's rows, of which it is a part",
        "create table bruno.f (id int)",
        "alter table bruno.f inherit prod_crm.charges",
        "table prod_crm.charges",
      ],
    ];
    test.each(USES)("%s uses it: bruno gets it only when told", async (_what, make, use, user) => {
      await copy.as("prod", "create table prod_crm.charges (id int)");
      await copy.as("stranger", make);
      await copy.superuser.query(use);
      const { code, lines } = await copy.apply("bruno");
      expect(code).toBe(1);
      expect(left(lines)[0]).toMatch(
        /^-- left alone: \S+ bruno\.f.*, and bruno could change what that does: add --include-used$/,
      );
      expect(left(lines)[0]).toContain(`: ${user} uses it`);
      expect((await copy.apply("bruno", "--include-used")).code).toBe(0);
      expect(await copy.adopt("bruno")).toEqual(nothing("bruno"));
      await copy.superuser.query("drop event trigger if exists one_env_t");
    });

    test("what only his own things use is his", async () => {
      await copy.as(
        "stranger",
        `create function bruno.f() returns trigger language plpgsql as 'begin return new; end';
         create table bruno_crm.t (id int); create trigger t before insert on bruno_crm.t for each row execute function bruno.f()`,
      );
      expect((await copy.apply("bruno")).code).toBe(0);
      expect(await copy.adopt("bruno")).toEqual(nothing("bruno"));
    });
  });

  describe("grants", () => {
    test("what an admin restores becomes readable, every kind of it, and functions run as their caller", async () => {
      await copy.admin.query(
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
      expect(left((await copy.apply("prod", "--keep-definer")).lines)).toEqual([]);
      for (const sql of reads) expect([sql, await copy.gets("charts", sql)]).toEqual([sql, "works"]);
      expect(await copy.gets("charts", "select prod_crm.definer()")).toBe(DENIED);
      expect(await copy.gets("jobs", "select prod_crm.definer()")).toBe("works");
      expect(await copy.adopt("prod")).toEqual(nothing("prod"));
    });

    test("tables and sequences that the admin restores are readable at once", async () => {
      await copy.admin.query("create table prod_crm.t (id serial); create view prod_crm.v as select 1 as one");
      for (const sql of [
        "select from prod_crm.t",
        "select from prod_crm.v",
        "select last_value from prod_crm.t_id_seq",
      ])
        expect([sql, await copy.gets("charts", sql)]).toEqual([sql, "works"]);
      expect(await copy.gets("charts", "delete from prod_crm.t")).toBe(DENIED);
      expect((await copy.apply("prod")).lines).toEqual([
        "alter table prod_crm.t owner to prod;",
        "alter view prod_crm.v owner to prod;",
        "-- 2 changed",
      ]);
      expect(await copy.gets("charts", "select from prod_crm.v")).toBe("works");
    });

    test("a table that prod moves changes its readers", async () => {
      await copy.as("prod", "create table prod_hr.t (id serial); alter table prod_hr.t set schema prod_crm");
      expect(await copy.gets("charts", "select from prod_crm.t")).toBe(DENIED);
      expect((await copy.apply("prod")).lines).toEqual([
        "revoke all on sequence prod_crm.t_id_seq from read_prod_hr cascade;",
        "grant SELECT on sequence prod_crm.t_id_seq to read_prod_crm;",
        "revoke all on table prod_crm.t from read_prod_hr cascade;",
        "grant SELECT on table prod_crm.t to read_prod_crm;",
        "-- 4 changed",
      ]);
      expect(await copy.gets("charts", "select from prod_crm.t")).toBe("works");
      expect(await copy.adopt("prod")).toEqual(nothing("prod"));
    });

    test("strangers, columns, grant options, what was handed on, and PUBLIC", async () => {
      await copy.as(
        "prod",
        `create table prod_crm.t (id int, note text); create sequence prod_crm.s;
         create function prod_crm.f() returns int language sql as 'select 1';
         grant insert on prod_crm.t to public; grant update (note) on prod_crm.t to bruno; grant usage on prod_crm.s to public;
         grant select on prod_crm.t to stranger with grant option; grant execute on function prod_crm.f() to public;
         grant select on prod_crm.t to read_prod_crm with grant option; grant insert (id) on prod_crm.t to read_prod_crm`,
      );
      await copy.as("stranger", "grant select on prod_crm.t to helper");
      await copy.as("read_prod_crm", "grant select on prod_crm.t to ana");
      expect(await copy.gets("bruno", "insert into prod_crm.t values (1)")).toBe("works");
      expect(await copy.apply("prod")).toEqual({
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
      const { rows } = await copy.superuser.query(
        "select relacl::text as acl, (select string_agg(attacl::text, '') from pg_attribute where attrelid = c.oid) as columns from pg_class as c where oid = 'prod_crm.t'::regclass",
      );
      expect(rows).toEqual([
        { acl: expect.stringMatching(/^\{prod=\w+\/prod,read_prod_crm=r\/prod\}$/), columns: null },
      ]);
      for (const sql of [
        "insert into prod_crm.t values (1)",
        "update prod_crm.t set note = ''",
        "select nextval('prod_crm.s')",
      ])
        expect([sql, await copy.gets("bruno", sql)]).toEqual([sql, DENIED]);
      expect(await copy.gets("bruno", "select from prod_crm.t")).toBe("works");
      expect(await copy.adopt("prod")).toEqual(nothing("prod"));
    });

    test("grants that the admin made with a grant option of its own are prod's to take back", async () => {
      const { user } = bench.warehouse.cluster.admin;
      await copy.as("prod", `create table prod_crm.t (id int); grant all on prod_crm.t to ${user} with grant option`);
      await copy.as(
        user,
        "grant insert, update (id) on prod_crm.t to bruno; grant select on prod_crm.t to read_prod_crm",
      );
      expect((await copy.apply("prod")).code).toBe(0);
      for (const sql of ["insert into prod_crm.t values (1)", "update prod_crm.t set id = 1"])
        expect([sql, await copy.gets("bruno", sql)]).toEqual([sql, DENIED]);
      expect(await copy.gets("bruno", "select from prod_crm.t")).toBe("works");
      expect(await copy.adopt("prod")).toEqual(nothing("prod"));
    });

    test("what comes to a developer comes closed; what they opened themselves stays open", async () => {
      await copy.as("stranger", "create table bruno.old (id int); grant select on bruno.old to public");
      await copy.as("bruno", "create table bruno.own (id int); grant select on bruno.own to ana");
      expect((await copy.apply("bruno")).lines).toEqual([
        "alter table bruno.old owner to bruno;",
        "revoke all on table bruno.old from public cascade;",
        "-- 2 changed",
      ]);
    });

    test("a shared schema's things are the team's to read, and its functions are not", async () => {
      await copy.as(
        "stranger",
        "create table cleo_crm.t (id int); create function cleo_crm.f() returns int language sql as 'select 1'",
      );
      expect((await copy.apply("cleo")).code).toBe(0);
      expect(await copy.gets("ana", "select from cleo_crm.t")).toBe("works");
      expect(await copy.gets("ana", "select cleo_crm.f()")).toBe(DENIED);
      expect(await copy.gets("charts", "select from cleo_crm.t")).toBe(DENIED);
    });
  });
});
