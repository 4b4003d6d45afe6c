import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { escapeLiteral } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderVariables } from "../../src/environment/formats";
import { as } from "../../src/proof/session";
import { dbt } from "../support/dbt";
import { callPlugIn, plugIn } from "../support/plugIn";
import { findPython } from "../support/python";
import { nastyText } from "../support/text";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const python = findPython() ?? "";
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

describe.skipIf(python === "")("the real tools read what is printed", { timeout: 600_000 }, () => {
  test("PyYAML, which dbt has, takes names for names that YAML 1.1 has another meaning for", async () => {
    const team = join(directory, "odd.yaml");
    const names = ["yes", "no", "on", "off", "y", "n", "null1", "true1", "e1_0"];
    writeFileSync(team, `sources: [sales]\ndevelopers: [${names.map((name) => `{ name: "${name}" }`).join(", ")}]\n`);
    const { code, stdout } = await callPlugIn(["profiles", "--all", "--team", team], {});
    const script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
    const read = JSON.parse(execFileSync(python, ["-c", script], { input: stdout, encoding: "utf8" }));
    const { outputs } = read.one_environment;
    expect({ code, names: Object.keys(outputs).sort() }).toEqual({ code: 0, names: names.sort() });
    for (const name of names) expect(outputs[name].schema).toBe(name);
  });

  test("python-dotenv reads a .env file back, or the value is refused", () => {
    const values = fc.sample(nastyText(), { numRuns: 2_000, seed: 42 });
    const written: Record<string, string> = {};
    let refused = 0;
    for (const [index, value] of values.entries()) {
      const name = `V_${index}`;
      try {
        renderVariables({ [name]: value }, "dotenv");
        written[name] = value;
      } catch {
        refused++;
      }
    }
    const file = join(directory, "nasty.env");
    writeFileSync(file, renderVariables(written, "dotenv"));
    const script = "import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))";
    expect(JSON.parse(execFileSync(python, ["-c", script, file], { encoding: "utf8" }))).toEqual(written);
    expect(refused).toBeLessThan(values.length / 2);
  });

  describe("dbt debug", () => {
    /** Passwords that YAML or Jinja might take for something else. */
    const ODD: Readonly<Record<string, string>> = { villoro: "0123", airflow: `'"$x\\ {{ y }} #%25` };
    let warehouse: TestWarehouse;
    beforeAll(async () => {
      warehouse = await startWarehouse();
      const { logins } = await warehouse.apply(readFileSync("team.yaml", "utf8"));
      await as(logins.superuser(), async (client) => {
        for (const [who, password] of Object.entries(ODD))
          await client.query(`alter role ${who} password ${escapeLiteral(password)}`);
      });
    });
    afterAll(() => warehouse?.stop());

    test.each([
      { who: "villoro", run: [], target: [] as string[], schema: "villoro" },
      { who: "airflow", run: [], target: ["--target", "prod"], schema: "prod" },
      { who: "github_ci", run: ["--run", "42"], target: ["--target", "ci"], schema: "ci_42" },
    ])("connects as $who and resolves its schema, from its own profile and from everybody's", async (one) => {
      const plugged = await plugIn(warehouse, one.who, ...one.run);
      const variables = { ...plugged, PGPASSWORD: ODD[one.who] ?? plugged.PGPASSWORD ?? "" };
      const projects: string[] = [];
      for (const profile of [["--who", one.who], ["--all"]]) {
        const project = mkdtempSync(join(directory, "project-"));
        writeFileSync(join(project, "dbt_project.yml"), "name: shop\nprofile: one_environment\nversion: 1.0.0\n");
        mkdirSync(join(project, "models"));
        const out = ["--team", warehouse.team, "--out", join(project, "profiles.yml")];
        expect(await callPlugIn(["profiles", ...profile, ...out], {})).toMatchObject({ code: 0 });
        projects.push(project);
      }
      // One's own profile has the right target by default.
      const debug = (project: string, index: number) =>
        dbt({ python, project, variables }, "debug", ...(index === 0 ? [] : one.target));
      for (const { output } of await Promise.all(projects.map(debug))) {
        expect(output).toContain("All checks passed!");
        expect(output).toContain(`schema: ${one.schema}\n`);
      }
    });
  });
});
