/**
 * Taking over a warehouse that is there: what everybody had in production is gone afterwards, procedures too, and roles
 * that were there are the plan's. With the stand-in, and with the real engine where it is installed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, isUnchanged } from "../../../src/rehearsal/engines/engine";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import { targetOf } from "../../../src/warehouses/postgresql/rehearsal/testServer";
import { type Cluster, startCluster } from "../../../src/warehouses/postgresql/server/cluster";
import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import { loaded } from "../../support/loaded";
import { query } from "../../support/query";
import { teamYaml } from "../../support/team";

const MINUTE = 60_000;
const available = pulumiAvailable("postgresql");
if (!available) console.warn("taking over with the real engine: skipped: pulumi is not on PATH");

/** A warehouse where everybody may do everything, with a login and groups that the roster has names for. */
const GROWN = `
  create role prod; create role read_prod_sales; create role ana login password 'old' connection limit 2;
  alter role ana set statement_timeout = 7000; alter role ana set search_path = prod_sales;
  create schema prod_sales; create table prod_sales.orders (id serial, note text); create view prod_sales.seen as table prod_sales.orders;
  create procedure prod_sales.purge() language sql security definer as 'delete from prod_sales.orders';
  create function prod_sales.count() returns bigint language sql security definer as 'select count(*) from prod_sales.orders';
  grant all on schema prod_sales to public; grant all on all tables in schema prod_sales to public;
  grant all on all sequences in schema prod_sales to public; grant execute on all routines in schema prod_sales to public;
  grant update (note) on prod_sales.orders to public; grant all on all tables in schema prod_sales to read_prod_sales;
  create schema ana_sales; create table ana_sales.drafts (id int)`;

describe.each<AdminKind>(["managed", "superuser"])("as a %s admin", (admin) => {
  describe.each(["stand-in", "pulumi"] as const)("with the engine %s", (name) => {
    const skip = name === "pulumi" && !available;
    let cluster: Cluster;
    let engine: Engine | PulumiEngine;
    const team = loaded(teamYaml());
    let passwords: Record<string, string> = {};

    beforeAll(async () => {
      if (skip) return;
      cluster = await startCluster({ admin });
      const target = targetOf(cluster, admin, "a seed for tests, long enough");
      engine = name === "pulumi" ? await startPulumi(target) : await startStandIn(target);
      await query(cluster, cluster.admin, GROWN);
    }, MINUTE);
    afterAll(async () => {
      await engine?.close();
      await cluster?.stop();
    });

    const ana = () => ({ user: "ana", password: passwords.ana ?? "" });

    test.skipIf(skip)(
      "what is against the plan is refused before anything is declared",
      async () => {
        const before = await query(cluster, cluster.superuser, "select count(*) from pg_roles");
        await query(
          cluster,
          cluster.superuser,
          "create role zabbix login; grant insert on prod_sales.orders to zabbix",
        );
        await expect(engine.apply(team)).rejects.toThrow(
          [
            '`zabbix` has INSERT on table `prod_sales.orders`: REVOKE INSERT ON TABLE prod_sales.orders FROM "zabbix" CASCADE',
            "`zabbix` may connect because everybody may, and would not any more: pulumi config set acceptLosing '[\"zabbix\"]', or put them into the roster",
          ].join("\n"),
        );
        await query(cluster, cluster.superuser, "drop owned by zabbix; drop role zabbix");
        expect((await query(cluster, cluster.superuser, "select count(*) from pg_roles")).rows).toEqual(before.rows);
      },
      MINUTE,
    );

    test.skipIf(skip)(
      "one deployment takes it over: roles are imported and become what the plan says",
      async () => {
        await query(cluster, cluster.admin, "call prod_sales.purge()");
        const { changes, outputs } = await engine.apply(team);
        passwords = outputs.credentials;
        expect(changes.updated).toEqual(["Role ana"]);
        expect(changes.created).not.toContain("Role prod");
        const { rows } = await query(
          cluster,
          cluster.superuser,
          "select rolconnlimit, rolconfig from pg_roles where rolname = 'ana'",
        );
        expect(rows).toEqual([
          { rolconnlimit: 8, rolconfig: ["statement_timeout=900000", "idle_in_transaction_session_timeout=300000"] },
        ]);
      },
      3 * MINUTE,
    );

    test.skipIf(skip)(
      "nothing of what everybody had is left",
      async () => {
        expect((await query(cluster, ana(), "select count(*)::int as n from prod_sales.orders")).rows).toEqual([
          { n: 0 },
        ]);
        for (const forbidden of [
          "call prod_sales.purge()",
          "select prod_sales.count()",
          "insert into prod_sales.orders (note) values ('x')",
          "update prod_sales.orders set note = 'x'",
          "select nextval('prod_sales.orders_id_seq')",
          "create table prod_sales.mine ()",
          "create trigger t after insert on prod_sales.orders execute function suppress_redundant_updates_trigger()",
        ])
          await expect(query(cluster, ana(), forbidden), forbidden).rejects.toMatchObject({ code: "42501" });
        await query(cluster, ana(), "create table ana_sales.mine ()");
      },
      MINUTE,
    );

    test.skipIf(skip)(
      "again, there is nothing to do, and a refresh finds nothing to mend",
      async () => {
        expect((await engine.apply(team)).changes).toSatisfy(isUnchanged);
        if ("preview" in engine) expect(await engine.preview(team)).toSatisfy(isUnchanged);
      },
      2 * MINUTE,
    );
  });
});
