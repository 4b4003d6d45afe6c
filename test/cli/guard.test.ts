import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
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
  - { name: charts, duty: reader, limits: { statement_timeout: 1s, idle_in_transaction: 1h } }
limits:
  developer: { statement_timeout: 1s, idle_in_transaction: 1s }
  prod: { idle_in_transaction: 1s }
  ci: { idle_in_transaction: 1s }
`;
const ENDED = "1 session is beyond the limits; all ended";
const TERMINATED = { code: "57P01" };

let warehouse: TestWarehouse;
let superuser: Client;
/** What the test has opened. */
let open: Session[] = [];

/** Those who are within their limits, or whose limits are nobody's to hold. */
let innocent: Session[] = [];

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
  for (const { client } of innocent) await client.end();
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
  return sessionOf(client);
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
  const lines = stdout
    .replaceAll(/for \d+s/g, "for …s")
    .trimEnd()
    .split("\n");
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

beforeAll(async () => {
  const [idle, working, prod] = [await login("ben"), await login("cleo"), await login("jobs")];
  const [admin, outside] = [await as(warehouse.cluster.admin), await as({ user: "stranger", password: "s" })];
  // Long for ana, and not for cleo.
  start(working, "select pg_sleep(600)");
  const forgotten = [prod, admin, outside];
  for (const { client } of forgotten) await client.query("begin; select txid_current()");
  for (const each of forgotten) await until(each, "clock_timestamp() - state_change > interval '2.1s'");
  await until(working, "clock_timestamp() - query_start > interval '2.1s'");
  innocent = [idle, working, ...forgotten];
  open = [];
});
afterEach(async () => {
  for (const { client, pid } of open) {
    await superuser.query("select pg_terminate_backend($1, 5000)", [pid]);
    await client.end();
  }
  open = [];
  for (const each of innocent) expect(await each.alive()).toBe(true);
});

async function as(account: { user: string; password: string }): Promise<Session> {
  return sessionOf(await warehouse.cluster.connect(account));
}

async function sessionOf(client: Client): Promise<Session> {
  const gone = new Promise<never>((_, reject) => client.on("error", reject));
  gone.catch(() => {});
  const pid = (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  const alive = async () =>
    (await superuser.query("select from pg_stat_activity where pid = $1", [pid])).rowCount === 1;
  const session = { client, pid, gone, alive };
  open.push(session);
  return session;
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
      lines: [`${line}: ended`, ENDED],
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

/** Who reads and forgets, production that waits for it, and somebody who has queued between them. */
async function blockade() {
  const ana = await login("ana");
  await ana.client.query("begin; select * from prod_stripe.charges");
  const cleo = await login("cleo");
  const queued = start(cleo, "create rule mine as on update to prod_stripe.charges do instead nothing");
  await until(cleo, "wait_event_type = 'Lock'");
  const loader = await login("loader");
  const load = start(loader, "truncate prod_stripe.charges");
  await until(loader, "wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '1.2s'");
  await until(ana, "clock_timestamp() - state_change > interval '2.1s'");
  return { ana, cleo, queued, load };
}
const IMPATIENT = ["--blocking", "1s"];

describe("an idle transaction that production waits for", () => {
  test("is reported once, without those who queue behind it; ended, the load goes on", async () => {
    const { ana, queued, load } = await blockade();
    const idle = `ana (developer), session ${ana.pid}: idle in a transaction for …s (limit 1s)`;
    const blocks = `${idle}; blocks loader for …s (limit 1s)`;
    const undone = "1 session is beyond the limits; nothing was done: add --end to end it";
    expect(await guard("watchman")).toEqual({ code: 1, stderr: "", lines: [idle, undone] });
    expect(await guard("watchman", ...IMPATIENT)).toEqual({ code: 1, stderr: "", lines: [blocks, undone] });
    expect(await ana.alive()).toBe(true);
    expect(await guard("watchman", ...IMPATIENT, "--end")).toMatchObject({
      code: 0,
      lines: [`${blocks}: ended`, ENDED],
    });
    await expect(ana.gone).rejects.toMatchObject(TERMINATED);
    await load.done;
    // It was let through, and was told that it may not.
    await expect(queued.done).rejects.toMatchObject({ code: "42501" });
    expect(await guard("watchman", ...IMPATIENT)).toEqual(NOBODY);
  });

  test.each(["jobs", "warehouse_admin"])(
    "%s, who may neither see nor signal, ends it by production's function",
    async (who) => {
      expect((await guard(who, ...IMPATIENT, "--end")).lines).toEqual(NOBODY.lines);
      const { ana, load } = await blockade();
      const line = `ana (developer), session ${ana.pid}: blocks loader for …s (limit 1s)`;
      expect(await guard(who, ...IMPATIENT, "--end")).toEqual({
        code: 0,
        stderr: `warning: of ana, ben, cleo it is seen only whether production waits for them
  help: log in as a member of pg_read_all_stats, and of pg_signal_backend to end sessions
