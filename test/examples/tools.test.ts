import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { as } from "../../src/rehearsal/postgresql/session";
import type { PostgresqlStage } from "../../src/rehearsal/postgresql/stage";
import { startPlugIn } from "../support/plugIn";
import { findPython } from "../support/python";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const python = findPython("dbt.adapters.postgres", "dotenv");
const directory = mkdtempSync(join(tmpdir(), "one-env-tools-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the workflow pins every action by commit, closes however the build ends, and reaps on a schedule", () => {
  const text = readFileSync("examples/ci/dbt.yml", "utf8");
  const { jobs, on } = parse(text);
  const steps: { uses?: string; run?: string; if?: string }[] = [...jobs.build.steps, ...jobs.reap.steps];
  for (const { uses } of steps) if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  expect(steps.find(({ run }) => run?.includes("ci close"))?.if).toMatch(/^always\(\)/);
  expect(on.schedule).toHaveLength(1);
  // Words of the workflow that come from outside reach a shell as variables only.
  expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
});

// A dbt command takes seconds to load.
describe.skipIf(python === undefined)("dbt and python-dotenv read what is printed", { timeout: 180_000 }, () => {
  let warehouse: TestWarehouse;
  let stage: PostgresqlStage;
  const project = join(directory, "project");

  beforeAll(async () => {
    warehouse = await startWarehouse();
    stage = await warehouse.apply(`
sources: [stripe]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }]`);
    mkdirSync(join(project, "models"), { recursive: true });
    writeFileSync(join(project, "dbt_project.yml"), "name: shop\nprofile: one_environment\nversion: 1.0.0\n");
    writeFileSync(join(project, "models", "base.sql"), "select 1 as one");
    writeFileSync(join(project, "models", "paid.sql"), "{{ config(schema='stripe') }} select * from {{ ref('base') }}");
  });
  afterAll(() => warehouse?.stop());

  async function plug(who: string, ...words: string[]): Promise<Record<string, string>> {
    const { host, port } = warehouse.cluster;
    const place = ["--host", host, "--port", String(port), "--sslmode", "disable", "--database", "analytics"];
    const file = join(directory, `${who}.env`);
    const { stdout } = await startPlugIn(["env", "--who", who, "--team", warehouse.team, ...place, ...words]).ended;
    writeFileSync(file, stdout);
    const script = "import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))";
    const read = JSON.parse(execFileSync(python ?? "", ["-c", script, file], { encoding: "utf8" }));
    expect(read.PGPASSWORD).toBe("<password: pulumi stack output credentials --show-secrets>");
    return { ...read, PGPASSWORD: warehouse.passwords()[who] ?? "" };
  }

  /** Runs dbt with a fresh profiles.yml; returns its output, of a failure too. */
  async function dbt(variables: Record<string, string>, profile: string[], ...words: string[]): Promise<string> {
    const team = ["--team", warehouse.team, "--out", join(project, "profiles.yml")];
    expect(await startPlugIn(["profiles", ...profile, ...team]).ended).toMatchObject({ code: 0 });
    const script = "from dbt.cli.main import cli; cli()";
    const env = {
      PATH: process.env.PATH,
      HOME: directory,
      DBT_SEND_ANONYMOUS_USAGE_STATS: "0",
      NO_COLOR: "1",
      ...variables,
    };
    try {
      const options = { cwd: project, env, encoding: "utf8", stdio: "pipe" } as const;
      return execFileSync(python ?? "", ["-c", script, ...words, "--profiles-dir", "."], options);
    } catch (error) {
      return `FAILED ${(error as { stdout: string }).stdout}`;
    }
  }

  const built = () =>
    as(stage.doors.superuser(), async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "select schemaname || '.' || viewname || ' of ' || viewowner as name from pg_views where viewname in ('base', 'paid') order by 1",
      );
      return rows.map(({ name }) => name);
    });

  test("dbt debug connects and resolves the target, from one's own profile and from everybody's", async () => {
    const ana = await plug("ana");
    for (const profile of [["--who", "ana"], ["--all"]]) {
      const output = await dbt(ana, profile, "debug");
      expect(output).toContain("All checks passed!");
      expect(output).toMatch(/schema: ana\n/);
    }
  });

  test("dbt run fills the developer's schemas, prod's, and the run's, each as its own identity", async () => {
    expect(await dbt(await plug("ana"), ["--who", "ana"], "run")).not.toContain("FAILED");
    expect(await built()).toEqual(["ana.base of ana", "ana_stripe.paid of ana"]);
    expect(await dbt(await plug("jobs"), ["--all"], "run", "--target", "prod")).not.toContain("FAILED");
    expect(await built()).toEqual([
      ...["ana.base of ana", "ana_stripe.paid of ana"],
      ...["prod.base of prod", "prod_stripe.paid of prod"],
    ]);
    await as(stage.doors.login("runner"), (client) => client.query("select ci.open('42')"));
    expect(await dbt(await plug("runner", "--run", "42"), ["--who", "runner"], "run")).not.toContain("FAILED");
    expect(await built()).toContain("ci_42_stripe.paid of runner");
    await as(stage.doors.login("runner"), (client) => client.query("select ci.close('42')"));
    expect(await built()).toHaveLength(4);
  });

  test("the prod target with a developer's or CI's login is refused, and nothing changes", async () => {
    const before = await built();
    for (const who of ["ana", "runner"]) {
      const variables = await plug(who, ...(who === "runner" ? ["--run", "42"] : []));
      const output = await dbt(variables, ["--all"], "run", "--target", "prod");
      expect(output).toMatch(/^FAILED/);
      expect(output).toMatch(/permission denied for schema prod|must be owner of/);
    }
    expect(await built()).toEqual(before);
  });
});
