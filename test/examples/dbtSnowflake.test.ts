import { createPrivateKey } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DbtRun, dbt } from "../support/dbt";
import { changedParts } from "../support/fingerprint";
import { callPlugIn } from "../support/plugIn";
import { findPython } from "../support/python";
import { type SnowflakeTeam, startSnowflakeTeam, takeSnowflakeFingerprint } from "../support/snowflakeTeam";

const python = findPython();

/** The real dbt-snowflake on the same examples/dbt; Snowflake is the emulator. */
describe.skipIf(python === undefined)("examples/dbt on Snowflake", { timeout: 600_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), "one-env-dbt-snowflake-"));
  let snowflake: SnowflakeTeam;

  beforeAll(async () => {
    snowflake = await startSnowflakeTeam(readFileSync("team.yaml", "utf8"));
    await as("airflow", [
      "create table prod_salesforce.accounts (id int, name varchar, plan varchar)",
      "insert into prod_salesforce.accounts values (1, 'acme', 'team'), (2, 'zeta', 'free')",
      "create table prod_stripe.charges (id int, account_id int, amount int, charged_on date)",
      "insert into prod_stripe.charges values (1, 1, 10, '2026-01-01'), (2, 1, 5, '2026-01-02')",
    ]);
  });
  afterAll(async () => {
    await snowflake?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs statements in a session of somebody's; returns the rows of the last one. */
  async function as(who: string, statements: readonly string[]) {
    const session = await snowflake.login(who);
    try {
      let rows: Awaited<ReturnType<typeof session.query>> = [];
      for (const sql of statements) rows = await session.query(sql);
      return rows;
    } finally {
      await session.close();
    }
  }

  /** A checkout of the project with everybody's profile, which here has to name the emulator's place as well. */
  async function shell(who: string, ...words: string[]) {
    const project = mkdtempSync(join(directory, `${who}-`));
    cpSync("examples/dbt", project, { recursive: true });
    const command = ["profiles", "--all", "--warehouse", "snowflake", "--team", snowflake.team];
    const { code, stdout } = await callPlugIn(command, {});
    expect(code).toBe(0);
    const { host, port } = snowflake.emulator;
    const place = `      type: snowflake\n      host: ${host}\n      port: ${port}\n      protocol: http\n`;
    writeFileSync(join(project, "profiles.yml"), stdout.replaceAll("      type: snowflake\n", place));
    return { python: python ?? "", project, variables: await snowflake.plugIn(who, ...words) };
  }

  async function changedBy(work: () => Promise<void>): Promise<string[]> {
    const before = await takeSnowflakeFingerprint(snowflake.admin);
    await work();
    return changedParts(before, await takeSnowflakeFingerprint(snowflake.admin));
  }

  /** The same key, which takes a passphrase. */
  function encryptedKey({ SNOWFLAKE_PRIVATE_KEY_PATH: path = "" }: Record<string, string>) {
    const passphrase = "open sesame";
    const format = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
    const encrypted = join(directory, "encrypted.p8");
    writeFileSync(encrypted, createPrivateKey(readFileSync(path)).export(format), { mode: 0o600 });
    return { SNOWFLAKE_PRIVATE_KEY_PATH: encrypted, SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: passphrase };
  }

  const succeeded = ({ code, output }: DbtRun) => expect(code, output).toBe(0);

  test("dbt debug connects with the key pair, an encrypted one here, and villoro builds in villoro* alone", async () => {
    const plain = await shell("villoro");
    const villoro = { ...plain, variables: { ...plain.variables, ...encryptedKey(plain.variables) } };
    const { output } = await dbt(villoro, "debug");
    expect(output).toContain("All checks passed!");
    expect(output).toContain("role: VILLORO\n");
    expect(await changedBy(async () => succeeded(await dbt(villoro, "build")))).toEqual([
      "villoro",
      "villoro_salesforce",
      "villoro_stripe",
    ]);
    expect(await as("villoro", ["select account_name as NAME from villoro.customers order by 1"])).toEqual([
      { NAME: "acme" },
      { NAME: "zeta" },
    ]);
  });

  test("airflow builds prod* alone, again too: what it made is PROD's, and developers read it at once", async () => {
    const airflow = await shell("airflow");
    const build = () => changedBy(async () => succeeded(await dbt(airflow, "build", "--target", "prod")));
    const revenue = () => as("bruno", ["select revenue::int as R from prod_stripe.daily_revenue order by charged_on"]);
    expect(await build()).toEqual(["prod", "prod_salesforce", "prod_stripe"]);
    expect(await revenue()).toEqual([{ R: 10 }, { R: 5 }]);
    await as("airflow", [
      "update prod_stripe.charges set amount = 11 where id = 1",
      "insert into prod_stripe.charges values (3, 2, 9, '2026-01-03')",
      "update prod_salesforce.accounts set plan = 'company' where id = 2",
    ]);
    expect(await build()).toEqual(["prod", "prod_salesforce", "prod_stripe"]);
    // The first day is as it was: it was not computed again.
    expect(await revenue()).toEqual([{ R: 10 }, { R: 5 }, { R: 9 }]);
    const plans = "select plan as P from prod_salesforce.account_plans where account_id = 2 order by dbt_valid_from";
    expect(await as("alice", [plans])).toEqual([{ P: "free" }, { P: "company" }]);
    const objects = await snowflake.admin.query("show objects in database ANALYTICS");
    const inProd = objects.filter(({ schema_name: schema }) => /^PROD(_|$)/.test(String(schema)));
    expect(inProd.length).toBeGreaterThan(8);
    expect(inProd.filter(({ owner }) => owner !== "PROD")).toEqual([]);
  });

  test("dbt's own grants take the readers' away, and a GRANT brings them back", async () => {
    const airflow = await shell("airflow");
    await as("airflow", [
      "create or replace view prod_stripe.stg_charges as select account_id, amount, charged_on from prod_stripe.charges",
      "create table if not exists prod_stripe.daily_revenue (charged_on date, revenue int)",
    ]);
    const file = join(airflow.project, "dbt_project.yml");
    const grants = "    +grants: { select: [ALICE] }\n";
    writeFileSync(file, readFileSync(file, "utf8").replace("    marts:\n", `${grants}    marts:\n`));
    const read = () => as("bruno", ["select count(*) as N from prod_stripe.daily_revenue"]);
    await read();
    succeeded(await dbt(airflow, "run", "--target", "prod", "--select", "daily_revenue"));
    await expect(read()).rejects.toMatchObject({ code: "002003" });
    await as("airflow", [
      "grant select on table prod_stripe.daily_revenue to role read_prod_stripe",
      "revoke select on table prod_stripe.daily_revenue from role ALICE",
    ]);
    await read();
  });

  test("github_ci builds in the schemas of its run alone, and nothing is left of it", async () => {
    const github = await shell("github_ci", "--run", "42");
    const ci = (...words: string[]) => callPlugIn(["ci", ...words, "--warehouse", "snowflake"], github.variables);
    const all = await changedBy(async () => {
      expect(await ci("open", "42")).toMatchObject({ code: 0, stderr: "" });
      const built = await changedBy(async () => succeeded(await dbt(github, "build", "--target", "ci")));
      expect(built).toEqual(["ci_42", "ci_42_salesforce", "ci_42_stripe"]);
      expect(await ci("close", "42")).toMatchObject({ code: 0, stderr: "" });
    });
    expect(all).toEqual([]);
  });

  test("the prod target with the key of a developer, or of CI, is refused, and nothing changes", async () => {
    const wrong = [await shell("villoro"), await shell("github_ci", "--run", "42")];
    const runs: DbtRun[] = [];
    const changed = await changedBy(async () => {
      for (const each of wrong) runs.push(await dbt(each, "build", "--target", "prod"));
    });
    expect(changed).toEqual([]);
    for (const { code, output } of runs) {
      expect(code).toBe(1);
      expect(output).toMatch(
        /003001 \(42501\): SQL access control error:\n\s+Insufficient privileges to operate on schema 'PROD_STRIPE'/,
      );
      expect(output).toMatch(/PASS=0 WARN=0 ERROR=3 SKIP=9/);
    }
  });
});