`,
        lines: [`${line}: ended`, ENDED],
      });
      await expect(ana.gone).rejects.toMatchObject(TERMINATED);
      await load.done;
    },
  );
});

describe("an old snapshot", () => {
  test("is found by its age, whoever idles without one is not", async () => {
    const charts = await login("charts");
    await charts.client.query("begin; select * from prod_stripe.charges");
    await until(charts, "clock_timestamp() - xact_start > interval '2.1s'");
    const patience = ["--snapshot", "1s"];
    expect(await guard("watchman", ...patience)).toEqual(NOBODY);
    await charts.client.query("rollback");
    await charts.client.query("begin isolation level repeatable read; select * from prod_stripe.charges");
    await until(charts, "clock_timestamp() - xact_start > interval '2.1s'");
    expect(await guard("watchman")).toEqual(NOBODY);
    const line = `charts (reader), session ${charts.pid}: keeps deleted rows from being cleaned up for …s (limit 1s)`;
    expect((await guard("watchman", ...patience)).lines[0]).toBe(line);
    expect(await charts.alive()).toBe(true);
    expect(await guard("watchman", ...patience, "--end")).toMatchObject({ code: 0, lines: [`${line}: ended`, ENDED] });
    await expect(charts.gone).rejects.toMatchObject(TERMINATED);
  });
});

describe("who may not", () => {
  test("end a session is told who could", async () => {
    const ana = await runaway();
    expect(await guard("looker", "--end")).toEqual({
      code: 1,
      stderr: "",
      lines: [
        `ana (developer), session ${ana.pid}: a statement runs for …s (limit 1s): NOT ended, \`looker\` may not end sessions of \`ana\`; who may: \`postgres\`, \`warehouse_admin\`, \`watchman\``,
        "1 session is beyond the limits; 1 not ended",
      ],
    });
    expect(await ana.alive()).toBe(true);
  });

  test("signal, but join the session's role, ends it: the deploying admin, who leaves the role again", async () => {
    const members = "select roleid, member, grantor, admin_option from pg_auth_members order by 1, 2, 3";
    await superuser.query("grant pg_read_all_stats to warehouse_admin");
    const before = (await superuser.query(members)).rows;
    const ana = await runaway();
    expect((await guard("warehouse_admin", "--end")).lines[1]).toBe(ENDED);
    await expect(ana.done).rejects.toMatchObject(TERMINATED);
    expect((await superuser.query(members)).rows).toEqual(before);
    await superuser.query("revoke pg_read_all_stats from warehouse_admin");
  });

  test.each(["stranger", "ben"])("see anything is refused: %s", async (who) => {
    expect(await guard(who)).toEqual({
      code: 2,
      stderr: `\`${who}\` may not see what others' sessions do
  help: log in as a member of pg_read_all_stats, and of pg_signal_backend to end sessions
`,
      lines: [""],
    });
  });
});

describe("--watch", () => {
  const watch = (...words: string[]) =>
    startPlugIn(["guard", "--team", warehouse.team, "--watch", "--every", "100ms", ...words], environment("watchman"));

  test("tells what is new, once, until it is told to stop", async () => {
    const child = watch();
    const first = await runaway();
    expect(JSON.parse(await child.line())).toMatchObject({ session: first.pid, beyond: [{ rail: "statement" }] });
    // The first is still there: the next line would be about it again.
    const second = await runaway();
    expect(JSON.parse(await child.line())).toMatchObject({ session: second.pid });
    child.process.kill("SIGTERM");
    const { code, signal, stdout, stderr } = await child.ended;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(await first.alive()).toBe(true);
  });

  test("ends them with --end, and itself on SIGINT", async () => {
    const child = watch("--end");
    const ana = await login("ana");
    const { done } = start(ana, "select pg_sleep(600)");
    await expect(done).rejects.toMatchObject(TERMINATED);
    expect(JSON.parse(await child.line())).toMatchObject({ session: ana.pid, outcome: "ended" });
    child.process.kill("SIGINT");
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
  });

  test("says that its own session is gone", async () => {
    const child = watch();
    while ((await superuser.query("select from pg_stat_activity where usename = 'watchman'")).rowCount === 0) {
      await setTimeout(20);
    }
    await superuser.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'watchman'");
    const { code, stderr } = await child.ended;
    expect({ code, first: stderr.split(":")[0] }).toEqual({
      code: 2,
      first: "the connection to the warehouse is lost",
    });
  });
});

test("bad input: a time that is none, and a warehouse without a guard", async () => {
  expect(await guard("watchman", "--every", "0s")).toMatchObject({
    code: 2,
    stderr: "--every: duration `0s` is zero\n  help: give some time, such as `10s`\n",
  });
  expect(await guard("watchman", "--warehouse", "snowflake")).toMatchObject({
    code: 2,
    stderr: "one-env guard is not there for Snowflake yet\n",
  });
});
