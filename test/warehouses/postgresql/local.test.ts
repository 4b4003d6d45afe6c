import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { postmasterOf } from "../../../src/warehouses/postgresql/server/postmaster";
import { Child, commandScript, type Ended } from "../../support/child";

// Each step is a process of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000 });

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "one-env-test-")));
});
afterEach(async () => {
  await oneEnv("local", "stop", "--wipe");
  rmSync(cwd, { recursive: true });
});

/** The command in a process of its own, as `npx --no one-env …` in that directory. */
function oneEnv(...words: string[]): Promise<Ended> {
  return new Child(commandScript(words), { cwd }).ended;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows;
}

const home = () => realpathSync(join(cwd, ".one-env", "local", "cluster"));
const data = () => join(home(), "data");

test("start, status, stop, start again with the data, wipe", async () => {
  chmodSync(cwd, 0o755);
  expect(await oneEnv("local", "status")).toMatchObject({ code: 1, stdout: "not running\n", stderr: "" });

  const started = await oneEnv("local", "start");
  expect(started).toMatchObject({ code: 0, stderr: "" });
  const url = started.stdout.split("\n")[0] ?? "";
  const { username, password, port, pathname } = new URL(url);
  expect({ username, pathname }).toEqual({ username: "warehouse_admin", pathname: "/analytics" });
  expect(started.stdout).toContain(`
  pulumi config set postgresql:host 127.0.0.1
  pulumi config set postgresql:port ${port}
  pulumi config set postgresql:username warehouse_admin
  pulumi config set --secret postgresql:password ${password}
  pulumi config set postgresql:sslmode disable
  pulumi config set postgresql:superuser false
  pulumi config set --secret passwordSeed "$(openssl rand -base64 32)"
`);
  await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer");
  expect(statSync(join(home(), "state.json")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(cwd, ".one-env", ".gitignore"), "utf8")).toBe("*\n");

  expect(await oneEnv("local", "start")).toMatchObject({ code: 0, stdout: started.stdout });
  const status = await oneEnv("local", "status");
  expect(status).toMatchObject({ code: 0 });
  expect(status.stdout).toMatch(/^postgresql:.*\nPostgreSQL \d+\.\d+.*, managed admin \(CREATEROLE, no superuser\)\n$/);

  const directory = home();
  expect(await oneEnv("local", "stop")).toMatchObject({ code: 0, stdout: "stopped\n" });
  expect(await oneEnv("local", "stop")).toMatchObject({ code: 0, stdout: "not running\n" });
  expect(await oneEnv("local", "status")).toMatchObject({ code: 1, stdout: "not running\n" });

  const again = (await oneEnv("local", "start")).stdout.split("\n")[0] ?? "";
  expect(again).toBe(url);
  expect(await ask(again, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);

  expect(await oneEnv("local", "start", "--admin", "superuser")).toMatchObject({
    code: 2,
    stderr:
      "the database in `.one-env/local` was made with a managed admin\n" +
      "  help: `one-env local stop --wipe` removes it and its data\n",
  });
  expect(await oneEnv("local", "stop", "--wipe")).toMatchObject({ code: 0, stdout: "stopped, data removed\n" });
  expect([existsSync(directory), existsSync(join(cwd, ".one-env", "local"))]).toEqual([false, false]);
});

test("a state left by a crash: killed server, process id taken by somebody else", async () => {
  chmodSync(cwd, 0o755);
  const first = await oneEnv("local", "start", "--admin", "superuser");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const pid = postmasterOf(data())?.pid ?? 0;
  const stale = readFileSync(join(data(), "postmaster.pid"), "utf8").replace(String(pid), String(process.pid));
  process.kill(pid, "SIGKILL");
  writeFileSync(join(data(), "postmaster.pid"), stale);
  expect(await oneEnv("local", "status")).toMatchObject({ code: 1, stdout: "not running\n" });
  expect(await oneEnv("local", "stop")).toMatchObject({ code: 0, stdout: "not running\n" });
  expect(await oneEnv("local", "start")).toMatchObject({ code: 0, stderr: "" });
});

// As root this needs a copy of the server and a place elsewhere; as an ordinary user it is nothing special.
test("in a directory that nobody else may enter, two starts at once", async () => {
  const starts = await Promise.all([oneEnv("local", "start"), oneEnv("local", "start")]);
  expect(starts.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(2).fill({ code: 0, stderr: "" }));
  expect(starts[0]?.stdout).toBe(starts[1]?.stdout);
  const directory = home();
  expect(await oneEnv("local", "stop", "--wipe")).toMatchObject({ code: 0, stdout: "stopped, data removed\n" });
  expect(existsSync(directory)).toBe(false);
});
