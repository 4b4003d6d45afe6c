import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as } from "../../src/proof/session";
import type { PostgresqlTestWarehouse } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { type DbtRun, dbt } from "../support/dbt";
import { changedParts, OUTSIDE, takeFingerprint } from "../support/fingerprint";
import { callPlugIn, plugIn } from "../support/plugIn";
import { findPython } from "../support/python";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const python = findPython();

/** The real dbt on examples/dbt, with the roster of the repository and what `one-env` prints for it. */
describe.skipIf(python === undefined)("examples/dbt", { timeout: 600_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), "one-env-dbt-"));
  let warehouse: TestWarehouse;
  let testWarehouse: PostgresqlTestWarehouse;
  let superuser: Client;

  beforeAll(async () => {
    warehouse = await startWarehouse();
    testWarehouse = await warehouse.apply(readFileSync("team.yaml", "utf8"));
    superuser = await testWarehouse.logins.superuser();
    await superuser.query("alter database analytics set log_min_messages = error");
    await superuser.query("alter database analytics set log_error_verbosity = verbose");
    await ingest(`
      create table prod_salesforce.accounts (id int, name text, plan text);
      insert into prod_salesforce.accounts values (1, 'acme', 'team'), (2, 'zeta', 'free');
      create table prod_stripe.charges (id int, account_id int, amount int, charged_on date);
      insert into prod_stripe.charges values (1, 1, 10, '2026-01-01'), (2, 1, 5, '2026-01-02')`);
  });
  afterAll(async () => {
    await superuser?.end();
    await warehouse?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What production's ingestion does. */
  const ingest = (sql: string) => as(testWarehouse.logins.login("airflow"), (client) => client.query(sql));

  /** A checkout of the project with everybody's profile, and the variables of one identity. */
  async function shell(who: string, ...words: string[]) {
    const project = mkdtempSync(join(directory, `${who}-`));
    cpSync("examples/dbt", project, { recursive: true });
    const out = join(project, "profiles.yml");
    const { code } = await callPlugIn(["profiles", "--all", "--team", warehouse.team, "--out", out], {});
    expect(code).toBe(0);
    return { python: python ?? "", project, variables: await plugIn(warehouse, who, ...words) };
  }

  /** What some work has changed in the whole database, and the errors that the server has seen meanwhile. */
  async function effectsOf(work: () => Promise<void>) {
    const log = join(warehouse.cluster.directory, "log");
    const before = await takeFingerprint(superuser);
    const { size } = statSync(log);
    await work();
    const said = readFileSync(log).subarray(size).toString();
    return {
      changed: changedParts(before, await takeFingerprint(superuser)),
      errors: [...said.matchAll(/ERROR: {2}(.*)/g)].map(([, error]) => error),
    };
  }

  const succeeded = ({ code, output }: DbtRun) => expect(code, output).toBe(0);
  const query = async (who: string, sql: string) =>
    (await as(testWarehouse.logins.login(who), (client) => client.query(sql))).rows;

  test("villoro builds, and builds again, in villoro* alone; what the shell says about prod is not dbt's", async () => {
    const villoro = await shell("villoro");
    const first = await effectsOf(async () => succeeded(await dbt(villoro, "build")));
    expect(first).toEqual({ changed: ["villoro", "villoro_salesforce", "villoro_stripe"], errors: [] });
    expect(await query("villoro", "select account_name from villoro.customers order by 1")).toEqual([
      { account_name: "acme" },
      { account_name: "zeta" },
    ]);
    // What a test finds is stored where its models are, and not in a schema of dbt's choice.
    expect(await query("villoro", "select * from villoro_stripe.no_refund_without_charge")).toEqual([]);

    const variables = { ...villoro.variables, ENV: "prod", SCHEMA_PREFIX: "prod", SIDE_EFFECTS: "execute" };
    const again = await effectsOf(async () => succeeded(await dbt({ ...villoro, variables }, "build")));
    expect(again).toEqual({ changed: ["villoro", "villoro_salesforce", "villoro_stripe"], errors: [] });
  });

  test("airflow builds prod* alone: incremental, snapshot and rebuilt tables are prod's, and readable at once", async () => {
    const airflow = await shell("airflow");
    const build = async (...words: string[]) => {
      const run = async () => succeeded(await dbt(airflow, "build", "--target", "prod", ...words));
      expect(await effectsOf(run)).toEqual({ changed: ["prod", "prod_salesforce", "prod_stripe"], errors: [] });
      await expectReadable();
    };
    const revenue = async () =>
      (await query("bruno", "select revenue::int from prod_stripe.daily_revenue order by charged_on")).map(
        ({ revenue }) => revenue,
      );
    const plans = async () =>
      (
        await query(
          "bruno",
          "select plan from prod_salesforce.account_plans where account_id = 2 order by dbt_valid_from",
        )
      ).map(({ plan }) => plan);

    await build();
    expect(await revenue()).toEqual([10, 5]);
    const { oid } = await oidOf("prod_stripe.daily_revenue");

    await ingest(`
      update prod_stripe.charges set amount = 11 where id = 1;
      insert into prod_stripe.charges values (3, 2, 7, '2026-01-02'), (4, 2, 9, '2026-01-03');
      update prod_salesforce.accounts set plan = 'company' where id = 2`);
    await build();
    // The first day is as it was: it was not computed again.
    expect(await revenue()).toEqual([10, 12, 9]);
    expect(await plans()).toEqual(["free", "company"]);
    expect((await oidOf("prod_stripe.daily_revenue")).oid).toBe(oid);

    await build("--full-refresh");
    expect(await revenue()).toEqual([11, 12, 9]);
    expect((await oidOf("prod_stripe.daily_revenue")).oid).not.toBe(oid);

    // As docs/plug-in.md warns: a rebuilt table takes others' views on it with it, and no table.
    await query("alice", "create view alice.seen as table prod.customers");
    await query("alice", "create table alice.copied as table prod.customers");
    succeeded(await dbt(airflow, "run", "--target", "prod", "--select", "customers"));
    await expect(oidOf("alice.seen")).rejects.toThrow('relation "alice.seen" does not exist');
    expect(await query("alice", "select account_name from alice.copied")).toHaveLength(2);
  });

  test("github_ci builds in the schemas of its run alone, and nothing is left of it", async () => {
    const ci = (...words: string[]) => callPlugIn(["ci", ...words], github.variables);
    const github = await shell("github_ci", "--run", "42");
    const all = await effectsOf(async () => {
      expect(await ci("open", "42")).toMatchObject({ code: 0 });
      const { changed, errors } = await effectsOf(async () => succeeded(await dbt(github, "build", "--target", "ci")));
      expect({ changed, errors }).toEqual({ changed: ["ci_42", "ci_42_salesforce", "ci_42_stripe"], errors: [] });
      expect(await ci("close", "42")).toMatchObject({ code: 0 });
    });
    expect(all).toEqual({ changed: [], errors: [] });
  });

  test("the prod target with the credentials of a developer, or of CI, is refused, and nothing changes", async () => {
    const [villoro, github] = [await shell("villoro"), await shell("github_ci", "--run", "42")];
    const runs: DbtRun[] = [];
    const { changed, errors } = await effectsOf(async () => {
      for (const wrong of [villoro, github]) runs.push(await dbt(wrong, "build", "--target", "prod"));
    });
    for (const { code, output } of runs) {
      expect(code).toBe(1);
      expect(output).toContain("permission denied for schema prod_stripe");
      expect(output).toMatch(/PASS=0 WARN=0 ERROR=3 SKIP=9/);
    }
    expect(changed).toEqual([]);
    expect(errors).toHaveLength(6);
    for (const error of errors)
      expect(error).toMatch(/^42501: permission denied for (schema prod_salesforce|schema prod_stripe|table plans)/);
  });

  test("dbt's own grants take the readers' away and open production; doctor names both and what mends them", async () => {
    const airflow = await shell("airflow");
    // As an earlier run of dbt has left it: an incremental model, which grants are applied to as it is.
    await ingest(`
      do $$ begin
        if to_regclass('prod_stripe.stg_charges') is null then
          create view prod_stripe.stg_charges as select account_id, amount, charged_on from prod_stripe.charges;
        end if;
      end $$;
      create table if not exists prod_stripe.daily_revenue (charged_on date, revenue bigint)`);
    const file = join(airflow.project, "dbt_project.yml");
    const grants = "    +grants: { select: [alice] }\n";
    const hook = 'on-run-end: "grant select on prod_stripe.charges to public"\n';
    writeFileSync(file, `${readFileSync(file, "utf8").replace("    marts:\n", `${grants}    marts:\n`)}${hook}`);
    await query("bruno", "table prod_stripe.daily_revenue");
    succeeded(await dbt(airflow, "run", "--target", "prod", "--select", "daily_revenue"));
    await expect(query("bruno", "table prod_stripe.daily_revenue")).rejects.toMatchObject({ code: "42501" });

    const doctor = async (who: string) => {
      const { stdout } = await callPlugIn(["doctor", "--team", warehouse.team], {
        ...(await plugIn(warehouse, who)),
        DBT_PROFILES_DIR: airflow.project,
      });
      return stdout;
    };
    const told = await doctor("bruno");
    const mends = [
      "GRANT SELECT ON prod_stripe.daily_revenue TO read_prod_stripe",
      "REVOKE SELECT ON prod_stripe.daily_revenue FROM alice",
      "REVOKE SELECT ON prod_stripe.charges FROM PUBLIC",
    ];
    expect(told).toMatch(/cannot read 1 of \d+ tables in `prod_stripe`/);
    for (const sql of mends) expect(told).toContain(`help: as prod: ${sql}\n`);
    await ingest(mends.join("; "));
    expect(await doctor("bruno")).not.toContain("outside the roster");
    await query("bruno", "table prod_stripe.daily_revenue");
  });

  test("what only looks like nothing is seen: rows, grants, columns, comments, a table in place of an equal one", async () => {
    const sabotage = [
      "create table seen.other ()",
      "insert into seen.t values (2)",
      "update seen.t set id = 3",
      "grant select on seen.t to bruno",
      "alter table seen.t add column more int",
      "comment on table seen.t is 'x'",
      "create index on seen.t (id)",
      "create function seen.f() returns int language sql as 'select 1'",
      "drop table seen.t; create table seen.t (id int); insert into seen.t values (1)",
      "grant usage on schema seen to bruno",
    ];
    await superuser.query("begin; create schema seen; create table seen.t (id int); insert into seen.t values (1)");
    const before = await takeFingerprint(superuser);
    for (const sql of sabotage) {
      await superuser.query(`savepoint before; ${sql}`);
      expect(changedParts(before, await takeFingerprint(superuser)), sql).toEqual(["seen"]);
      await superuser.query("rollback to savepoint before");
    }
    expect(changedParts(before, await takeFingerprint(superuser))).toEqual([]);
    await superuser.query("alter role bruno createdb");
    expect(changedParts(before, await takeFingerprint(superuser))).toEqual([OUTSIDE]);
    await superuser.query("rollback");
  });

  /** Everything in production belongs to `prod`, and each developer reads all of it. */
  async function expectReadable(): Promise<void> {
    const { rows } = await superuser.query<{ name: string; owner: string }>(`
      select oid::regclass::text as name, relowner::regrole::text as owner from pg_class
       where relnamespace::regnamespace::text ~ '^prod(_|$)' and relkind in ('r', 'v')`);
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter(({ owner }) => owner !== "prod")).toEqual([]);
    for (const who of ["villoro", "alice", "bruno"])
      await as(testWarehouse.logins.login(who), async (client) => {
        for (const { name } of rows) await client.query(`select * from ${name}`);
      });
  }

  async function oidOf(table: string): Promise<{ oid: number }> {
    return (await superuser.query("select $1::regclass::oid", [table])).rows[0];
  }
});
