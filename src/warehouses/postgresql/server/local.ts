import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../../messages/userError";
import { mayEnter } from "../../../os/osUser";
import { startCluster } from "./cluster";
import { findInstallation } from "./installation";
import { postmasterOf } from "./postmaster";
import * as server from "./server";
import { serverUser } from "./serverUser";

/** A database for trying things by hand; it stays up after the command that started it. */
export interface LocalDatabase {
  readonly url: string;
  readonly port: number;
  readonly database: string;
  readonly kind: server.AdminKind;
  readonly admin: server.ServerLogin;
  readonly version: string;
}

/** What `state.json` next to the data remembers. */
interface State {
  readonly database: string;
  readonly kind: server.AdminKind;
  readonly admin: server.ServerLogin;
  /** Taken again when free, so that the URL stays. */
  readonly port: number;
}

export const LOCAL_DIRECTORY = join(".one-env", "local");

/** Starts it, or says where it is when it is up. Without `kind`: the kind it was made with, first `managed`. */
export async function startLocal(cwd: string, kind?: server.AdminKind): Promise<LocalDatabase> {
  const home = homeOf(cwd);
  if (!fs.existsSync(home)) {
    fs.rmSync(home, { force: true }); // a link to what somebody cleared away
    await create(cwd, kind ?? "managed");
  }
  const state = readState(home);
  if (kind && kind !== state.kind) {
    const made = `the database in \`${LOCAL_DIRECTORY}\` was made with a ${state.kind} admin`;
    throw new UserError(made, "`one-env local stop --wipe` removes it and its data");
  }
  if (!postmasterOf(dataOf(home))) {
    await launch(home, state).catch((error: unknown) => {
      if (!postmasterOf(dataOf(home))) throw error; // else another start was faster
    });
  }
  const database = await localStatus(cwd);
  if (!database)
    throw new Error(`PostgreSQL ended just after its start; see \`${join(LOCAL_DIRECTORY, "cluster", "log")}\``);
  return database;
}

/** The running database, proven by a login; undefined when it is not running. */
export async function localStatus(cwd: string): Promise<LocalDatabase | undefined> {
  const home = homeOf(cwd);
  const running = fs.existsSync(home) ? postmasterOf(dataOf(home)) : undefined;
  if (!running) return undefined;
  await server.waitUntilReady(dataOf(home), () => postmasterOf(dataOf(home)) !== undefined);
  const { admin, database, kind } = readState(home);
  const client = await server.connect({ port: running.port, database }, admin);
  const version = await server.versionOf(client).finally(() => client.end());
  const url = `postgresql://${admin.user}:${admin.password}@${server.HOST}:${running.port}/${database}`;
  return { url, port: running.port, database, kind, admin, version };
}

/** Ends it and keeps the data, unless told to `wipe`; true when it was running. */
export async function stopLocal(cwd: string, wipe = false): Promise<boolean> {
  const home = homeOf(cwd);
  if (!fs.existsSync(home)) return false;
  const running = postmasterOf(dataOf(home));
  if (running) await end(running.pid, dataOf(home));
  if (wipe) {
    fs.rmSync(fs.realpathSync(home), { recursive: true, force: true });
    fs.rmSync(dirname(home), { recursive: true, force: true });
  }
  return running !== undefined;
}

/** A directory, or a link to one where the server's user cannot reach ours (root in a private directory). */
function homeOf(cwd: string): string {
  return join(cwd, LOCAL_DIRECTORY, "cluster");
}

function dataOf(home: string): string {
  return join(fs.realpathSync(home), "data");
}

/**
 * Makes it as a throw-away cluster and keeps that by renaming its directory: until then an interruption leaves nothing,
 * and afterwards everything is there. Of two starts at once the second cannot take the place, and uses the first's.
 */
async function create(cwd: string, kind: server.AdminKind): Promise<void> {
  const home = homeOf(cwd);
  const parent = dirname(home);
  const user = serverUser();
  fs.mkdirSync(parent, { recursive: true });
  fs.writeFileSync(join(cwd, ".one-env", ".gitignore"), "*\n");
  if (user) fs.chownSync(parent, user.uid, user.gid);
  const cluster = await startCluster({ directory: parent, admin: kind, fast: false });
  const kept = `${cluster.directory}-local`;
  try {
    const { database, admin, port, directory } = cluster;
    writeState(directory, { database, kind, admin, port });
    fs.renameSync(directory, kept);
    await cluster.stop();
    if (user && !mayEnter(parent, user)) fs.symlinkSync(kept, home);
    else fs.renameSync(kept, home);
  } catch (error) {
    await cluster.stop();
    fs.rmSync(kept, { recursive: true, force: true });
    if (!fs.existsSync(home)) throw error;
  }
}

async function launch(home: string, state: State): Promise<void> {
  const data = dataOf(home);
  const directory = dirname(data);
  const user = serverUser();
  // Left by a crash; its process id may be somebody else's by now, and the server would refuse to start.
  fs.rmSync(join(data, "postmaster.pid"), { force: true });
  const port = (await server.isFree(state.port)) ? state.port : await server.freePort();
  const installation = findInstallation(directory, user);
  const [command = "", ...words] = server.serverCommand(installation, data, port, false);
  const log = fs.openSync(join(directory, "log"), "w+", 0o600);
  try {
    const child = spawn(command, words, {
      cwd: "/",
      env: installation.env,
      detached: true,
      stdio: ["ignore", log, log],
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    let alive = true;
    for (const event of ["error", "exit"]) child.once(event, () => (alive = false));
    child.unref();
    await server
      .waitUntilReady(data, () => alive)
      .catch((error: Error) => {
        throw new Error(`${error.message}${server.logTail(log)}`, { cause: error });
      });
    writeState(directory, { ...state, port });
  } finally {
    fs.closeSync(log);
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, data is written. */
async function end(pid: number, data: string): Promise<void> {
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + 60_000;
  while (postmasterOf(data)?.pid === pid) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) does not end`);
    await sleep(20);
  }
}

function readState(home: string): State {
  return JSON.parse(fs.readFileSync(join(home, "state.json"), "utf8")) as State;
}

/** Has passwords in it. Replaced as a whole, so that no reader sees half of it. */
function writeState(directory: string, state: State): void {
  const file = join(directory, "state.json");
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
