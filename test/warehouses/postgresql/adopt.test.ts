/** `one-env adopt` on PostgreSQL: whose things are, and what is left alone. */
import { describe, expect, test } from "vitest";
import { DENIED, leftAlone, nothingToDo, useAdoptionBench } from "../../support/adoption";

describe.each(["managed", "superuser"] as const)("as a %s admin", (kind) => {
  const bench = useAdoptionBench(kind);

  describe("the command", () => {
    test("who is not the deploying admin is told so, and nothing is changed", async () => {
      await bench.copy.admin.query("create table prod_hr.old (id int)");
      const ana = { PGUSER: "ana", PGPASSWORD: bench.warehouse.passwords().ana ?? "" };
      expect(await bench.copy.adopt("prod", ["--apply"], ana)).toEqual({
        code: 2,
        stdout: "",
        stderr: "this login cannot act for `prod` (42501)\n  help: log in as the deploying admin\n",
      });
      expect(await bench.copy.ownerOf("table", "prod_hr.old")).toBe(bench.warehouse.cluster.admin.user);
    });

    test("a way in that leads nowhere is bad input", async () => {
      expect(await bench.copy.adopt("prod", [], { PGPORT: "1" })).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^cannot connect to the warehouse: .*\n {2}help: set PGHOST/),
      });
    });

    test("it prints what it would do, does it when told, and has nothing to do then", async () => {
      await bench.copy.as("stranger", "create table prod_hr.old (id int)");
      const sql = "alter table prod_hr.old owner to prod;\ngrant SELECT on table prod_hr.old to read_prod_hr;\n";
      const dry = `${sql}-- 2 to change; nothing was done: add --apply to do it\n`;
      expect(await bench.copy.adopt("prod")).toEqual({ code: 0, stdout: dry, stderr: "" });
      expect(await bench.copy.adopt("prod")).toEqual({ code: 0, stdout: dry, stderr: "" });
      expect(await bench.copy.gets("ana", "select from prod_hr.old")).toBe(DENIED);
      expect(await bench.copy.adopt("prod", ["--apply"])).toEqual({
        code: 0,
        stdout: `${sql}-- 2 changed\n`,
        stderr: "",
      });
      expect(await bench.copy.adopt("prod", ["--apply"])).toEqual(nothingToDo("prod"));
      expect(await bench.copy.gets("ana", "select from prod_hr.old")).toBe("works");
      expect(await bench.copy.gets("bruno", "select from prod_hr.old")).toBe(DENIED);
    });

    test("the admin is in no more roles afterwards than before, and with the options of before", async () => {
      const { user } = bench.warehouse.cluster.admin;
      const memberships = async () =>
        (
          await bench.copy.superuser.query(
            "select m::text from pg_auth_members as m where member = $1::regrole order by 1",
            [user],
          )
        ).rows;
      const before = await memberships();
      await bench.copy.as("stranger", "create table prod_crm.theirs ()");
      expect(await bench.copy.apply("prod")).toMatchObject({ code: 0 });
      expect(await memberships()).toEqual(before);
    });
  });

  describe("owners", () => {
    test("every kind of thing that can lie in a schema and have an owner", async () => {
      await bench.copy.as(
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
      const { code, lines } = await bench.copy.apply("prod");
      expect({ code, left: leftAlone(lines) }).toEqual({ code: 0, left: [] });
      const { rows } = await bench.copy.superuser.query(
        `select id.type, id.identity from pg_shdepend as d cross join lateral pg_identify_object(classid, d.objid, 0) as id
          where dbid = (select oid from pg_database where datname = current_database())
            and deptype = 'o' and refobjid = 'stranger'::regrole`,
      );
      expect(rows).toEqual([]);
      expect(await bench.copy.ownerOf("text search configuration", "prod_crm.search")).toBe("prod");
      expect(await bench.copy.ownerOf("operator", "prod_crm.===(integer,integer)")).toBe("prod");
      expect(await bench.copy.adopt("prod")).toEqual(nothingToDo("prod"));
    });

    test("what an extension made stays the extension's", async () => {
      await bench.copy.admin.query("create extension citext schema prod_crm; create extension hstore schema prod_crm");
      await bench.copy.admin.query("create table prod_crm.t (mail prod_crm.citext)");
      expect((await bench.copy.apply("prod")).lines).toEqual(["alter table prod_crm.t owner to prod;", "-- 1 changed"]);
    });

    test("what is out of the admin's reach is told, and the rest is done", async () => {
      await bench.copy.superuser.query(
        "create table prod_crm.theirs (id serial); grant select on prod_crm.theirs to public",
      );
      await bench.copy.admin.query("create table prod_crm.ours ()");
      const { code, lines } = await bench.copy.apply("prod");
      expect(await bench.copy.ownerOf("table", "prod_crm.ours")).toBe("prod");
      if (kind === "superuser") {
        expect({ code, left: leftAlone(lines) }).toEqual({ code: 0, left: [] });
        expect(await bench.copy.ownerOf("table", "prod_crm.theirs")).toBe("prod");
        return;
      }
      expect(code).toBe(1);
      expect(lines.slice(-2)).toEqual([
        "-- left alone: table prod_crm.theirs: it is postgres's, whom this admin cannot act for; as a superuser: alter table prod_crm.theirs owner to prod",
        "-- 1 changed, 1 left alone",
      ]);
      expect((await bench.copy.adopt("prod")).stdout).toMatch(
        /^-- left alone: .*\n-- nothing that can be changed, 1 left alone\n$/,
      );
    });

    test("what the database refuses after all is told, and the rest is done", async () => {
      await bench.copy.admin.query("create table prod_crm.a (); create table prod_crm.b ()");
      // An event trigger of a superuser's, as a service has for what its customers must not do.
      await bench.copy.superuser.query(`
        create function public.veto() returns event_trigger language plpgsql as $$ begin
          if exists (select from pg_class where oid = 'prod_crm.a'::regclass and relowner = 'prod'::regrole) then
            raise exception 'not this one' using errcode = 'P0001'; end if; end $$;
        create event trigger veto on ddl_command_end when tag in ('ALTER TABLE') execute function public.veto()`);
      const { code, lines } = await bench.copy.apply("prod");
      await bench.copy.superuser.query("drop event trigger veto");
      expect({ code, left: leftAlone(lines)[0] }).toEqual({
        code: 1,
        left: "-- left alone: alter table prod_crm.a owner to prod: not this one (P0001)",
      });
      expect(await bench.copy.ownerOf("table", "prod_crm.b")).toBe("prod");
    });

    test("a schema that is not there, or somebody else's, is told", async () => {
      await bench.copy.superuser.query("drop schema prod_hr cascade; alter schema prod_crm owner to stranger");
      await bench.copy.admin.query("create table prod_crm.t ()").catch(() => {});
      const { code, lines } = await bench.copy.apply("prod");
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
});
