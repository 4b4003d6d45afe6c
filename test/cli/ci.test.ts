import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Child } from "../support/child";
import { callPlugIn, startPlugIn } from "../support/plugIn";
import { startWarehouse, type TestWarehouse } from "../support/warehouse";

const ROSTER = `
sources: [stripe]
developers: [{ name: ana }]
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: other, duty: ci }
`;

let warehouse: TestWarehouse;
let passwords: Record<string, string>;
let superuser: Client;

beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.apply(ROSTER);
  passwords = warehouse.passwords();
  superuser = await warehouse.cluster.connect(warehouse.cluster.superuser);
});
afterAll(async () => {
  await superuser?.end();
  await warehouse?.stop();
});
afterEach(async () => {
  for (const schema of await open()) await superuser.query(`drop schema ${schema} cascade`);
});

function environmentOf(user: string): Record<string, string> {
  const { host, port, database } = warehouse.cluster;
  const place = { PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGSSLMODE: "disable" };
  return { ...place, PGUSER: user, PGPASSWORD: passwords[user] ?? "" };
}

const start = (user: string, ...words: string[]) => startPlugIn(["ci", ...words], environmentOf(user));
const ci = (user: string, ...words: string[]) => callPlugIn(["ci", ...words], environmentOf(user));
const open = async () => {
  const { rows } = await superuser.query("select nspname from pg_namespace where nspname like 'ci\\_%' order by 1");
  return rows.map(({ nspname }) => nspname);
};
/** When a lease of the past had been opened. */
const age = (schema: string, owner: string, run: string, expires: string) =>
  superuser.query(
    `comment on schema ${schema} is '${JSON.stringify({ run, owner, opened: "2000-01-01", expires }).replaceAll('":"', '": "')}'`,
  );

test("open prints the run's schemas and may be repeated; close prints what is gone, and then nothing", async () => {
  const opened = { code: 0, stdout: "ci_42\nci_42_stripe\n", stderr: "" };
  expect(await ci("runner", "open", "42")).toMatchObject(opened);
  expect(await ci("runner", "open", "42")).toMatchObject(opened);
  expect(await ci("runner", "close", "42")).toMatchObject(opened);
  expect(await ci("runner", "close", "42")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(await ci("runner", "reap")).toMatchObject({ code: 0, stdout: "" });
  expect(await ci("runner", "list")).toMatchObject({ code: 0, stdout: "no CI schemas\n" });
});

test("what has something in it and views across runs' schemas goes at once", async () => {
  await ci("runner", "open", "42");
  const client = await warehouse.cluster.connect({ user: "runner", password: passwords.runner ?? "" });
  await client.query("create table ci_42_stripe.t (id int); create view ci_42.v as select * from ci_42_stripe.t");
  await client.end();
  expect(await ci("runner", "close", "42")).toMatchObject({ code: 0 });
  expect(await open()).toEqual([]);
});

test("a bad run is bad input, with the form and the nearest good one", async () => {
  expect(await ci("runner", "open", "PR-12")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^bad run `PR-12`\n {2}help: a run is 1 to 20 .*: `pr_12`\n$/),
  });
});

test("another service's run is neither opened, closed nor reaped", async () => {
  await ci("other", "open", "43");
  expect(await ci("runner", "open", "43")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("exists and is not of your run"),
  });
  expect(await ci("runner", "close", "43")).toMatchObject({ code: 0, stdout: "" });
  expect(await ci("runner", "reap", "--older-than", "0s")).toMatchObject({ code: 0, stdout: "" });
  expect(await open()).toEqual(["ci_43", "ci_43_stripe"]);
});

test("reap --dry-run prints what reap takes: own leases by age, others' once they have expired, no schema else", async () => {
  await ci("runner", "open", "42");
  await ci("other", "open", "43");
  await ci("other", "open", "44");
  await age("ci_42", "runner", "42", "2999-01-01");
  await age("ci_43", "other", "43", "2000-01-02");
  await age("ci_44", "other", "44", "2999-01-01");
  await superuser.query("create schema ci_litter");
  const due = { code: 0, stdout: "ci_42\nci_43\n" };
  expect(await ci("runner", "reap", "--older-than", "7d", "--dry-run")).toMatchObject(due);
  expect(await ci("runner", "reap", "--older-than", "7d")).toMatchObject(due);
  expect(await open()).toEqual(["ci_42_stripe", "ci_43_stripe", "ci_44", "ci_44_stripe", "ci_litter"]);
  await superuser.query("drop schema ci_litter");
});

