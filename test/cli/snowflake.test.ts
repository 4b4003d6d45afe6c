import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { callPlugIn } from "../support/plugIn";
import { newKey } from "../support/snowflake";
import { type SnowflakeTeam, startSnowflakeTeam } from "../support/snowflakeTeam";

const ROSTER = `
sources: [stripe, { name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: ben, share: team }]
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: other, duty: ci }
  - { name: charts, duty: reader }
limits: { ci: { schema_ttl: 24h } }
`;

let snowflake: SnowflakeTeam;
beforeAll(async () => {
  snowflake = await startSnowflakeTeam(ROSTER);
});
afterAll(() => snowflake?.stop());

const environments = new Map<string, Promise<Record<string, string>>>();
function environmentOf(who: string): Promise<Record<string, string>> {
  const run = ["runner", "other"].includes(who) ? ["--run", "42"] : [];
  const known = environments.get(who) ?? snowflake.plugIn(who, ...run);
  environments.set(who, known);
  return known;
}

describe("one-env ci", () => {
  afterEach(async () => {
    for (const schema of await schemas()) await snowflake.admin.query(`drop schema ANALYTICS.${schema}`);
  });

  const ci = async (who: string, ...words: string[]) =>
    callPlugIn(["ci", ...words, "--warehouse", "snowflake"], await environmentOf(who));
  const schemas = async () =>
    (await snowflake.admin.query("show schemas in database ANALYTICS"))
      .map(({ name }) => String(name))
      .filter((name) => name.startsWith("CI_"));

  test("open prints the run's schemas and may be repeated; list shows them; close drops them, again nothing", async () => {
    const opened = { code: 0, stdout: "CI_42\nCI_42_HR\nCI_42_STRIPE\n", stderr: "" };
    expect(await ci("runner", "open", "42")).toMatchObject(opened);
    expect(await ci("runner", "open", "42")).toMatchObject(opened);
    const leases = JSON.parse((await ci("other", "list", "--format", "json")).stdout);
    expect(leases[0]).toMatchObject({ schema: "CI_42", run: "42", owner: "runner" });
    expect(Date.parse(leases[0].expires) - Date.parse(leases[0].opened)).toBe(24 * 3_600_000);
    expect(await ci("runner", "close", "42")).toMatchObject({ code: 0, stdout: "CI_42\nCI_42_HR\nCI_42_STRIPE\n" });
    expect(await ci("runner", "close", "42")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await ci("runner", "list")).toMatchObject({ code: 0, stdout: "no CI schemas\n" });
  });

  test("another service's run is neither opened, closed nor reaped before it expires; --dry-run says what would go", async () => {
    await ci("other", "open", "43");
    expect(await ci("runner", "open", "43")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is not of your run[\s\S]*help: choose another run/),
    });
    expect(await ci("runner", "close", "43")).toMatchObject({ code: 0, stdout: "" });
    await ci("runner", "open", "45");
    const reap = async (dry: string[] = []) => await ci("runner", "reap", "--older-than", "1h", ...dry);
    const takes = async (...taken: string[]) => {
      const gone = { code: 0, stdout: taken.map((schema) => `${schema}\n`).join("") };
      const before = await schemas();
      expect(await reap(["--dry-run"])).toMatchObject(gone);
      expect(await schemas()).toEqual(before);
      expect(await reap()).toMatchObject(gone);
      expect(await schemas()).toEqual(before.filter((schema) => !taken.includes(schema)));
    };
    await takes();
    snowflake.emulator.passTime(2 * 3600);
    await takes("CI_45", "CI_45_HR", "CI_45_STRIPE");
    snowflake.emulator.passTime(24 * 3600);
    await takes("CI_43", "CI_43_HR", "CI_43_STRIPE");
  });

  test("--dry-run takes nothing; ages are whole hours", async () => {
    await ci("runner", "open", "44");
    expect(await ci("runner", "reap", "--older-than", "24h", "--dry-run")).toMatchObject({ code: 0, stdout: "" });
    expect(await ci("runner", "reap", "--older-than", "30min")).toMatchObject({
      code: 2,
      stderr: "Snowflake's leases are reaped by whole hours\n  help: write `24h` or `7d`\n",
    });
    expect(await ci("runner", "close", "44")).toMatchObject({ code: 0 });
  });

  test("whoever is no CI service, a bad run, a missing key and a missing variable", async () => {
    const refused = async (who: string, words: string[], changed: Record<string, string> = {}) => {
      const env = { ...(await environmentOf(who)), ...changed };
      const { code, stdout, stderr } = await callPlugIn(["ci", ...words, "--warehouse", "snowflake"], env);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      return stderr;
    };
    expect(await refused("ana", ["open", "42"])).toMatch(
      /^there are no CI procedures for ANA: [\s\S]*help: log in as a service/,
    );
    expect(await refused("runner", ["open", "PR-12"])).toMatch(/^bad run `PR-12`\n {2}help: .*: `pr_12`\n$/);
    expect(await refused("runner", ["list"], { SNOWFLAKE_PRIVATE_KEY_PATH: "/none.p8" })).toBe(
      "there is no private key in `/none.p8`\n  help: set SNOWFLAKE_PRIVATE_KEY_PATH\n",
    );
    expect(await refused("runner", ["list"], { SNOWFLAKE_PRIVATE_KEY_PATH: "/" })).toBe("cannot read `/`: EISDIR\n");
    expect(await refused("runner", ["list"], { SNOWFLAKE_PORT: "80a" })).toMatch(/^`80a` is no port\n/);
    expect(await refused("runner", ["list"], { SNOWFLAKE_USER: "" })).toMatch(/^SNOWFLAKE_USER is not set\n/);
    expect(await refused("runner", ["list"], { SNOWFLAKE_ACCOUNT: "acme" })).toMatch(/^`acme` is no account\n/);
  });
});

