import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { UserError } from "../../../messages/userError";
import { runTied, type TiedProcess } from "../../../os/childProcess";
import { giveTo, mayWrite, type OsUser } from "../../../os/osUser";
import { findInstallation } from "./installation";
import * as server from "./server";
import { serverUser } from "./serverUser";

export interface ClusterOptions {
  /** Default `analytics`. */
  readonly database?: string;
  /** Default `superuser`. */
  readonly admin?: server.AdminKind;
  /** Where its temporary directory is made; default: the system's. */
  readonly directory?: string;
  /** Default: a random free one. */
  readonly port?: number;
  /** Default true: a crash of the machine may lose data. */
  readonly fast?: boolean;
}

/** A throw-away PostgreSQL; it never outlives the process that started it. */
export interface Cluster {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly database: string;
  /** The owner of everything, `postgres`; for looking at what the admin cannot see. */
  readonly superuser: server.ServerLogin;
  /** Who deploys. */
  readonly admin: server.ServerLogin;
  /** As the server says it: `18.4`. */
  readonly version: string;
  /** Its temporary directory, gone after `stop`. */
  readonly directory: string;
  connect(login: server.ServerLogin, database?: string): Promise<Client>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL on a random loopback port in a temporary directory (≈ 1.3 s, most of it `initdb`). */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Somebody took the port between our choice and the server's start.
      const taken = options.port === undefined && /Address already in use/.test(String(error));
      if (!taken || attempt === 5) throw error;
    }
  }
}

async function startOnce({
  database = "analytics",
  admin = "superuser",
  ...options
}: ClusterOptions): Promise<Cluster> {
  const user = serverUser();
  const directory = makeDirectory(options.directory ?? tmpdir(), user);
  const log = openSync(join(directory, "log"), "a+", 0o600);
  let tied: TiedProcess | undefined;
  try {
    const superuser = { user: "postgres", password: server.newPassword() };
    const port = options.port ?? (await server.freePort());
    const running = launch({ directory, log, superuser, port, user, fast: options.fast ?? true });
    tied = running;
    await server.waitUntilReady(join(directory, "data"), () => running.alive());
    const [adminLogin, version] = await server.provision({ port, database }, superuser, admin);
    const connect = (login: server.ServerLogin, other = database) => server.connect({ port, database: other }, login);
    return {
      host: server.HOST,
      port,
      database,
      superuser,
      admin: adminLogin,
      version,
      directory,
      connect,
      stop: running.cut,
    };
  } catch (error) {
    await tied?.cut();
    rmSync(directory, { recursive: true, force: true });
    if (error instanceof UserError) throw error;
    throw new Error(`${(error as Error).message}${server.logTail(log)}`, { cause: error });
  } finally {
    closeSync(log);
  }
}

interface Launch {
  readonly directory: string;
  /** A file and not a pipe, so that a busy process of ours never stalls the server. */
  readonly log: number;
  readonly superuser: server.ServerLogin;
  readonly port: number;
  readonly user: OsUser | undefined;
  readonly fast: boolean;
}

/** initdb and then the server, in one shell. */
function launch({ directory, log, superuser, port, user, fast }: Launch): TiedProcess {
  const installation = findInstallation(directory, user);
  const data = join(directory, "data");
  const password = join(directory, "password");
  writeFileSync(password, superuser.password, { mode: 0o600 });
  if (user) giveTo(directory, user);
  const initdb = server.shellCommand(server.initdbCommand(installation, data, password));
  const postgres = server.shellCommand(server.serverCommand(installation, data, port, fast));
  const command = `${initdb} >/dev/null && rm -f ${server.shellCommand([password])} && exec ${postgres}`;
  return runTied(directory, command, { env: installation.env, log, user });
}

/** Private to the server's user, who must be able to enter it and, at the end, to remove it. */
function makeDirectory(parent: string, user: OsUser | undefined): string {
  const place = user && !mayWrite(parent, user) ? "/tmp" : parent;
  const directory = mkdtempSync(join(place, "one-env-"));
  chmodSync(directory, 0o700);
  if (user) giveTo(directory, user);
  return directory;
}
