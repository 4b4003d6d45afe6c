/** The command, as users run it: the built files in a process of their own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect, keysOf } from "./client";

const COMMAND = join(__dirname, "../bin/snowflake-access-emulator.js");

let directory: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true });
});

/** Starts it and waits for what it prints once it takes logins. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: directory, stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  const printed: string[] = [];
  for await (const line of createInterface(child.stdout)) if (printed.push(line) === 4) break;
  const { hostname: host, port } = new URL(printed[0] as string);
  return { child, printed, place: { host, port: Number(port), account: "EMULATOR" } };
}

/** Runs it to its end. */
function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [COMMAND, ...args], { cwd: directory }, (error, stdout, stderr) =>
      done({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe("the emulator in the foreground", () => {
  it("makes a key, tells where it is and who may log in, and holds a database", async () => {
    const { printed, place } = await start();
    expect(printed).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      "account ACME-EMULATOR, database ANALYTICS",
      "user ADMIN, role ACCOUNTADMIN, private key in snowflake-emulator.p8",
      "Ctrl-C or SIGTERM ends it; all that is in it is gone then",
    ]);
    const file = join(directory, "snowflake-emulator.p8");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const admin = await connect(place, { user: "ADMIN", keys: keysOf(readFileSync(file)), database: "ANALYTICS" });
    expect(await admin.query("SELECT CURRENT_ROLE(), CURRENT_DATABASE()")).toMatchObject({
      rows: [["ACCOUNTADMIN", "ANALYTICS"]],
    });
  });

  it("takes host, port, names and key from its options; a key that is there stays", async () => {
    const first = await start("--key", "k.p8");
    first.child.kill();
    await once(first.child, "exit");
    const key = readFileSync(join(directory, "k.p8"));
    const { port } = first.place;
    const { place } = await start(
      ...["--key", "k.p8", "--port", String(port), "--host", "0.0.0.0", "--admin", "root", "--database", "db"],
    );
    expect(place).toMatchObject({ host: "0.0.0.0", port });
    expect(readFileSync(join(directory, "k.p8"))).toEqual(key);
    const admin = await connect(place, { user: "ROOT", keys: keysOf(key), database: "DB" });
    expect(await admin.column("SELECT CURRENT_DATABASE()")).toEqual(["DB"]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends by %s with exit code 0, whoever is still connected", async (signal) => {
    const { child, place } = await start();
    const keys = keysOf(readFileSync(join(directory, "snowflake-emulator.p8")));
    await connect(place, { user: "ADMIN", keys });
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

describe("what it cannot do", () => {
  it.each([
    [["--prot", "3"], "Unknown option '--prot'"],
    [["--port"], "Option '--port <value>' argument missing"],
    [["extra"], "Unexpected argument 'extra'"],
    [["--port", "x"], "--port takes a number up to 65535, not `x`"],
    [["--port", "65536"], "--port takes a number up to 65535, not `65536`"],
    [["--host", "localhost"], "--host takes an IPv4 address, not `localhost`"],
    [["--admin", "a-b"], "--admin takes letters, digits, `_` and `$`, not `a-b`"],
    [["--database", "1"], "--database takes letters, digits, `_` and `$`, not `1`"],
    [["--key", "no/k.p8"], "--key: ENOENT: no such file or directory, open 'no/k.p8'"],
    [["--key", "text"], "--key takes an RSA private key in PEM without a passphrase, which `text` is not"],
  ])("%j: says so, exit code 2", async (args, message) => {
    writeFileSync(join(directory, "text"), "no key");
    const stderr = `snowflake-access-emulator: ${message}\nsee \`snowflake-access-emulator --help\`\n`;
    expect(await run(...args)).toEqual({ code: 2, stdout: "", stderr });
  });

  it("a port that is somebody else's: says so, exit code 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const stderr = `snowflake-access-emulator: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`;
    expect(await run("--port", String(port))).toEqual({ code: 1, stdout: "", stderr });
    other.close();
  });

  it("help is no failure, and has the options of README.md", async () => {
    const { code, stdout, stderr } = await run("--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const optionsIn = (text: string) =>
      [...text.matchAll(/^(?: {2}|\| `)(--[a-z]+ <[a-z]+>)/gm)].map(([, option]) => option);
    expect(optionsIn(stdout)).toHaveLength(5);
    expect(optionsIn(readFileSync(join(__dirname, "../README.md"), "utf8"))).toEqual(optionsIn(stdout));
  });
});