describe("one-env doctor", () => {
  async function doctor(who: string, changed: Record<string, string> = {}, ...words: string[]) {
    const env = { ...(await environmentOf(who)), DBT_PROFILES_DIR: "/none", ...changed };
    const command = ["doctor", "--warehouse", "snowflake", "--team", snowflake.team, ...words];
    const { code, stdout, stderr } = await callPlugIn(command, env);
    return { code, stderr, lines: stdout.trimEnd().split("\n") };
  }

  test("a developer for whom all is well", async () => {
    expect(await doctor("ana")).toEqual({
      code: 0,
      stderr: "",
      lines: [
        expect.stringMatching(/^ok {5}logs in as ANA to ACME-EMULATOR, Snowflake \d/),
        "ok     session of ana (developer), with the role ANA",
        "ok     computes on DEVELOPER",
        "ok     owns ana, ana_hr, ana_stripe",
        "ok     reads ben, ben_hr, ben_stripe, prod, prod_hr, prod_stripe",
        "ok     tried: writes ana, ana_hr, ana_stripe (dropped again)",
        "ok     tried: cannot write prod, prod_hr, prod_stripe (refused with 003001 or 002003)",
        "ok     dbt target `dev` builds in ana, its models with a schema in ana_hr, ana_stripe",
        "",
        "all is well",
      ],
    });
  });

  test("every other duty, and nothing is left behind", async () => {
    const jobs = await doctor("jobs");
    expect(jobs.lines).toContain("ok     session of jobs (prod), with the role PROD");
    expect(jobs.lines).toContain("ok     tried: writes prod, prod_hr, prod_stripe (dropped again)");
    const runner = await doctor("runner");
    expect(runner.lines).toContain("ok     tried: writes ci_* (dropped again)");
    const charts = await doctor("charts");
    expect(charts.lines).toContain("ok     reads prod, prod_stripe");
    expect([jobs, runner, charts].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await snowflake.admin.query("show tables in database ANALYTICS")).toEqual([]);
  });

  test("a right outside the roster, and one that is missing", async () => {
    const { admin } = snowflake;
    await admin.query("grant create table on schema ANALYTICS.PROD_STRIPE to role ANA");
    const beside = await doctor("ana");
    await admin.query("revoke create table on schema ANALYTICS.PROD_STRIPE from role ANA");
    expect(beside.code).toBe(1);
    const at = beside.lines.indexOf("wrong  tried to write `prod_stripe`, which must be refused: it works");
    expect(beside.lines[at + 1]).toContain("somebody granted this outside the roster");
    await admin.query("revoke role READ_PROD_HR from role ANA");
    const missing = await doctor("ana");
    await admin.query("grant role READ_PROD_HR to role ANA");
    expect(missing.lines).toContain("wrong  schema `prod_hr` does not exist, or is closed to ANA");
  });

  test("a key that is another's, a role that is not one's own, a disabled user, a stranger", async () => {
    const other = join(dirname(snowflake.team), "other.p8");
    writeFileSync(other, newKey());
    const first = async (...args: Parameters<typeof doctor>) => (await doctor(...args)).lines[0];
    expect(await first("ana", { SNOWFLAKE_PRIVATE_KEY_PATH: other })).toMatch(
      /^wrong {2}the key is not `ANA`'s: .*390144/,
    );
    expect(await first("ana", { SNOWFLAKE_ROLE: "PROD" })).toMatch(/^wrong {2}`PROD` is not `ANA`'s role: .*390189/);
    await snowflake.admin.query("alter user CHARTS set disabled = true");
    expect(await first("charts")).toMatch(/^wrong {2}`CHARTS` is disabled: .*390101/);
    await snowflake.admin.query("alter user CHARTS set disabled = false");
    expect(await first("ana", { SNOWFLAKE_USER: "ANNA" })).toBe("wrong  unknown identity `anna`");
    expect((await doctor("ana", {}, "--who", "ben")).lines[1]).toBe("wrong  the login is `ana`, not `ben`");
  });

  test("a shell that says prod, another compute, another database", async () => {
    const { code, lines } = await doctor("ana", { SCHEMA_PREFIX: "prod", SIDE_EFFECTS: "execute" });
    expect(code).toBe(1);
    expect(lines).toContain("wrong  SCHEMA_PREFIX is `prod`, and should be `ana`");
    expect(lines).toContain("wrong  SIDE_EFFECTS is `execute`, and should be `log`");
    expect((await doctor("ana", { SNOWFLAKE_WAREHOUSE: "prod" })).lines).toContain(
      "wrong  SNOWFLAKE_WAREHOUSE is `prod`, and should be `DEVELOPER`",
    );
    expect((await doctor("ana", { SNOWFLAKE_DATABASE: "NONE" })).lines.join()).toContain(
      "wrong  cannot use database `NONE`",
    );
  });
});
