import { beforeEach, describe, expect, test } from "vitest";
import type { AdminKind } from "../../../src/warehouses/postgresql/server/server";
import { call, leased, useCiBench } from "../../support/ciBench";

const ROSTER = `
sources: [stripe, b_c]
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: other, duty: ci, limits: { runs: 3 } }
`;

describe.each<AdminKind>(["managed", "superuser"])("deployed by a %s admin", (admin) => {
  const bench = useCiBench(ROSTER, admin);
  let { warehouse, testWarehouse, superuser, runner, other } = bench;
  beforeEach(() => {
    ({ warehouse, testWarehouse, superuser, runner, other } = bench);
  });

  const schemas = () => leased(runner);

  /** Waits until somebody waits for a lock. */
  async function untilSomebodyWaits(): Promise<void> {
    const waiting = "select count(*)::int as n from pg_locks where not granted";
    while ((await superuser.query(waiting)).rows[0].n === 0) await new Promise(setImmediate);
  }

  /** Writes a lease of the past on a schema. */
  const age = (schema: string, owner: string, run: string, expires: string) =>
    superuser.query(
      `comment on schema ${schema} is '{"run": "${run}", "owner": "${owner}", "opened": "2000-01-01", "expires": "${expires}"}'`,
    );

  async function ageAll(run: string, owner: string): Promise<void> {
    for (const schema of [`ci_${run}`, `ci_${run}_b_c`, `ci_${run}_stripe`])
      await age(schema, owner, run, "2000-01-02");
  }

  /** Another session of the service prolongs its run, a reap waits for that, and then it ends. @returns what was reaped */
  async function reapWhileProlonged(end: "commit" | "rollback"): Promise<unknown> {
    const second = await testWarehouse.logins.login("runner");
    await second.query("begin");
    await call(second, "open('42')");
    const reaped = call(runner, "reap('1 hour')");
    await untilSomebodyWaits();
    await second.query(end);
    await second.end();
    return reaped;
  }

  test("a run that is prolonged while a reap waits for it is left alone", async () => {
    await call(runner, "open('42')");
    await runner.query("create table ci_42_stripe.t (id int)");
    await ageAll("42", "runner");
    expect(await reapWhileProlonged("commit")).toEqual([]);
    expect(await schemas()).toHaveLength(3);
    expect((await runner.query("select count(*)::int as n from ci_42_stripe.t")).rows).toEqual([{ n: 0 }]);
  });

  test("a lease that was prolonged and rolled back is reaped as if nothing had been (positive control)", async () => {
    await call(runner, "open('42')");
    await ageAll("42", "runner");
    expect(await reapWhileProlonged("rollback")).toEqual(["ci_42", "ci_42_b_c", "ci_42_stripe"]);
  });

  test("without the second look, under lock, the reap would drop what was prolonged (sabotage)", async () => {
    const definition = "select pg_get_functiondef('ci.lock'::regproc) as sql";
    const { sql } = (await superuser.query<{ sql: string }>(definition)).rows[0] ?? { sql: "" };
    const blind = sql.replace("and n.xmin = lock.version", "");
    expect(blind).not.toBe(sql);
    await call(runner, "open('42')");
    await ageAll("42", "runner");
    const second = await testWarehouse.logins.login("runner");
    await second.query("begin");
    await call(second, "open('42')");
    await superuser.query(blind);
    const reaped = call(runner, "reap('1 hour')");
    await untilSomebodyWaits();
    await second.query("commit");
    await second.end();
    await superuser.query(sql);
    expect(await reaped).toContain("ci_42");
  });

  test.each([
    ["prolongs it", "select * from ci.open('42')"],
    ["reads a table of it", "select * from ci_42_stripe.t"],
  ])("an expired run whose owner %s in a transaction that stays open holds no other's up", async (_, sql) => {
    await call(other, "open('42')");
    await other.query("create table ci_42_stripe.t (id int)");
    await call(other, "open('43')");
    for (const run of ["42", "43"]) await ageAll(run, "other");
    await other.query(`begin; ${sql}`);
    const reaped = await call(runner, "reap('1 hour')");
    await other.query("rollback");
    expect(reaped).toEqual(expect.arrayContaining(["ci_43", "ci_43_b_c", "ci_43_stripe"]));
    expect(reaped).not.toContain("ci_42_stripe");
    expect((await runner.query("show lock_timeout")).rows).toEqual([{ lock_timeout: "0" }]);
  });

  test("a close that waits for another of the same run finds nothing left", async () => {
    await call(runner, "open('42')");
    const second = await testWarehouse.logins.login("runner");
    await second.query("begin");
    await call(second, "close('42')");
    const closed = call(runner, "close('42')");
    await untilSomebodyWaits();
    await second.query("commit");
    await second.end();
    expect(await closed).toEqual([]);
  });

  test("an open that waits for a close of the same run opens it anew", async () => {
    await call(runner, "open('42')");
    await runner.query("create table ci_42.t (id int)");
    const second = await testWarehouse.logins.login("runner");
    await second.query("begin");
    await call(second, "close('42')");
    const opened = call(runner, "open('42')");
    await untilSomebodyWaits();
    await second.query("commit");
    await second.end();
    expect(await opened).toHaveLength(3);
    await runner.query("create table ci_42.t (id int)");
  });

  test("a version that has been written since is not locked, and its lease stays", async () => {
    await call(runner, "open('42')");
    const deployer = await warehouse.cluster.connect(warehouse.cluster.admin);
    const lock = (version: string) => deployer.query(`select ci.lock('ci_42', '${version}') as locked`);
    const version = async () => (await deployer.query("select version from ci.lease('ci_42')")).rows[0].version;
    const before = await version();
    await call(runner, "open('42')");
    const after = await version();
    expect(after).not.toBe(before);
    expect((await lock(before)).rows).toEqual([{ locked: false }]);
    expect(await version()).toBe(after);
    await deployer.query("begin");
    expect((await lock(after)).rows).toEqual([{ locked: true }]);
    expect((await deployer.query("select * from ci.lease('ci_42')")).rows).toEqual([]);
    await deployer.query("rollback");
    await deployer.end();
    expect(await schemas()).toHaveLength(3);
  });

  test("a service that left and came back uses its run again; what it had made goes with the run", async () => {
    await call(other, "open('42')");
    await other.query("create table ci_42.t (id int)");
    await other.end();
    await warehouse.apply(ROSTER.replace(/.*name: other.*\n/, ""));
    testWarehouse = await warehouse.apply(ROSTER);
    other = await testWarehouse.logins.login("other");
    bench.other = other;
    await expect(other.query("create table ci_42.u (id int)")).rejects.toMatchObject({ code: "42501" });
    expect(await call(other, "open('42')")).toHaveLength(3);
    await other.query("create table ci_42.u (id int); create table ci_42_stripe.u (id int)");
    expect(await call(other, "close('42')")).toHaveLength(3);
  });

  test("what was revoked on a run's schema comes back with the next open", async () => {
    await call(runner, "open('42')");
    await superuser.query("revoke all on schema ci_42 from runner");
    await expect(runner.query("create table ci_42.t (id int)")).rejects.toMatchObject({ code: "42501" });
    await call(runner, "open('42')");
    await runner.query("create table ci_42.t (id int)");
  });

  test("a service has as many runs open as the roster says; what is open may be prolonged, and others' count for others", async () => {
    const refusal = {
      code: "53400",
      message: "3 runs of other are open, and it may have no more",
      hint: "Close or reap those that are over; the roster limits `runs`.",
    };
    for (const run of ["1", "2", "3"]) await call(other, `open('${run}')`);
    await expect(call(other, "open('4')")).rejects.toMatchObject(refusal);
    expect(await call(other, "open('3')")).toHaveLength(3);
    expect(await call(runner, "open('4')")).toHaveLength(3);
    await call(other, "close('1')");
    expect(await call(other, "open('5')")).toHaveLength(3);
  });

  test("opens at the same time do not get past the limit, and a role's comment stays", async () => {
    await superuser.query("comment on role other is 'for the builds'");
    for (const run of ["1", "2"]) await call(other, `open('${run}')`);
    const second = await testWarehouse.logins.login("other");
    await second.query("begin");
    await call(second, "open('3')");
    const fourth = call(other, "open('4')");
    const refused = expect(fourth).rejects.toMatchObject({ code: "53400" });
    await untilSomebodyWaits();
    await second.query("commit");
    await second.end();
    await refused;
    const { rows } = await superuser.query("select shobj_description('other'::regrole, 'pg_authid') as comment");
    expect(rows).toEqual([{ comment: "for the builds" }]);
  });

  test.each([
    `{"run": "`,
    `{"run": "x", "owner": "other", "opened": "soon", "expires": "2000-01-01"}`,
    `{"run": "x", "owner": "other", "opened": "99999999-01-01", "expires": "2000-01-01"}`,
    `{"run": "x", "owner": "other", "opened": "2000-01-01 00:00 Nowhere/At_All", "expires": "2000-01-01"}`,
    `{"run": "x", "owner": "other"}`,
    `{"run": "\\u0000", "owner": "other", "opened": "2000-01-01", "expires": "2000-01-02"}`,
    `{"run": "x"} {}`,
    `{"owner": "other", "run": "x"}`,
    `["run"]`,
    "",
  ])("a comment that is no lease, %j, is left, and keeps nothing else from being one", async (comment) => {
    const deployer = await warehouse.cluster.connect(warehouse.cluster.admin);
    await deployer.query(`create schema ci_41; comment on schema ci_41 is '${comment}'; create schema ci_40`);
    await call(other, "open('42')");
    expect(await schemas()).toEqual(["ci_42", "ci_42_b_c", "ci_42_stripe"]);
    await expect(call(other, "open('41')")).rejects.toMatchObject({ code: "42P06" });
    expect(await call(other, "reap('0')")).toEqual(["ci_42", "ci_42_b_c", "ci_42_stripe"]);
    await deployer.query("drop schema ci_41; drop schema ci_40");
    await deployer.end();
  });
});
