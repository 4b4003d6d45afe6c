import { beforeEach, expect, test } from "vitest";
import { call, leased, useCiBench } from "../../support/ciBench";

const ROSTER = `
sources: [stripe, b_c]
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci, limits: { schema_ttl: 1h } }
  - { name: other, duty: ci }
`;

const bench = useCiBench(ROSTER);
let { warehouse, testWarehouse, superuser, runner, other } = bench;
beforeEach(() => {
  ({ warehouse, testWarehouse, superuser, runner, other } = bench);
});

const schemas = () => leased(runner);

test("open gives the run its schemas, close takes them away with what is in them", async () => {
  expect(await call(runner, "open('42')")).toEqual(["ci_42", "ci_42_b_c", "ci_42_stripe"]);
  await runner.query("create table ci_42_stripe.t (id int); insert into ci_42_stripe.t values (1)");
  await runner.query("create view ci_42.v as select * from ci_42_stripe.t");
  expect(await call(runner, "close('42')")).toEqual(["ci_42", "ci_42_b_c", "ci_42_stripe"]);
  expect(await schemas()).toEqual([]);
});

test("a lease names run and owner and lasts as long as the roster says", async () => {
  await call(runner, "open('42')");
  await call(other, "open('43')");
  const { rows } = await runner.query(
    "select distinct run, owner, extract(epoch from expires - opened)::int as seconds from ci.leases() order by run",
  );
  expect(rows).toEqual([
    { run: "42", owner: "runner", seconds: 3600 },
    { run: "43", owner: "other", seconds: 86_400 },
  ]);
});

test("open again keeps what is there, mends what is missing and prolongs the lease", async () => {
  await call(runner, "open('42')");
  await runner.query("create table ci_42.t (id int)");
  const admin = await warehouse.cluster.connect(warehouse.cluster.admin);
  await admin.query("drop schema ci_42_stripe");
  await admin.end();
  const expiry = "select min(expires) as t from ci.leases() where schema = 'ci_42'";
  const before = (await runner.query(expiry)).rows[0].t;
  expect(await call(runner, "open('42')")).toHaveLength(3);
  expect(await schemas()).toContain("ci_42_stripe");
  expect((await runner.query("select count(*)::int as n from ci_42.t")).rows).toEqual([{ n: 0 }]);
  expect((await runner.query(expiry)).rows[0].t.getTime()).toBeGreaterThan(before.getTime());
});

test("a run of somebody else is neither opened nor closed", async () => {
  await call(runner, "open('42')");
  await expect(call(other, "open('42')")).rejects.toMatchObject({
    code: "42P06",
    message: "schema ci_42 exists and is not of your run '42'",
  });
  expect(await call(other, "close('42')")).toEqual([]);
  await expect(other.query("create table ci_42.t (id int)")).rejects.toMatchObject({ code: "42501" });
  expect(await schemas()).toHaveLength(3);
});

test("two runs whose schema names would meet do not: ci_a_b_c is run a's or run a_b's", async () => {
  await call(runner, "open('a')");
  await expect(call(runner, "open('a_b_c')")).rejects.toMatchObject({ code: "42P06" });
  expect(await call(runner, "close('a_b_c')")).toEqual([]);
  expect(await schemas()).toEqual(["ci_a", "ci_a_b_c", "ci_a_stripe"]);
});

test("the same run opened by two sessions at once opens once", async () => {
  const second = await testWarehouse.logins.login("runner");
  await runner.query("begin");
  const first = call(runner, "open('42')");
  await first;
  // The second waits for the first to commit, and then finds the run open.
  const concurrent = call(second, "open('42')");
  await runner.query("commit");
  expect(await concurrent).toEqual(await first);
  await second.end();
  expect(await schemas()).toHaveLength(3);
});

test("an aborted open leaves nothing", async () => {
  await runner.query("begin");
  await call(runner, "open('42')");
  await runner.query("rollback");
  expect(await schemas()).toEqual([]);
});

