import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "../session";
import { newKeyPair } from "./keys";

/** What the process of a local emulator and those who look for it have to agree on. */
export const ADMIN = "ADMIN";
export const DATABASE = "ANALYTICS";

/** Private key of the administrator: PKCS #8, PEM. */
export const KEY_FILE = "admin.p8";
export const STATE_FILE = "state.json";

/** Where the emulator answers, and which process it is. */
export interface RunningEmulator {
  readonly organization: string;
  readonly account: string;
  readonly host: string;
  readonly port: number;
  readonly pid: number;
}

/** An emulator for trying things by hand. It stays up after the command that started it; what it holds goes when it ends. */
export interface LocalEmulator extends RunningEmulator {
  readonly user: string;
  /** Relative to the working directory. */
  readonly keyFile: string;
}

const LOCAL_DIRECTORY = join(".one-env", "snowflake");
/** A start takes about a second; a busy machine takes its time. */
const START_TIMEOUT_MS = 60_000;

/** Starts it, or says where it is when it is up. Key and port are those of the last time, so that a stack stays right. */
export async function startLocalEmulator(cwd: string): Promise<LocalEmulator> {
  const running = await localEmulator(cwd);
  if (running) return running;
  const directory = join(cwd, LOCAL_DIRECTORY);
  const keyFile = join(directory, KEY_FILE);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(cwd, ".one-env", ".gitignore"), "*\n");
  if (!existsSync(keyFile)) writeFileSync(keyFile, (await newKeyPair()).privateKey, { mode: 0o600 });
  const port = readPlace(cwd)?.port ?? 0;
  if (!(await launch(cwd, port)) && port !== 0) await launch(cwd, 0); // another program has taken the port
  const started = await localEmulator(cwd);
  if (!started) throw new Error(`the emulator ended just after its start; see \`${join(LOCAL_DIRECTORY, "log")}\``);
  return started;
}

/** The running emulator, proven by a login; undefined when it is not running. */
export async function localEmulator(cwd: string): Promise<LocalEmulator | undefined> {
  const place = readPlace(cwd);
  // Without its process the port may belong to another program by now, even to one that never answers.
  if (!place || !isAlive(place.pid)) return undefined;
  const keyFile = join(LOCAL_DIRECTORY, KEY_FILE);
  const { organization: organizationName, account: accountName, host, port } = place;
  const login = { organizationName, accountName, host, port, protocol: "http", user: ADMIN } as const;
  try {
    const session = await openSession({ ...login, privateKey: readFileSync(join(cwd, keyFile), "utf8") });
    await session.close();
  } catch {
    return undefined;
  }
  return { ...place, user: ADMIN, keyFile };
}

/** Ends it, and with it all that it holds; `wipe` forgets its key and port too. True when it was running. */
export async function stopLocalEmulator(cwd: string, wipe = false): Promise<boolean> {
  const running = await localEmulator(cwd);
  if (running) {
    process.kill(running.pid);
    while (isAlive(running.pid)) await sleep(20);
  }
  if (wipe) rmSync(join(cwd, LOCAL_DIRECTORY), { recursive: true, force: true });
  return running !== undefined;
}

/** True once it takes logins; false when it ended instead. */
async function launch(cwd: string, port: number): Promise<boolean> {
  const directory = join(cwd, LOCAL_DIRECTORY);
  rmSync(join(directory, STATE_FILE), { force: true });
  const log = openSync(join(directory, "log"), "w", 0o600);
  const child = spawn(process.execPath, [join(__dirname, "process.js"), directory, String(port)], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended = false;
  for (const event of ["error", "exit"]) child.once(event, () => (ended = true));
  child.unref();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(join(directory, STATE_FILE)) && !ended && Date.now() < deadline) await sleep(20);
  return existsSync(join(directory, STATE_FILE));
}

function readPlace(cwd: string): RunningEmulator | undefined {
  const file = join(cwd, LOCAL_DIRECTORY, STATE_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RunningEmulator) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
