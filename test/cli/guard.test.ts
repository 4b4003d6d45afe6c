import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loginsOf } from "../../src/warehouses/postgresql/rehearsal/logins";
import { callPlugIn, startPlugIn } from "../support/plugIn";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const ROSTER = `
sources: [stripe]
developers: [{ name: ana }, { name: ben }, { name: cleo, limits: { statement_timeout: 1h } }]
services:
  - { name: jobs, duty: prod }
  - { name: loader, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader }
limits:
  developer: { statement_timeout: 1s, idle_in_transaction: 1s }
  prod: { idle_in_transaction: 1s }
  ci: { idle_in_transaction: 1s }
`;
const TERMINATED = { code: "57P01" };

let warehouse: TestWarehouse;
let superuser: Client;
let open: Client[] = [];

beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.apply(ROSTER);
  superuser = await warehouse.cluster.connect(warehouse.cluster.superuser);
  await superuser.query("create table prod_stripe.charges (id int); alter table prod_stripe.charges owner to prod");
  await superuser.query("grant select on prod_stripe.charges to read_prod_stripe");
  // Who looks after the limits, who may only look, and a login outside the roster that may do nothing.
  await superuser.query(`create role watchman login password 'w' in role pg_read_all_stats, pg_signal_backend;
    create role looker login password 'l' in role pg_read_all_stats;
    create role stranger login password 's';
    grant connect on database analytics to watchman, looker, stranger`);
});
afterAll(async () => {
  await superuser?.end();
  await warehouse?.stop();
});

/** A session that says how it ended, as everybody's client would. */
interface Session {
  readonly client: Client;
  readonly pid: number;
  /** Fails when the session is ended. */
  readonly gone: Promise<never>;
  alive(): Promise<boolean>;
}

/** Logs in without any timeout: that is what a session may do about them. */
async function login(name: string): Promise<Session> {
  const client = await loginsOf(warehouse.cluster, warehouse.passwords()).login(name);
  const gone = new Promise<never>((_, reject) => client.on("error", reject));
  gone.catch(() => {});
  open.push(client);
  const pid = (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  const alive = async () => (await superuser.query("select from pg_stat_activity where pid = $1", [pid])).rowCount === 1;
  return { client, pid, gone, alive };
}

/** Starts a statement that nobody waits for here; the promise is how it ended. */
function start({ client }: Session, sql: string): { readonly done: Promise<unknown> } {
  const done = client.query(sql);
  done.catch(() => {});
  return { done };
}

/** Until the server says so of a session in pg_stat_activity. */
async function until({ pid }: Session, condition: string): Promise<void> {
  const sql = `select from pg_stat_activity where pid = $1 and ${condition}`;
  while ((await superuser.query(sql, [pid])).rowCount === 0) await setTimeout(20);
}

const LOGINS: Readonly<Record<string, string>> = { watchman: "w", looker: "l", stranger: "s" };

async function guard(user: string, ...words: string[]) {
  const { code, stdout, stderr } = await callPlugIn(["guard", "--team", warehouse.team, ...words], environment(user));
  // How long exactly is nobody's to say.
  const lines = stdout.replaceAll(/for \d+s/g, "for …s").trimEnd().split("\n");
  return { code, stderr, lines };
}

function environment(user: string): Record<string, string> {
  const { host, port, database, admin } = warehouse.cluster;
  const password = user === admin.user ? admin.password : (LOGINS[user] ?? warehouse.passwords()[user] ?? "");
  return {
    ...{ PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGSSLMODE: "disable" },
    ...{ PGUSER: user, PGPASSWORD: password },
  };
}

const NOBODY = { code: 0, stderr: "", lines: ["nobody is beyond the limits"] };

/** Those who are within their limits, or whose limits are nobody's to hold. */
let innocent: Session[] = [];

beforeEach(async () => {
  const [idle, working, prod, admin] = [await login("ben"), await login("cleo"), await login("jobs"), await root()];
  // Long for ana, and not for cleo.
  start(working, "select pg_sleep(600)");
  await prod.client.query("begin; select txid_current()");
  await admin.client.query("begin; select txid_current()");
  for (const each of [prod, admin]) await until(each, "clock_timestamp() - state_change > interval '2.1s'");
  await until(working, "clock_timestamp() - query_start > interval '2.1s'");
  innocent = [idle, working, prod, admin];
});
afterEach(async () => {
  const alive = await Promise.all(innocent.map((each) => each.alive()));
  await superuser.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename ~ '^(ana|ben|cleo)$'");
  await Promise.allSettled(open.map((client) => client.end()));
  open = [];
  expect(alive).toEqual([true, true, true, true]);
});

/** The deploying admin's session. */
async function root(): Promise<Session> {
  const client = await warehouse.cluster.connect(warehouse.cluster.admin);
  open.push(client);
  const pid = (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  const alive = async () => (await superuser.query("select from pg_stat_activity where pid = $1", [pid])).rowCount === 1;
  return { client, pid, gone: new Promise(() => {}), alive };
}

async function runaway(): Promise<Session & { readonly done: Promise<unknown> }> {
  const ana = await login("ana");
  await ana.client.query("set statement_timeout = 0");
  const { done } = start(ana, "select pg_sleep(600)");
  await until(ana, "clock_timestamp() - query_start > interval '2.1s'");
  return { ...ana, done };
}

describe("a statement that runs too long", () => {
  test("is reported, and ended only when told to; whoever is within the limits goes on", async () => {
    expect(await guard("watchman")).toEqual(NOBODY);
    const ana = await runaway();
    const line = `ana (developer), session ${ana.pid}: a statement runs for …s (limit 1s)`;
    const undone = "1 session is beyond the limits; nothing was done: add --end to end it";
    expect(await guard("watchman")).toEqual({ code: 1, stderr: "", lines: [line, undone] });
    expect(await ana.alive()).toBe(true);
    expect(await guard("watchman", "--end")).toEqual({
      code: 0,
      stderr: "",
      lines: [`${line}: ended`, "1 session is beyond the limits; all ended"],
    });
    await expect(ana.done).rejects.toMatchObject(TERMINATED);
    expect(await guard("watchman", "--end")).toEqual(NOBODY);
  });

  test("as a line of JSON", async () => {
    const ana = await runaway();
    const { code, lines } = await guard("watchman", "--format", "json");
    expect({ code, found: lines.map((line) => JSON.parse(line)) }).toEqual({
      code: 1,
      found: [
        {
          ...{ who: "ana", duty: "developer", session: ana.pid, blocks: [] },
          beyond: [{ rail: "statement", lasts: expect.any(Number), limit: 1000 }],
        },
      ],
    });
    expect((await guard("watchman", "--format", "json", "--end")).lines.join()).toContain('"outcome":"ended"}');
    expect(await guard("watchman", "--format", "json")).toEqual({ code: 0, stderr: "", lines: [""] });
  });
});
