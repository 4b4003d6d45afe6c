import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderVariables } from "../../src/environment/formats";
import { as } from "../../src/proof/session";
import type { PostgresqlTestWarehouse } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { callPlugIn, plugIn } from "../support/plugIn";
import { findPython } from "../support/python";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const python = findPython() ?? "";
const hasPsql = spawnSync("psql", ["--version"]).status === 0;
if (!hasPsql) console.warn("skipped: the block of docs/plug-in.md for psql, which is not on PATH");

/** The block of docs/plug-in.md that stands below a comment. */
function block(title: string): string {
  const text = readFileSync("docs/plug-in.md", "utf8");
  const start = text.indexOf(`<!-- ${title} -->\n\`\`\``);
  expect(start, title).not.toBe(-1);
  const [, content = ""] = /```\w+\n([\s\S]*?)```/.exec(text.slice(start)) ?? [];
  return content;
}

/** Nothing of the shell that the tests run in. */
const BARE = {
  SNOWFLAKE_DATABASE: "",
  SNOWFLAKE_PRIVATE_KEY_PATH: "",
  HOME: "/home/villoro",
  PGHOST: "",
  PGPORT: "",
  PGDATABASE: "",
  PGUSER: "",
  PGSSLMODE: "",
  CI_RUN: "",
};

test("docs/plug-in.md shows what one-env env and profiles print for villoro", async () => {
  const printed = async (command: string) => (await callPlugIn(command.split(" ").slice(1), BARE)).stdout;
  for (const command of [
    "one-env env --who villoro",
    "one-env profiles --who villoro",
    "one-env env --who villoro --warehouse snowflake --account acme-analytics",
    "one-env profiles --who villoro --warehouse snowflake",
  ])
    expect(block(command), command).toBe(await printed(command));
});

describe("docs/plug-in.md, with a warehouse", () => {
  const directory = mkdtempSync(join(tmpdir(), "one-env-page-"));
  let warehouse: TestWarehouse;
  let testWarehouse: PostgresqlTestWarehouse;
  let villoro: Record<string, string>;

  beforeAll(async () => {
    warehouse = await startWarehouse();
    testWarehouse = await warehouse.apply(readFileSync("team.yaml", "utf8"));
    villoro = { ...(await plugIn(warehouse, "villoro")), DBT_PROFILES_DIR: directory };
  });
  afterAll(async () => {
    await warehouse?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const charge = () =>
    as(testWarehouse.logins.login("airflow"), (client) =>
      client.query(`create table if not exists prod_stripe.charges (day date, amount int);
        truncate prod_stripe.charges; insert into prod_stripe.charges values ('2026-01-01', 1), ('2026-01-02', 2)`),
    );

  test("doctor", async () => {
    await as(testWarehouse.logins.login("airflow"), (client) =>
      client.query("drop table if exists prod_stripe.charges"),
    );
    const well = await callPlugIn(["doctor", "--team", warehouse.team], villoro);
    expect(well.stdout.replace(/PostgreSQL \S+/, "PostgreSQL 18.4")).toBe(block("one-env doctor"));
    const shell = { ...villoro, SCHEMA_PREFIX: "prod" };
    const { code, stdout } = await callPlugIn(["doctor", "--team", warehouse.team], shell);
    expect(code).toBe(1);
    expect(stdout).toContain(block("SCHEMA_PREFIX=prod one-env doctor"));
  });

  test("ci open", async () => {
    const github = await plugIn(warehouse, "github_ci", "--run", "pr_12");
    const opened = await callPlugIn(["ci", "open", "pr_12"], github);
    expect(opened.stdout).toBe(block("one-env ci open pr_12"));
    expect(await callPlugIn(["ci", "close", "pr_12"], github)).toMatchObject({ code: 0, stdout: opened.stdout });
  });

  describe.skipIf(python === "")("Python", () => {
    const run = (file: string, env: Record<string, string> = {}) => {
      const ended = spawnSync(python, [file], {
        cwd: directory,
        env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: "1", ...env },
        encoding: "utf8",
      });
      return ended.stdout + ended.stderr;
    };

    test("pipeline.py", async () => {
      await charge();
      expect(run(join(process.cwd(), "examples/pipeline/pipeline.py"), villoro)).toBe(block("python pipeline.py"));
    });

    test("notebook, from the .env file alone", async () => {
      await charge();
      writeFileSync(join(directory, ".env"), renderVariables(villoro, "dotenv"));
      writeFileSync(join(directory, "notebook.py"), `${block("notebook")}\nprint(len(charges))\n`);
      expect(run("notebook.py")).toBe("2\n");
      const sample = await as(testWarehouse.logins.login("villoro"), (client) =>
        client.query("table villoro_stripe.sample"),
      );
      expect(sample.rows).toHaveLength(2);
    });

    test("SQLAlchemy, whose URL has no password", async () => {
      await charge();
      expect(villoro.DATABASE_URL).not.toContain(villoro.PGPASSWORD);
      writeFileSync(join(directory, "alchemy.py"), `${block("sqlalchemy")}\nprint(len(charges))\n`);
      expect(run("alchemy.py", villoro)).toBe("2\n");
    });
  });

  test.skipIf(!hasPsql)("psql", async () => {
    await charge();
    writeFileSync(join(directory, ".env"), renderVariables(villoro, "dotenv"));
    const said = execFileSync("sh", ["-c", block("psql")], { cwd: directory, encoding: "utf8" });
    expect(said).toMatch(/2026-01-01 \|\s+1\n[\s\S]*\(2 rows\)/);
  });
});
