import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as } from "../../src/proof/session";
import type { PostgresqlTestWarehouse } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { changedParts, takeFingerprint } from "../support/fingerprint";
import { plugIn } from "../support/plugIn";
import { findPython } from "../support/python";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const python = findPython();

/** With the real pipeline, and the variables that `one-env env` prints. */
describe.skipIf(python === undefined)("pipeline.py", () => {
  let warehouse: TestWarehouse;
  let testWarehouse: PostgresqlTestWarehouse;

  beforeAll(async () => {
    warehouse = await startWarehouse();
    testWarehouse = await warehouse.apply(`
sources: [stripe]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }]`);
    await as(testWarehouse.logins.login("jobs"), (client) =>
      client.query(`create table prod_stripe.charges (day date, amount int);
        insert into prod_stripe.charges values ('2026-01-01', 1), ('2026-01-01', 2), ('2026-01-02', 4)`),
    );
  });
  afterAll(() => warehouse?.stop());

  /** Runs it as somebody, as `one-env env` plugs them in, but for some changes. */
  async function run(who: string, changes: Record<string, string | undefined> = {}, ...words: string[]) {
    const plugged = { ...(await plugIn(warehouse, who, ...words)), PYTHONDONTWRITEBYTECODE: "1" };
    const env = Object.fromEntries(
      Object.entries({ PATH: process.env.PATH, ...plugged, ...changes }).filter(([, value]) => value !== undefined),
    );
    const ended = spawnSync(python ?? "", ["examples/pipeline/pipeline.py"], { env, encoding: "utf8" });
    return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  }

  const tables = () =>
    as(testWarehouse.logins.superuser(), async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "select schemaname || '.' || tablename || ' of ' || tableowner as name from pg_tables where tablename = 'daily_revenue' order by 1",
      );
      return rows.map(({ name }) => name);
    });

  const LOGGED = [
    "[DEV] Would send email to finance@example.com",
    "[DEV] Would call https://api.example.com/revenue",
    "[DEV] Would delete the raw files of last month",
    "",
  ].join("\n");

  test("a developer's output goes to their schema, and nobody is told; again replaces it", async () => {
    for (const _ of ["first", "again"]) {
      expect(await run("ana")).toEqual({ code: 0, stdout: "2 days in ana_stripe.daily_revenue\n", stderr: LOGGED });
    }
    expect(await tables()).toEqual(["ana_stripe.daily_revenue of ana"]);
  });

  test("a shell that says prod, a developer's or CI's, is refused by the database: nothing changes, nobody is told", async () => {
    const fingerprint = () => as(testWarehouse.logins.superuser(), takeFingerprint);
    const before = await fingerprint();
    for (const [who, ...words] of [["ana"], ["runner", "--run", "42"]] as const) {
      // The side effects come after the table, so that nobody hears of one that is not there.
      const prod = { SCHEMA_PREFIX: "prod", ENV: "prod", SIDE_EFFECTS: "execute", RAW_DIRECTORY: "/nowhere" };
      const { code, stdout, stderr } = await run(who, prod, ...words);
      expect({ code, stdout, why: stderr.match(/^psycopg.*$/m)?.[0] }).toEqual({
        code: 1,
        stdout: "",
        // psycopg's name for SQLSTATE 42501.
        why: "psycopg.errors.InsufficientPrivilege: permission denied for schema prod_stripe",
      });
    }
    expect(changedParts(before, await fingerprint())).toEqual([]);
  });

  test("without a prefix it writes nowhere", async () => {
    expect(await run("ana", { SCHEMA_PREFIX: undefined })).toMatchObject({
      code: 1,
      stderr: "SCHEMA_PREFIX is not set: `one-env env` prints it\n",
    });
  });

  test("CI writes the schemas of its run", async () => {
    await as(testWarehouse.logins.login("runner"), (client) => client.query("select ci.open('42')"));
    expect(await run("runner", {}, "--run", "42")).toMatchObject({ code: 0, stderr: LOGGED });
    await as(testWarehouse.logins.login("runner"), (client) => client.query("select ci.close('42')"));
    expect(await tables()).toEqual(["ana_stripe.daily_revenue of ana"]);
  });

  test("production writes what belongs to prod and everybody reads at once, and it does execute", async () => {
    // Without its mail server it fails after the table is there: the effect was not logged away.
    const { code, stdout, stderr } = await run("jobs");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "2 days in prod_stripe.daily_revenue\n" });
    expect(stderr).toContain("SMTP_HOST");
    expect(await tables()).toContain("prod_stripe.daily_revenue of prod");
    const { rows } = await as(testWarehouse.logins.login("ana"), (client) =>
      client.query("select * from prod_stripe.daily_revenue"),
    );
    expect(rows).toHaveLength(2);
  });
});
