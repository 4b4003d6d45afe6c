import { randomBytes } from "node:crypto";
import { readSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { Installation } from "./installation";
import { isReady } from "./postmaster";

/** Who logs in. */
export interface ServerLogin {
  readonly user: string;
  readonly password: string;
  /** Settings of the session, such as `-c statement_timeout=0`; they go before those of the role. */
  readonly options?: string;
  /** Whether queries are sent without waiting for the answer to those before them; default false. */
  readonly pipeline?: boolean;
}

/** `managed`: what a cloud service hands out (CREATEROLE, CREATEDB, owner of the database, no superuser). */
export type AdminKind = "superuser" | "managed";

/** Where a server listens. */
export interface Address {
  readonly port: number;
  readonly database: string;
}

export const HOST = "127.0.0.1";

/** Settings of a server whose data nobody will miss. */
const THROW_AWAY = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", autovacuum: "off" };

const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: "",
  max_connections: "200",
  // A rehearsal makes thousands of refused statements: the log gets what the server says of itself, and not those.
  log_min_messages: "log",
  timezone: "UTC",
  // No replication; but with this level an attack can try to make a replication slot.
  wal_level: "replica",
  max_wal_senders: "0",
};

/** `initdb …`: UTF8, the C locale (the same order of names on every machine), passwords for everybody. */
export function initdbCommand({ initdb }: Installation, directory: string, passwordFile: string): string[] {
  return [
    initdb,
    ...["-D", directory, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
    ...["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", "--wal-segsize=1"],
  ];
}

/** `postgres …` in the foreground. */
export function serverCommand({ postgres }: Installation, directory: string, port: number, fast: boolean): string[] {
  const settings = Object.entries({ ...SETTINGS, ...(fast ? THROW_AWAY : {}) });
  return [
    postgres,
    "-D",
    directory,
    "-p",
    String(port),
    ...settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  ];
}

/** A command line for `sh -c`. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

export async function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

async function listenOnce(wanted: number): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, fail) => probe.once("error", fail).listen(wanted, HOST, done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

/** Waits until the server in this directory says that it takes connections; `alive` false ends the wait. */
export async function waitUntilReady(directory: string, alive: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isReady(directory)) {
    if (!alive()) throw new Error("PostgreSQL ended while it was starting");
    if (Date.now() > deadline) throw new Error("PostgreSQL did not start within a minute");
    await sleep(10);
  }
}

/** Hexadecimal, so that it needs no quotes in a URL, a shell or an option's place. */
export function newPassword(): string {
  return randomBytes(18).toString("hex");
}

/** Logs in over TCP. A connection that breaks later (the server was stopped) must not end our process. */
export async function connect(
  { port, database }: Address,
  { user, password, options, pipeline = false }: ServerLogin,
): Promise<Client> {
  const client = new Client({
    host: HOST,
    port,
    database,
    user,
    password,
    ssl: false,
    pipeline,
    connectionTimeoutMillis: 10_000,
    ...(options === undefined ? {} : { options }),
  });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Creates the database and its admin; returns the admin and the server's version. */
export async function provision(
  address: Address,
  superuser: ServerLogin,
  kind: AdminKind,
): Promise<[ServerLogin, string]> {
  const admin = { user: kind === "managed" ? "warehouse_admin" : "postgres_admin", password: newPassword() };
  const rights = kind === "managed" ? "NOSUPERUSER CREATEROLE CREATEDB" : "SUPERUSER";
  const client = await connect({ ...address, database: "postgres" }, superuser);
  try {
    await client.query(`CREATE ROLE ${admin.user} LOGIN ${rights} PASSWORD ${escapeLiteral(admin.password)}`);
    await client.query(`CREATE DATABASE ${escapeIdentifier(address.database)} OWNER ${admin.user}`);
    return [admin, await versionOf(client)];
  } finally {
    await client.end();
  }
}

/** As the server says it: `18.4`. */
export async function versionOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
  return rows[0]?.server_version ?? "unknown";
}

/** Why a server did not start: the last lines of its log. By handle: the file may be gone with its directory. */
export function logTail(log: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  const text = buffer.toString("utf8", 0, readSync(log, buffer, 0, buffer.length, 0)).trimEnd();
  return text && `\n${text.split("\n").slice(-20).join("\n")}`;
}
