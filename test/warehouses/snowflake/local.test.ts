import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openSession } from "../../../src/warehouses/snowflake/session";

// Each step is a process of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const CLI = resolve("dist/src/cli/cli.js");

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "one-env-test-"));
});
afterEach(() => {
  local("stop", "--wipe");
  rmSync(cwd, { recursive: true });
});

/** `one-env local … --warehouse snowflake` as users run it. */
function local(...words: string[]) {
  const args = [CLI, "local", ...words, "--warehouse", "snowflake"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

/** The account that the printed settings lead to, as the program would read them. */
async function connect(printed: string) {
  const setting = (name: string) =>
    new RegExp(`pulumi config set .*snowflake:${name} (?:< )?(\\S+)\n`).exec(printed)?.[1];
  return openSession({
    organizationName: setting("organizationName") ?? "",
    accountName: setting("accountName") ?? "",
    user: setting("user") ?? "",
    privateKey: readFileSync(join(cwd, setting("privateKey") ?? ""), "utf8"),
    host: setting("host") ?? "",
    port: Number(setting("port")),
    protocol: setting("protocol") as "http",
  });
}

async function schemas(printed: string): Promise<unknown[]> {
  const session = await connect(printed);
  const rows = await session.query("show schemas in database ANALYTICS").finally(() => session.close());
  return rows.map(({ name }) => name);
}

test("start, status, stop: what it held is gone, its key and port are the next start's", async () => {
  expect(local("status")).toEqual({ code: 1, stdout: "not running\n", stderr: "" });

  const started = local("start");
  expect(started).toMatchObject({ code: 0, stderr: "" });
  expect(statSync(join(cwd, ".one-env/snowflake/admin.p8")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(cwd, ".one-env/.gitignore"), "utf8")).toBe("*\n");
  const session = await connect(started.stdout);
  expect(await session.query("select current_role() as ROLE")).toEqual([{ ROLE: "ACCOUNTADMIN" }]);
  await session.query("create schema ANALYTICS.MINE");
  await session.close();
  expect(local("start")).toEqual(started);
  expect(await schemas(started.stdout)).toContain("MINE");

  const status = local("status");
  expect(status).toMatchObject({ code: 0, stderr: "" });
  expect(status.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\nemulator of Snowflake, account ACME-EMULATOR, ADMIN is /);

  expect(local("stop")).toEqual({ code: 0, stdout: "stopped\n", stderr: "" });
  expect(local("stop")).toEqual({ code: 0, stdout: "not running\n", stderr: "" });
  expect(local("status").code).toBe(1);
  expect(local("start")).toEqual(started);
  expect(await schemas(started.stdout)).not.toContain("MINE");

  expect(local("stop", "--wipe")).toEqual({ code: 0, stdout: "stopped, data removed\n", stderr: "" });
  expect(existsSync(join(cwd, ".one-env/snowflake"))).toBe(false);
});

test("a port that somebody else has taken meanwhile is not waited for", async () => {
  const url = (text: string) => text.split("\n")[0];
  const first = local("start").stdout;
  local("stop");
  const squatter = createServer().listen(Number(new URL(url(first) ?? "").port), "127.0.0.1");
  await once(squatter, "listening");
  try {
    expect(local("status").code).toBe(1);
    const second = local("start");
    expect(second.code).toBe(0);
    expect(url(second.stdout)).not.toBe(url(first));
    expect(await schemas(second.stdout)).toContain("PUBLIC");
  } finally {
    squatter.close();
  }
});

test("it has no deploying admin to choose", () => {
  expect(local("start", "--admin", "superuser")).toEqual({
    code: 2,
    stdout: "",
    stderr: "--admin means nothing to snowflake\n  help: leave it out, or say --warehouse\n",
  });
});
