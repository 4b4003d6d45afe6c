import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as dial } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Cluster, startCluster } from "../../../src/warehouses/postgresql/server/cluster";
import { postmasterOf } from "../../../src/warehouses/postgresql/server/postmaster";
import { Child } from "../../support/child";

// Most tests start a server in a process of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe("a managed admin", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ admin: "managed" });
  });
  afterAll(() => cluster.stop());

  test.each([
    ["COPY (SELECT 1) TO '/tmp/one-env-never'", "42501"],
    ["CREATE ROLE boss SUPERUSER", "42501"],
    ["ALTER ROLE postgres PASSWORD 'x'", "42501"],
    ["ALTER SYSTEM SET work_mem = '1GB'", "42501"],
    ["SET SESSION AUTHORIZATION postgres", "42501"],
    ["SET ROLE postgres", "42501"],
    ["SELECT * FROM pg_authid", "42501"],
  ])("cannot %s", async (sql, code) => {
    const admin = await cluster.connect(cluster.admin);
    await expect(admin.query(sql)).rejects.toMatchObject({ code });
    await admin.end();
  });

  test("owns its database, creates roles, databases and schemas", async () => {
    const admin = await cluster.connect(cluster.admin);
    const owner = "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()";
    expect((await admin.query(owner)).rows).toEqual([{ owner: "warehouse_admin" }]);
    for (const sql of ["CREATE ROLE somebody", "CREATE DATABASE other", "CREATE SCHEMA prod_x"]) await admin.query(sql);
    await admin.end();
    await (await cluster.connect(cluster.admin, "other")).end();
  });

  test("has UTF8 and an order of names that is the same on every machine", async () => {
    const admin = await cluster.connect(cluster.admin);
    const sql =
      "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate FROM pg_database WHERE datname = 'analytics'";
    expect((await admin.query(sql)).rows).toEqual([{ encoding: "UTF8", datcollate: "C" }]);
    await admin.end();
  });

  test("needs its password", async () => {
    const wrong = { user: cluster.admin.user, password: "wrong" };
    await expect(cluster.connect(wrong)).rejects.toMatchObject({ code: "28P01" });
  });

  test("is reached on the loopback address only, and by no socket file", async () => {
    const root = await cluster.connect(cluster.superuser);
    const sql =
      "SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS files";
    expect((await root.query(sql)).rows).toEqual([{ tcp: "127.0.0.1", files: "" }]);
    await root.end();
    const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const addresses = others
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address);
    if (process.platform === "linux") addresses.push("127.0.0.2");
    for (const host of addresses) expect(await dialError(host, cluster.port)).toBe("ECONNREFUSED");
  });
});

test("a superuser admin may do everything", async () => {
  const cluster = await startCluster();
  const admin = await cluster.connect(cluster.admin);
  expect((await admin.query("SELECT current_user, current_setting('is_superuser') AS super")).rows).toEqual([
    { current_user: "postgres_admin", super: "on" },
  ]);
  // An open connection neither delays the stop nor ends our process.
  await cluster.stop();
  await cluster.stop();
  expect(existsSync(cluster.directory)).toBe(false);
  expect(await dialError(cluster.host, cluster.port)).toBe("ECONNREFUSED");
});

describe("nothing is left behind", () => {
  const STAY = "setInterval(() => {}, 1000)";
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "one-env-test-"));
    chmodSync(directory, 0o777);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A child that started a cluster, and its server's process id. */
  async function startChild(then = STAY) {
    const options = JSON.stringify({ directory });
    const script = `const cluster = await src("warehouses/postgresql/server/cluster").startCluster(${options}); console.log("up"); ${then}`;
    const child = new Child(script);
    expect(await child.line()).toBe("up");
    const server = postmasterOf(join(directory, readdirSync(directory)[0] ?? "", "data"));
    if (!server) throw new Error("no server");
    return { child, server: server.pid };
  }

  test.each(["SIGINT", "SIGTERM"] as const)("after %s, by which the process still ends", async (signal) => {
    const { child, server } = await startChild();
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: null, signal, stderr: "" });
    expect(readdirSync(directory)).toEqual([]);
    expect(isAlive(server)).toBe(false);
  });

  test("after SIGINT in the middle of initdb", async () => {
    const child = new Child(
      `src("warehouses/postgresql/server/cluster").startCluster(${JSON.stringify({ directory })}); setInterval(() => {}, 1e3)`,
    );
    await vi.waitFor(() => expect(existsSync(join(directory, readdirSync(directory)[0] ?? "?", "data"))).toBe(true), {
      timeout: 20_000,
      interval: 5,
    });
    child.process.kill("SIGINT");
    expect(await child.ended).toMatchObject({ signal: "SIGINT", stderr: "" });
    expect(readdirSync(directory)).toEqual([]);
  });

  test("after a signal that the program handles itself: its exit code stays", async () => {
    const { child, server } = await startChild(
      `${STAY}; process.once("SIGINT", () => setTimeout(() => process.exit(7), 20))`,
    );
    child.process.kill("SIGINT");
    expect(await child.ended).toMatchObject({ code: 7, signal: null });
    expect(readdirSync(directory)).toEqual([]);
    expect(isAlive(server)).toBe(false);
  });

  test.each([
    ["an uncaught exception", `setTimeout(() => { throw new Error("boom") })`, 1],
    ["the end of a program that forgot to stop it", "", 0],
  ])("after %s", async (_, then, code) => {
    const { child, server } = await startChild(then);
    expect(await child.ended).toMatchObject({ code, signal: null });
    expect(readdirSync(directory)).toEqual([]);
    expect(isAlive(server)).toBe(false);
  });

  test("after SIGKILL, a moment later", async () => {
    const { child, server } = await startChild();
    child.process.kill("SIGKILL");
    expect(await child.ended).toMatchObject({ signal: "SIGKILL" });
    await vi.waitFor(() => expect([isAlive(server), readdirSync(directory)]).toEqual([false, []]), { timeout: 20_000 });
  });

  test("after a failure once the server is up", async () => {
    await expect(startCluster({ directory, database: "postgres" })).rejects.toThrow(
      /database "postgres" already exists/,
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  test("after a failure of the server, which says why", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => holder.once("listening", done));
    const { port } = holder.address() as { port: number };
    await expect(startCluster({ directory, port })).rejects.toThrow(
      /ended while it was starting[\s\S]*Address already in use/,
    );
    holder.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("after a failure of initdb, which says why", async () => {
    const bin = mkdtempSync(join(tmpdir(), "one-env-test-bin-"));
    chmodSync(bin, 0o755);
    for (const name of ["initdb", "postgres"]) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${name}: no space left" >&2\nexit 1\n`, { mode: 0o755 });
    }
    vi.stubEnv("ONE_ENV_POSTGRES_BIN", bin);
    await expect(startCluster({ directory })).rejects.toThrow(/initdb: no space left/);
    vi.stubEnv("ONE_ENV_POSTGRES_BIN", directory);
    await expect(startCluster({ directory })).rejects.toThrow(/ONE_ENV_POSTGRES_BIN: no executable `initdb` in/);
    vi.unstubAllEnvs();
    rmSync(bin, { recursive: true });
    expect(readdirSync(directory)).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function dialError(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = dial({ host, port }, () => {
      socket.destroy();
      done(undefined);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code));
  });
}
