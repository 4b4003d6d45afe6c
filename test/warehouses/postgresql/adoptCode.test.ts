/** `one-env adopt` on PostgreSQL: what would run as somebody else is better left alone. */
import { describe, expect, test } from "vitest";
import { DENIED, LEFT, leftAlone, nothingToDo, useAdoptionBench } from "../../support/adoption";

describe.each(["managed", "superuser"] as const)("as a %s admin", (kind) => {
  const bench = useAdoptionBench(kind);

  test("prod gets a definer routine only when told, and nobody else may execute it in any case", async () => {
    await bench.copy.as(
      "stranger",
      "create function prod_crm.wipe() returns int language sql security definer as 'select 1'",
    );
    expect(await bench.copy.gets("charts", "select prod_crm.wipe()")).toBe("works");
    const refused = await bench.copy.apply("prod");
    expect(refused).toEqual({
      code: 1,
      lines: [
        "revoke all on routine prod_crm.wipe() from public cascade;",
        "-- left alone: function prod_crm.wipe(): it would run with the rights of prod: add --keep-definer",
        "-- 1 changed, 1 left alone",
      ],
    });
    expect(await bench.copy.gets("charts", "select prod_crm.wipe()")).toBe(DENIED);
    expect(await bench.copy.apply("prod", "--keep-definer")).toEqual({
      code: 0,
      lines: ["alter routine prod_crm.wipe() owner to prod;", "-- 1 changed"],
    });
    expect(await bench.copy.gets("charts", "select prod_crm.wipe()")).toBe(DENIED);
    expect(await bench.copy.gets("jobs", "select prod_crm.wipe()")).toBe("works");
  });

  test("nor a view of another's that would show a restricted source to those who must not read it", async () => {
    await bench.copy.as("prod", "create table prod_hr.salaries (id int); create table prod_crm.open (id int)");
    await bench.copy.superuser.query(`
      create view prod_crm.peek as select * from prod_hr.salaries;
      create view prod_crm.careful with (security_invoker = true) as select * from prod_hr.salaries;
      create view prod_crm.harmless as select * from prod_crm.open;
      create view prod_hr.own as select * from prod_hr.salaries;
      alter view prod_crm.peek owner to stranger; alter view prod_crm.careful owner to stranger;
      alter view prod_crm.harmless owner to stranger; alter view prod_hr.own owner to stranger`);
    const { code, lines } = await bench.copy.apply("prod");
    expect({ code, left: leftAlone(lines) }).toEqual({
      code: 1,
      left: [
        "-- left alone: view prod_crm.peek: it would show table prod_hr.salaries, which not all of its readers may read: add --keep-definer",
      ],
    });
    expect(await bench.copy.gets("charts", "select from prod_crm.peek")).toBe(DENIED);
    expect(await bench.copy.gets("charts", "select from prod_crm.careful")).toBe(DENIED);
    expect(await bench.copy.gets("charts", "select from prod_crm.harmless")).toBe("works");
    expect(await bench.copy.gets("ana", "select from prod_hr.own")).toBe("works");
    expect((await bench.copy.apply("prod", "--keep-definer")).code).toBe(0);
    expect(await bench.copy.gets("charts", "select from prod_crm.peek")).toBe("works");
  });

  test("a developer's come back harmless: they run as whoever calls them", async () => {
    await bench.copy.as(
      LEFT,
      `create function bruno.sudo(sql text) returns void language plpgsql security definer as $$ begin execute sql; end $$;
       create procedure bruno.go() language sql security definer as 'select 1';
       grant execute on function bruno.sudo(text) to stranger`,
    );
    expect((await bench.copy.apply("bruno")).lines).toEqual([
      "alter routine bruno.go() security invoker;",
      "alter routine bruno.go() owner to bruno;",
      "alter routine bruno.sudo(pg_catalog.text) security invoker;",
      "alter routine bruno.sudo(pg_catalog.text) owner to bruno;",
      "revoke all on routine bruno.go() from public cascade;",
      "revoke all on routine bruno.sudo(pg_catalog.text) from public, stranger cascade;",
      "-- 4 changed",
    ]);
    const { rows } = await bench.copy.superuser.query(
      "select bool_or(prosecdef) as definer, count(*)::int as n from pg_proc where pronamespace = 'bruno'::regnamespace and proowner = 'bruno'::regrole",
    );
    expect(rows).toEqual([{ definer: false, n: 2 }]);
    expect(await bench.copy.adopt("bruno")).toEqual(nothingToDo("bruno"));
  });

  test("or as they were, when told", async () => {
    await bench.copy.as(
      LEFT,
      "create function bruno.me() returns text language sql security definer as 'select current_user::text'",
    );
    expect((await bench.copy.apply("bruno", "--keep-definer")).code).toBe(0);
    const { rows } = await bench.copy.superuser.query("select bruno.me()");
    expect(rows).toEqual([{ me: "bruno" }]);
    expect(await bench.copy.gets("ana", "select bruno.me()")).toBe(DENIED);
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
    await bench.copy.as("prod", "create table prod_crm.charges (id int)");
    await bench.copy.as("stranger", make);
    await bench.copy.superuser.query(use);
    const { code, lines } = await bench.copy.apply("bruno");
    expect(code).toBe(1);
    expect(leftAlone(lines)[0]).toMatch(
      /^-- left alone: \S+ bruno\.f.*, and bruno could change what that does: add --include-used$/,
    );
    expect(leftAlone(lines)[0]).toContain(`: ${user} uses it`);
    expect((await bench.copy.apply("bruno", "--include-used")).code).toBe(0);
    expect(await bench.copy.adopt("bruno")).toEqual(nothingToDo("bruno"));
    await bench.copy.superuser.query("drop event trigger if exists one_env_t");
  });

  test("what only his own things use is his", async () => {
    await bench.copy.as(
      "stranger",
      `create function bruno.f() returns trigger language plpgsql as 'begin return new; end';
       create table bruno_crm.t (id int); create trigger t before insert on bruno_crm.t for each row execute function bruno.f()`,
    );
    expect((await bench.copy.apply("bruno")).code).toBe(0);
    expect(await bench.copy.adopt("bruno")).toEqual(nothingToDo("bruno"));
  });
});
