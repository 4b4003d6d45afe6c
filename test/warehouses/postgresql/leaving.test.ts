/**
 * Who leaves is out, whatever stands in the way, and what they made runs as nobody who matters. Each test is a way in
 * which it went wrong, tried by real logins; with the real engine too, where it is installed.
 */
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadAccess } from "../../../src/load/loadAccess";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import { adminOf } from "../../../src/warehouses/postgresql/admin";
import { endAccess } from "../../../src/warehouses/postgresql/lifecycle/endAccess";
import { majorVersion } from "../../../src/warehouses/postgresql/rehearsal/probes";
import { roster, WITHOUT_ANA } from "../../support/leaving";
import { query } from "../../support/query";
import { startWarehouse, type TestWarehouse } from "../../support/warehouse";

const real = pulumiAvailable("postgresql");
if (!real) console.warn("leaving with the real engine: skipped: pulumi is not on PATH");
const CASES = (["managed", "superuser"] as const).flatMap((admin) => [
  { admin, engine: "stand-in", start: startStandIn },
  ...(real ? [{ admin, engine: "real engine", start: startPulumi }] : []),
]);

describe.each(CASES)(
  "$admin admin, $engine",
  ({ admin, engine, start }) => {
    let warehouse: TestWarehouse;
    const open: Client[] = [];

    const connect = async (user: string, database?: string) => {
      const client = await warehouse.cluster.connect({ user, password: warehouse.passwords()[user] ?? "" }, database);
      open.push(client);
      return client;
    };
    const as = (user: string, sql: string) =>
      query(warehouse.cluster, { user, password: warehouse.passwords()[user] ?? "" }, sql);
    const asSuperuser = (sql: string, values: readonly unknown[] = []) =>
      query(warehouse.cluster, warehouse.cluster.superuser, sql, values);
    const truth = async (sql: string) => Object.values((await asSuperuser(`select ${sql}`)).rows[0])[0];
    const apply = (yaml: string) => warehouse.apply(yaml);

    beforeAll(async () => {
      warehouse = await startWarehouse(admin, start);
      await apply(roster());
      await as("jobs", "create table prod_hr.salaries (id int); insert into prod_hr.salaries values (1)");
    }, 120_000);
    afterAll(async () => {
      for (const client of open) await client.end().catch(() => {});
      await warehouse?.stop();
    });

    /** Ana makes something, leaves, and is gone; whoever is told to try does so then. */
    async function leaving(before: (ana: Client) => Promise<unknown>) {
      await apply(roster());
      const ana = await connect("ana");
      ana.on("error", () => {});
      await before(ana);
      const password = warehouse.passwords().ana as string;
      await apply(WITHOUT_ANA);
      await expect(warehouse.cluster.connect({ user: "ana", password })).rejects.toMatchObject({ code: "28P01" });
      return ana;
    }

    test("a SECURITY DEFINER routine runs as nobody who matters, and for nobody", async () => {
      await leaving((ana) =>
        ana.query(`
        drop function if exists ana.sudo;
        create function ana.sudo(sql text) returns text language plpgsql security definer
          as $$ begin execute sql; return current_user; end $$;
        grant usage on schema ana to public;
        grant execute on function ana.sudo to public, charts;`),
      );
      await expect(as("charts", "select ana.sudo('grant prod to charts')")).rejects.toMatchObject({ code: "42501" });
      // Even let in again by somebody else, it may do nothing.
      await asSuperuser("grant usage on schema ana to charts; grant execute on function ana.sudo to charts");
      await expect(as("charts", "select ana.sudo('grant prod to charts')")).rejects.toMatchObject({ code: "42501" });
      await expect(as("charts", "select ana.sudo('select * from prod_hr.salaries')")).rejects.toMatchObject({
        code: "42501",
      });
      const ran = await as("charts", "select ana.sudo('select 1') as who");
      expect(ran.rows[0].who).toMatch(/^left:ana:\d+$/);
      await asSuperuser("revoke all on schema ana from charts; revoke all on function ana.sudo from charts");
      expect(
        await truth(`(select rolcanlogin or rolsuper or rolcreaterole or exists (select from pg_auth_members where member = r.oid)
                      from pg_roles as r join pg_namespace on nspowner = r.oid where nspname = 'ana')`),
      ).toBe(false);
    });

    test("she comes back to her schemas, and to a view that reads what she may", async () => {
      await leaving((ana) =>
        ana.query("create view ana.pay as select * from prod_hr.salaries; grant select on ana.pay to ben"),
      );
      await apply(roster());
      await as("ana", "create table ana.fresh (id int); drop table ana.fresh");
      // What she made before is still nobody's: `one-env adopt` gives it to her.
      await expect(as("ana", "select * from ana.pay")).rejects.toMatchObject({ code: "42501" });
      await asSuperuser("drop view ana.pay");
    });

    test("a cursor that was open, and the session with it, ends", async () => {
      const ana = await leaving((ana) =>
        ana.query(
          "begin; declare c cursor for select * from prod_hr.salaries; set local idle_in_transaction_session_timeout = 0",
        ),
      );
      await expect(ana.query("fetch c")).rejects.toThrow(/terminat|not queryable/i);
    });

    test.each<[string, (ana: Client) => Promise<unknown>]>([
      [
        "an idle transaction that has changed her own role",
        (ana) => ana.query("begin; alter role ana set work_mem = '1MB'; alter role ana password 'x'"),
      ],
      ["a lock on her own table", (ana) => ana.query("create table ana.held (id int); begin; lock table ana.held")],
      [
        "a temporary function",
        (ana) => ana.query("create function pg_temp.f() returns int language sql as 'select 1'"),
      ],
      ["an advisory lock on her role", (ana) => ana.query("select pg_advisory_lock('ana'::regrole::oid::bigint)")],
    ])("%s vetoes nothing", async (_what, before) => {
      await leaving(before);
      await asSuperuser("drop table if exists ana.held");
    });

    test("a large object in another database vetoes nothing", async () => {
      await leaving(async () => {
        const elsewhere = await connect("ana", "postgres");
        elsewhere.on("error", () => {});
        await elsewhere.query("select lo_create(0)");
      });
      const superuser = await warehouse.cluster.connect(warehouse.cluster.superuser, "postgres");
      const { rows } = await superuser.query("select lomowner::regrole::text as owner from pg_largeobject_metadata");
      await superuser.end();
      for (const { owner } of rows) expect(owner).toMatch(/^"left:ana:\d+"$/);
    });

    test("grants of others to her veto nothing and are gone, uncommitted ones too", async () => {
      const ben = await connect("ben");
      await leaving(async () => {
        await ben.query(
          "create table ben.t (id int); create table ben.u (id int); grant select on ben.t to ana; grant usage on schema ben to ana",
        );
        await as("jobs", "grant select (id) on prod_hr.salaries to ana");
        await ben.query("begin; grant select on ben.u to ana");
      });
      await ben.query("commit");
      const left = await asSuperuser(`
      select c.oid::regclass::text as what from pg_class as c cross join lateral aclexplode(relacl) as a
        join pg_roles as r on r.oid = a.grantee where r.rolname like 'left:ana:%' and relowner <> a.grantee`);
      // The one that was in the making goes to a role that may do nothing.
      expect(left.rows).toEqual([{ what: "ben.u" }]);
      await ben.query("drop table ben.t; drop table ben.u; revoke all on schema ben from public");
    });

    test("what she would get of future things vetoes nothing and is gone, in one schema and in all", async () => {
      await leaving(() =>
        as(
          "ben",
          `alter default privileges grant select on tables to ana; alter default privileges grant execute on functions to ana;
           alter default privileges in schema ben grant select on tables to ana`,
        ),
      );
      expect(
        await truth(
          "array_agg(defaclacl::text) from pg_default_acl where defaclrole = 'ben'::regrole and defaclacl::text like '%ana:%'",
        ),
      ).toBeNull();
    });

    /** A removal that ends when only her name is gone. */
    async function halfRemove() {
      const [client, watcher] = await Promise.all([1, 2].map(() => warehouse.cluster.connect(warehouse.cluster.admin)));
      if (!client || !watcher) throw new Error("no sessions");
      await endAccess(await adminOf(client), watcher, "ana", () => {});
      const oid = await truth("'ana'::regrole::oid::int");
      await client.query(`alter role ana rename to "left:ana:${oid}"; create role ana nologin`);
      await Promise.all([client.end(), watcher.end()]);
    }

    test("half a removal is finished by the next deployment", async () => {
      await apply(roster());
      await as("jobs", "grant select on prod_hr.salaries to ana");
      const held = () => truth("relacl::text from pg_class where oid = 'prod_hr.salaries'::regclass");
      await halfRemove();
      expect(await held()).toContain("left:ana");
      await apply(WITHOUT_ANA);
      expect(await held()).not.toContain("left:ana");
      expect(await truth("to_regrole('ana') is null")).toBe(true);
    });

    test.skipIf(engine === "stand-in")(
      "whoever stays after half a removal comes back with `pulumi up --refresh`",
      async () => {
        await apply(roster());
        await as("ana", "create table ana.kept (id int)");
        await halfRemove();
        await (warehouse.engine as PulumiEngine).mend(loadAccess(warehouse.team, new Date()));
        await as("ana", "create table ana.fresh (id int); drop table ana.fresh; table prod_hr.salaries");
        await asSuperuser("drop table ana.kept");
      },
    );

    test.skipIf(admin === "managed")("her session ends, although somebody gave her every right", async () => {
      const ana = await leaving(() => asSuperuser("alter role ana superuser"));
      await expect(ana.query("select 1")).rejects.toThrow(/terminat|not queryable/i);
      expect(await truth("bool_or(rolsuper) from pg_roles where rolname like '%ana%'")).toBe(false);
    });

    test("what others set for their own sessions vetoes nothing", async () => {
      await apply(roster());
      await as("ben", `alter role ben set statement_timeout = '1h'; alter role ben set search_path to ben, ana`);
      await as("ben", "alter role ben in database analytics set statement_timeout = '1h'");
      await leaving(async () => {});
      expect((await asSuperuser("select rolconfig from pg_roles where rolname = 'ben'")).rows[0].rolconfig).toContain(
        "statement_timeout=900000",
      );
      await asSuperuser("alter role ben reset search_path; alter role ben in database analytics reset all");
    });

    test("she comes back although others have things in the schemas that she shares", async () => {
      const sharing = roster({ developers: "[{ name: ana, share: team }, { name: ben }]" });
      await apply(sharing);
      await as("ana", "grant usage, create on schema ana to ben");
      await as("ben", "create table ana.of_ben (id int); grant select on ana.of_ben to charts");
      await apply(WITHOUT_ANA);
      await apply(sharing);
      await asSuperuser("drop table ana.of_ben");
    });

    test("her objects in a schema that somebody opened to her veto nothing", async () => {
      await leaving(async (ana) => {
        await as("ben", "grant usage, create on schema ben to ana");
        await ana.query("create table ben.hers (id int)");
      });
      expect(await truth("tableowner like 'left:ana:%' from pg_tables where tablename = 'hers'")).toBe(true);
      await asSuperuser("drop table ben.hers");
    });

    test("what she opened in a schema that is closed to her by now is closed", async () => {
      await leaving(async (ana) => {
        await as("ben", "grant usage, create on schema ben to ana; grant usage on schema ben to charts");
        await ana.query("create function ben.hers() returns text language sql security definer return current_user");
        await ana.query("grant execute on function ben.hers to charts");
        expect((await as("charts", "select ben.hers() as who")).rows[0].who).toBe("ana");
        await as("ben", "revoke all on schema ben from ana");
      });
      await expect(as("charts", "select ben.hers()")).rejects.toMatchObject({ code: "42501" });
      await asSuperuser("drop function ben.hers; revoke all on schema ben from charts");
    });

    test("a source goes although somebody granted something to its readers", async () => {
      await apply(roster());
      await as("ben", "create table ben.t (id int); grant select on ben.t to read_prod_sales");
      await apply(roster({ sources: "[{ name: hr, readers: [ana] }]" }));
      expect(await truth("to_regrole('read_prod_sales') is null")).toBe(true);
      await as("ben", "drop table ben.t");
      await apply(roster());
    });

    test("a change of duty leaves the old schemas behind", async () => {
      await apply(roster());
      await as("ana", "create table ana.mine (id int)");
      await apply(
        roster({
          developers: "[{ name: ben }]",
          services: "[{ name: jobs, duty: prod }, { name: ana, duty: reader }, { name: runner, duty: ci }]",
        }),
      );
      await expect(as("ana", "select * from ana.mine")).rejects.toMatchObject({ code: "42501" });
      await as("ana", "select * from pg_class limit 1");
      await apply(roster());
      await as("ana", "create table ana.again (id int); drop table ana.again");
      await asSuperuser("drop table ana.mine");
    });

    test("what is made as a group cannot outlive the membership", async () => {
      await apply(roster());
      await as("ana", "create table ana.gift (id int); grant usage, create on schema ana to read_prod_hr");
      const outcome = as("ana", "set role read_prod_hr; create view ana.for_ever as select * from prod_hr.salaries");
      if (majorVersion(warehouse.cluster.version) >= 16) {
        await expect(outcome).rejects.toMatchObject({ code: "42501" });
        await expect(as("ana", "alter table ana.gift owner to read_prod_hr")).rejects.toMatchObject({ code: "42501" });
      } else await outcome;
      await asSuperuser("drop view if exists ana.for_ever; drop table ana.gift");
      await as("ana", "revoke all on schema ana from read_prod_hr");
    });

    test("a rotation keeps memberships and a search path that somebody else has set", async () => {
      await apply(roster());
      await asSuperuser(`grant pg_monitor to ben; alter role ben set search_path to ben, "$user"`);
      const rotated = roster({ developers: "[{ name: ana }, { name: ben, rotation: 2 }]" });
      const old = warehouse.passwords().ben as string;
      if (admin === "managed" && majorVersion(warehouse.cluster.version) >= 16) {
        await expect(apply(rotated)).rejects.toThrow(
          /`ben` cannot be changed: postgres made it a member of pg_monitor, and `warehouse_admin` may not take that back/,
        );
        await asSuperuser("grant pg_monitor to warehouse_admin with admin option");
      }
      await apply(rotated);
      await as("ben", "select 1");
      await expect(warehouse.cluster.connect({ user: "ben", password: old })).rejects.toMatchObject({ code: "28P01" });
      expect(await truth("pg_has_role('ben', 'pg_monitor', 'member')")).toBe(true);
      expect((await as("ben", "show search_path")).rows[0].search_path).toBe('ben, "$user"');
      await asSuperuser("revoke pg_monitor from ben; alter role ben reset search_path");
      if (admin === "managed") await asSuperuser("revoke pg_monitor from warehouse_admin");
    });

    test("a deployment that fails leaves her locked out, and the next one finishes", async () => {
      await apply(roster());
      const ana = await connect("ana");
      ana.on("error", () => {});
      const holder = await warehouse.cluster.connect(warehouse.cluster.superuser);
      await holder.query("begin; alter role ana set work_mem = '1MB'; alter role ana connection limit 3");
      await expect(apply(WITHOUT_ANA)).rejects.toThrow(
        /cannot lock out `ana`: session \d+ of `postgres` holds it in a transaction that is not over/,
      );
      await holder.query("rollback");
      await holder.end();
      await apply(WITHOUT_ANA);
      expect(await truth("to_regrole('ana') is null")).toBe(true);
      await apply(roster());
    });

    test("whatever the preflight finds, she is locked out", async () => {
      await apply(roster());
      const password = warehouse.passwords().ana as string;
      await asSuperuser("grant prod to ben");
      await expect(apply(WITHOUT_ANA)).rejects.toThrow(/`ben` is a member of `prod`, and not by the roster/);
      await expect(warehouse.cluster.connect({ user: "ana", password })).rejects.toMatchObject({ code: "28000" });
      await asSuperuser("revoke prod from ben");
      await apply(WITHOUT_ANA);
      expect(await truth("to_regrole('ana') is null")).toBe(true);
      await apply(roster());
    });

    test.skipIf(engine === "stand-in")("all of it holds for `pulumi destroy`, which needs the program", async () => {
      await apply(roster());
      await as(
        "ana",
        "create or replace function ana.last() returns text language sql security definer return current_user",
      );
      const pulumi = warehouse.engine as PulumiEngine;
      await expect(pulumi.destroy(loadAccess(warehouse.team, new Date()), false)).rejects.toThrow(
        /delete hooks registered, but the program is not running/,
      );
      await as("ana", "select 1");
      await pulumi.destroy(loadAccess(warehouse.team, new Date()));
      expect((await asSuperuser("select ana.last() as who")).rows[0].who).toMatch(/^left:ana:/);
      await apply(roster());
    });
  },
  120_000,
);