test("list names run, owner and expiry", async () => {
  await ci("runner", "open", "42");
  const { stdout } = await ci("other", "list", "--format", "json");
  const leases = JSON.parse(stdout);
  expect(leases[0]).toMatchObject({ schema: "ci_42", run: "42", owner: "runner" });
  expect(Date.parse(leases[0].expires) - Date.parse(leases[0].opened)).toBe(24 * 3_600_000);
  const minute = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\dZ`;
  expect((await ci("other", "list")).stdout).toMatch(
    new RegExp(
      `^schema        run  owner   opened             expires\nci_42         42   runner  ${minute}  ${minute}\nci_42_stripe  42`,
    ),
  );
});

test("whoever is no CI service is told so; without functions, a place or a login the way in is named", async () => {
  expect(await ci("ana", "open", "42")).toMatchObject({
    code: 2,
    stderr: "permission denied for schema ci (42501)\n  help: log in as a service of duty `ci`\n",
  });
  const elsewhere = { ...environmentOf("runner"), PGPASSWORD: "wrong" };
  expect(await callPlugIn(["ci", "list"], elsewhere)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^cannot connect to the warehouse: password .*\(28P01\)\n {2}help: set PGHOST/),
  });
});

test("opens of one run at the same time all give its schemas, and runs beside them do not disturb", async () => {
  const runs = ["42", "42", "43", "42"];
  const ended = await Promise.all(runs.map((run) => start("runner", "open", run).ended));
  expect(ended.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
    runs.map((run) => ({ code: 0, stdout: `ci_${run}\nci_${run}_stripe\n` })),
  );
  const closed = await Promise.all(
    [["close", "42"], ["close", "42"], ["reap"]].map((words) => start("runner", ...words).ended),
  );
  expect(closed.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await open()).toEqual(["ci_43", "ci_43_stripe"]);
});

const NAMESPACES = "lock table pg_namespace in share mode";
const TABLE = "lock table ci_42_stripe.t in access share mode";

/** Where a command stops, because somebody holds what it needs next. */
const STOPS = [
  { command: ["open", "42"], where: "before its first schema", hold: NAMESPACES },
  { command: ["open", "42"], where: "between two schemas", hold: "create schema ci_42_stripe" },
  { command: ["close", "42"], where: "before its first schema", hold: NAMESPACES },
  { command: ["close", "42"], where: "between two schemas", hold: TABLE },
  { command: ["reap", "--older-than", "0s"], where: "before its first schema", hold: NAMESPACES },
  { command: ["reap", "--older-than", "0s"], where: "between two schemas", hold: TABLE },
];

describe.each(STOPS)("$command.0 that stops $where", ({ command, hold }) => {
  const both = ["ci_42", "ci_42_stripe"];
  const opens = command[0] === "open";

  /** Starts the command, does something to it at its stop, and lets the server end what it is at. */
  async function stopped(strike: (child: Child) => Promise<unknown>): Promise<void> {
    if (!opens) await fill("42");
    await superuser.query(`begin; ${hold}`);
    const child = start("runner", ...command);
    await until("wait_event_type = 'Lock'", (count) => count === 1);
    await strike(child);
    await superuser.query("rollback");
    await until("true", (count) => count === 0);
  }

  test("is killed with -9: the server does all of it, and the next commands find nothing odd", async () => {
    await stopped(async (child) => {
      child.process.kill("SIGKILL");
      expect((await child.ended).signal).toBe("SIGKILL");
    });
    expect(await open()).toEqual(opens ? both : []);
    await expectWholeLife();
  });

  test("loses its session: nothing has happened, and it says so", async () => {
    await stopped(async (child) => {
      await superuser.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'runner'");
      expect(await child.ended).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/57P01|terminated/),
      });
    });
    expect(await open()).toEqual(opens ? [] : both);
    await expectWholeLife();
  });
});

test("a build that is killed with -9 in a transaction does not keep its run from closing", async () => {
  await ci("runner", "open", "42");
  const script = `
    const { Client } = require(${JSON.stringify(require.resolve("pg"))});
    const client = new Client();
    await client.connect();
    await client.query("begin; create table ci_42.half (id int)");
    console.log("half");
    await new Promise(() => setInterval(() => {}, 1000));`;
  const build = new Child(script, { env: environmentOf("runner") });
  expect(await build.line()).toBe("half");
  build.process.kill("SIGKILL");
  expect((await build.ended).signal).toBe("SIGKILL");
  await expectWholeLife();
});

test("a runner that dies between open and close leaves leases that a reap takes", async () => {
  await fill("42");
  expect(await ci("runner", "reap", "--older-than", "0s")).toMatchObject({ code: 0, stdout: "ci_42\nci_42_stripe\n" });
  expect(await open()).toEqual([]);
});

/** Whatever was there: the run can be opened, used and closed, and nothing is left. */
async function expectWholeLife(): Promise<void> {
  await fill("42");
  expect(await ci("runner", "close", "42")).toMatchObject({ code: 0, stdout: "ci_42\nci_42_stripe\n", stderr: "" });
  expect(await open()).toEqual([]);
}

/** Opens a run and puts a table into it. */
async function fill(run: string): Promise<void> {
  expect(await ci("runner", "open", run)).toMatchObject({
    code: 0,
    stdout: `ci_${run}\nci_${run}_stripe\n`,
    stderr: "",
  });
  const client = await warehouse.cluster.connect({ user: "runner", password: passwords.runner ?? "" });
  await client.query(`create table if not exists ci_${run}_stripe.t (id int)`);
  await client.end();
}

/** Waits for the number of runner's sessions; a client that was killed leaves one that finishes its statement. */
async function until(condition: string, enough: (count: number) => boolean): Promise<void> {
  const sessions = `select count(*)::int as n from pg_stat_activity where usename = 'runner' and ${condition}`;
  for (;;) {
    // In a transaction the view would stay as it was first seen.
    await superuser.query("select pg_stat_clear_snapshot()");
    if (enough((await superuser.query(sessions)).rows[0].n)) return;
    await setTimeout(20);
  }
}
