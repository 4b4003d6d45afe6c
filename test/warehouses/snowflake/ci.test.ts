/** The procedures that open and close CI's throw-away schemas, run as the services and as somebody else. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import type { Session } from "../../../src/warehouses/snowflake/session";
import { loaded } from "../../support/loaded";
import { bareHalf, newKey, startSnowflake, type TestSnowflake } from "../../support/snowflake";

const ROSTER = `
sources: [stripe, b_c]
developers: [{ name: ana }]
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci, limits: { schema_ttl: 1h } }
  - { name: other, duty: ci, limits: { runs: 2 } }
`;
const keys = { ana: newKey(), runner: newKey(), other: newKey() };

let snowflake: TestSnowflake;
let runner: Session;
let other: Session;
let ana: Session;

beforeAll(async () => {
  const publicKeys = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, [bareHalf(key)]]));
  snowflake = await startSnowflake({ publicKeys });
  await (await startStandIn(snowflake.target)).apply(loaded(ROSTER));
  [runner, other, ana] = await Promise.all([
    snowflake.connect("RUNNER", keys.runner),
    snowflake.connect("OTHER", keys.other),
    snowflake.connect("ANA", keys.ana),
  ]);
});

afterAll(async () => {
  for (const session of [runner, other, ana]) await session?.close();
  await snowflake?.stop();
});

afterEach(async () => {
  // Leases opened in this second are not older than now.
  snowflake.emulator.passTime(1);
  await call(runner, "REAP_RUNNER(0)");
  await call(other, "REAP_OTHER(0)");
});

async function call<T = string[]>(session: Session, procedure: string): Promise<T> {
  const [row] = await session.query(`CALL ANALYTICS.CI.${procedure}`);
  return Object.values(row ?? {})[0] as T;
}

interface Lease {
  readonly schema: string;
  readonly run: string;
  readonly owner: string;
  readonly opened: string;
  readonly expires: string;
}
const leases = () => call<Lease[]>(runner, "LEASES()");
const schemas = async () => (await leases()).map(({ schema }) => schema).sort();

test("open gives the run its schemas, close takes them away with what is in them", async () => {
  expect(await call(runner, "OPEN_RUNNER('42')")).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
  await runner.query("CREATE TABLE ANALYTICS.CI_42_STRIPE.T (ID INT)");
  await runner.query("CREATE VIEW ANALYTICS.CI_42.V AS SELECT ID FROM ANALYTICS.CI_42_STRIPE.T");
  expect(await call(runner, "CLOSE_RUNNER('42')")).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
  expect(await schemas()).toEqual([]);
});

test("a lease names run and owner and lasts as long as the roster says", async () => {
  await call(runner, "OPEN_RUNNER('42')");
  await call(other, "OPEN_OTHER('43')");
  const seen = (await leases())
    .filter(({ schema }) => schema === "CI_42" || schema === "CI_43")
    .map(({ run, owner, opened, expires }) => [run, owner, (Date.parse(expires) - Date.parse(opened)) / 1000]);
  expect(seen.sort()).toEqual([
    ["42", "runner", 3600],
    ["43", "other", 86_400],
  ]);
});

test("open again mends and prolongs one's own run", async () => {
  await call(runner, "OPEN_RUNNER('42')");
  await snowflake.admin(
    "DROP SCHEMA ANALYTICS.CI_42_STRIPE",
    "REVOKE USAGE ON SCHEMA ANALYTICS.CI_42 FROM ROLE RUNNER",
  );
  snowflake.emulator.passTime(60);
  const [before] = (await leases()).map(({ expires }) => expires);
  expect(await call(runner, "OPEN_RUNNER('42')")).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
  await runner.query("CREATE TABLE ANALYTICS.CI_42.T (ID INT)");
  for (const { expires } of await leases()) expect(Date.parse(expires)).toBeGreaterThan(Date.parse(before as string));
});

test("another service's run is out of reach", async () => {
  await call(runner, "OPEN_RUNNER('42')");
  await expect(call(other, "OPEN_OTHER('42')")).rejects.toThrow("a schema of this name exists and is not of your run");
  await expect(other.query("CREATE TABLE ANALYTICS.CI_42.T (ID INT)")).rejects.toMatchObject({ code: "002003" });
  expect(await call(other, "CLOSE_OTHER('42')")).toEqual([]);
  expect(await call(other, "REAP_OTHER(0)")).toEqual([]);
  for (const procedure of ["OPEN_RUNNER('44')", "CLOSE_RUNNER('42')", "REAP_RUNNER(0)"])
    await expect(call(other, procedure)).rejects.toMatchObject({ code: "002141" });
  expect(await schemas()).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
});

test("reap takes one's own old leases, and anybody's that have expired", async () => {
  await call(runner, "OPEN_RUNNER('old')");
  await call(other, "OPEN_OTHER('kept')");
  snowflake.emulator.passTime(2 * 3600);
  await call(runner, "OPEN_RUNNER('new')");
  expect(await call(runner, "REAP_RUNNER(1)")).toEqual(["CI_OLD", "CI_OLD_B_C", "CI_OLD_STRIPE"]);
  snowflake.emulator.passTime(23 * 3600);
  // Two hours and a day after it was opened, the lease of a day is over; the run of an hour has long been.
  expect(await call(runner, "REAP_RUNNER(24)")).toEqual(["CI_KEPT", "CI_KEPT_B_C", "CI_KEPT_STRIPE"]);
  expect(await schemas()).toEqual(["CI_NEW", "CI_NEW_B_C", "CI_NEW_STRIPE"]);
});

test("how a caller has times read ends nobody else's run", async () => {
  await call(runner, "OPEN_RUNNER('42')");
  // The first century, and no time at all.
  for (const format of ['"20"YYYY-MM-DD"T"HH24:MI:SS"Z"', "DD/MM/YYYY"]) {
    await other.query(`ALTER SESSION SET TIMESTAMP_INPUT_FORMAT = '${format}'`);
    expect(await call(other, "REAP_OTHER(0)"), format).toEqual([]);
  }
  await other.query("ALTER SESSION UNSET TIMESTAMP_INPUT_FORMAT");
  expect(await schemas()).toHaveLength(3);
});

test("a session that shows one row only closes and reaps all", async () => {
  await call(runner, "OPEN_RUNNER('42')");
  await runner.query("ALTER SESSION SET ROWS_PER_RESULTSET = 1");
  try {
    expect(await runner.query("SELECT 1 UNION ALL SELECT 2")).toHaveLength(1);
    expect(await call(runner, "CLOSE_RUNNER('42')")).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
  } finally {
    await runner.query("ALTER SESSION UNSET ROWS_PER_RESULTSET");
  }
});

describe("while one service reaps, another", () => {
  const A = ["CI_A", "CI_A_B_C", "CI_A_STRIPE"];
  const Z = ["CI_Z", "CI_Z_B_C", "CI_Z_STRIPE"];

  test("takes a name that has become free: its run stays", async () => {
    await call(runner, "OPEN_RUNNER('a')");
    await call(runner, "OPEN_RUNNER('z')");
    snowflake.emulator.passTime(1);
    snowflake.emulator.meanwhile(/DROP SCHEMA.*CI_A"/, [
      ["RUNNER", "CALL ANALYTICS.CI.CLOSE_RUNNER('z')"],
      ["OTHER", "CALL ANALYTICS.CI.OPEN_OTHER('z')"],
    ]);
    expect(await call(runner, "REAP_RUNNER(0)")).toEqual(A);
    expect((await leases()).map(({ schema, owner }) => [schema, owner]).sort()).toEqual(
      Z.map((name) => [name, "other"]),
    );
  });

  test("prolongs a run that had expired: it stays", async () => {
    await call(runner, "OPEN_RUNNER('a')");
    await call(other, "OPEN_OTHER('z')");
    snowflake.emulator.passTime(25 * 3600);
    snowflake.emulator.meanwhile(/DROP SCHEMA.*CI_A"/, [["OTHER", "CALL ANALYTICS.CI.OPEN_OTHER('z')"]]);
    expect(await call(runner, "REAP_RUNNER(0)")).toEqual(A);
    expect(await schemas()).toEqual(Z);
  });

  test("does nothing: what has expired is gone (positive control)", async () => {
    await call(other, "OPEN_OTHER('z')");
    snowflake.emulator.passTime(25 * 3600);
    expect(await call(runner, "REAP_RUNNER(0)")).toEqual(Z);
  });
});

test("a lease whose times mean nothing is left, and ends nobody's reaping", async () => {
  await snowflake.admin(
    `CREATE SCHEMA ANALYTICS.CI_ODD COMMENT = '{"run": "odd", "owner": "runner", "opened": "soon", "expires": "never"}'`,
  );
  await call(runner, "OPEN_RUNNER('42')");
  snowflake.emulator.passTime(1);
  expect(await call(runner, "REAP_RUNNER(0)")).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
  expect(await schemas()).toEqual([]);
  await expect(call(runner, "OPEN_RUNNER('odd')")).resolves.toContain("CI_ODD");
  await call(runner, "CLOSE_RUNNER('odd')");
});

test.each([`{"run": "`, `{"run": "42"}`, `["run"]`, "42", `{"owner": "runner"}`, ""])(
  "a comment that is no lease, %j, is left, and keeps nothing else from being one",
  async (comment) => {
    await snowflake.admin(`CREATE SCHEMA ANALYTICS.CI_41 COMMENT = '${comment}'`);
    await call(runner, "OPEN_RUNNER('42')");
    expect(await schemas()).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
    snowflake.emulator.passTime(1);
    expect(await call(runner, "REAP_RUNNER(0)")).toEqual(["CI_42", "CI_42_B_C", "CI_42_STRIPE"]);
    await snowflake.admin("DROP SCHEMA ANALYTICS.CI_41");
  },
);

test("a service has as many runs open as the roster says; what is open may be prolonged, and others' count for others", async () => {
  for (const run of ["1", "2"]) await call(other, `OPEN_OTHER('${run}')`);
  await expect(call(other, "OPEN_OTHER('3')")).rejects.toThrow("2 runs of other are open, and it may have no more");
  expect(await call(other, "OPEN_OTHER('2')")).toHaveLength(3);
  expect(await call(runner, "OPEN_RUNNER('3')")).toHaveLength(3);
  await call(other, "CLOSE_OTHER('1')");
  expect(await call(other, "OPEN_OTHER('4')")).toHaveLength(3);
});

test.each([
  "''",
  "NULL",
  "'A'",
  "'a-b'",
  "'a__b'",
  "'_a'",
  "'a_'",
  "'a b'",
  "'é'",
  "'a\\nb'",
  "'123456789012345678901'",
  `'x" AUTHORIZATION'`,
  `'x"; DROP SCHEMA ANALYTICS.PROD; --'`,
  `'x'' OR 1=1'`,
])("a run called %s is refused and makes nothing", async (run) => {
  await expect(call(runner, `OPEN_RUNNER(${run})`)).rejects.toThrow("bad run: 1 to 20 lower-case letters and digits");
  expect(await schemas()).toEqual([]);
});

test.each([`'x'' OR ''1''=''1'`, "'%'", "'*'", "NULL"])(
  "close(%s) closes nothing that is not called so",
  async (run) => {
    await call(runner, "OPEN_RUNNER('42')");
    expect(await call(runner, `CLOSE_RUNNER(${run})`)).toEqual([]);
    expect(await schemas()).toHaveLength(3);
  },
);

test("what is no lease is never touched", async () => {
  await snowflake.admin(
    "CREATE SCHEMA ANALYTICS.CI_BYHAND",
    "CREATE SCHEMA ANALYTICS.CI_NOTES COMMENT = 'opened long ago'",
    `CREATE SCHEMA ANALYTICS.ELSEWHERE COMMENT = '{"run": "x", "owner": "runner", "opened": "2000-01-01T00:00:00Z", "expires": "2000-01-02T00:00:00Z"}'`,
  );
  await expect(call(runner, "OPEN_RUNNER('byhand')")).rejects.toThrow("a schema of this name exists");
  expect(await call(runner, "CLOSE_RUNNER('x')")).toEqual([]);
  expect(await call(runner, "REAP_RUNNER(0)")).toEqual([]);
  const left = await snowflake.admin("SHOW SCHEMAS IN DATABASE ANALYTICS");
  expect(left.map(({ name }) => name)).toEqual(expect.arrayContaining(["CI_BYHAND", "CI_NOTES", "ELSEWHERE"]));
});

test("CI cannot forge a lease, make a schema or open one to itself", async () => {
  await call(runner, "OPEN_RUNNER('42')");
  for (const statement of [
    "COMMENT ON SCHEMA ANALYTICS.CI_42 IS 'mine for ever'",
    "ALTER SCHEMA ANALYTICS.CI_42 RENAME TO ANALYTICS.PROD_NEW",
    "DROP SCHEMA ANALYTICS.CI_42",
    "CREATE SCHEMA ANALYTICS.CI_43",
  ])
    await expect(runner.query(statement), statement).rejects.toMatchObject({ code: "003001" });
  await expect(runner.query("GRANT USAGE ON SCHEMA ANALYTICS.CI_42 TO ROLE CI")).rejects.toThrow("Grant not executed");
});

test("nobody but the service may call its procedures", async () => {
  for (const procedure of ["OPEN_RUNNER('42')", "LEASES()"])
    await expect(call(ana, procedure)).rejects.toMatchObject({ code: "002003" });
});