test("reap takes own leases by age, and others' only once they have expired", async () => {
  await call(runner, "open('42')");
  await call(other, "open('43')");
  expect(await call(runner, "reap('1 hour')")).toEqual([]);
  await superuser.query(
    `comment on schema ci_43 is '{"run": "43", "owner": "other", "opened": "2000-01-01", "expires": "2000-01-02"}'`,
  );
  expect(await call(runner, "reap('1 hour')")).toEqual(["ci_43"]);
  expect(await call(runner, "reap('0')")).toEqual(["ci_42", "ci_42_b_c", "ci_42_stripe"]);
  expect(await schemas()).toEqual(["ci_43_b_c", "ci_43_stripe"]);
});

test("a run that another service opens while this one reaps is left alone", async () => {
  await call(runner, "open('a')");
  await call(runner, "open('z')");
  await runner.query("create table ci_a.t (id int)");
  const second = await testWarehouse.logins.login("runner");
  await second.query("begin; lock table ci_a.t in access share mode");
  const reaped = call(runner, "reap('0')");
  const waits = "select exists (select from pg_locks where not granted) as waits";
  while (!(await other.query(waits)).rows[0].waits) await new Promise(setImmediate);
  const third = await testWarehouse.logins.login("runner");
  await call(third, "close('z')");
  await third.end();
  await call(other, "open('z')");
  await second.end();
  expect(await reaped).toEqual(["ci_a", "ci_a_b_c", "ci_a_stripe"]);
  const { rows } = await other.query("select distinct owner from ci.leases()");
  expect(rows).toEqual([{ owner: "other" }]);
});

test.each(["repeatable read", "serializable"])("%s: leases of an old snapshot end nobody's run", async (isolation) => {
  await call(runner, "open('42')");
  const second = await testWarehouse.logins.login("runner");
  for (const expression of ["open('42')", "close('42')", "reap('0')"]) {
    await second.query(`begin isolation level ${isolation}; select 1`);
    await expect(call(second, expression)).rejects.toMatchObject({
      code: "25000",
      message: `ci.${expression.split("(")[0]} needs a transaction that is read committed: any other sees leases that may be over`,
    });
    await second.query("rollback");
  }
  await second.end();
  expect(await schemas()).toHaveLength(3);
});

test("only a CI service of the roster opens schemas, whoever may execute the function", async () => {
  const admin = await warehouse.cluster.connect(warehouse.cluster.admin);
  await expect(call(admin, "open('42')")).rejects.toMatchObject({
    code: "42501",
    message: "warehouse_admin is not a CI service of the roster",
  });
  await admin.end();
});

test("the caller's search_path is left as it was", async () => {
  await runner.query("set search_path = ci, public");
  for (const expression of ["open('42')", "close('42')", "reap('1 day')"]) {
    await runner.query("begin");
    await call(runner, expression);
    expect((await runner.query("show search_path")).rows).toEqual([{ search_path: "ci, public" }]);
    await runner.query("commit");
  }
});

test.each([
  // 99 hours away: what is written in it is out of the range that is read.
  "timezone = '<X>-99'",
  // In PostgreSQL 18 a zone's own abbreviations come first.
  "timezone = '<UTC>-5'",
  "datestyle = 'SQL, DMY'",
  "intervalstyle = 'sql_standard'",
  "standard_conforming_strings = off",
  "transform_null_equals = on",
  "quote_all_identifiers = on",
])("a session with %s opens and closes as any other", async (setting) => {
  await runner.query(`set ${setting}`);
  const before = (await runner.query("show timezone")).rows;
  await runner.query("begin");
  await call(runner, "open('42')");
  expect((await runner.query("show timezone")).rows).toEqual(before);
  await runner.query("commit");
  const { rows } = await other.query(
    "select extract(epoch from opened - now())::int / 60 as away, expires - opened = '1 hour' as hour from ci.leases()",
  );
  expect(rows).toEqual(Array.from({ length: 3 }, () => ({ away: 0, hour: true })));
  expect(await call(runner, "close('42')")).toHaveLength(3);
});

test("a bad run gets a reason", async () => {
  await expect(call(runner, "open('Feature-1')")).rejects.toMatchObject({
    code: "22023",
    message: "bad run 'Feature-1'",
    hint: "A run is 1 to 20 lower-case letters and digits, in words joined by single underscores.",
  });
});
