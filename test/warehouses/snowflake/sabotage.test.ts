/** What is wrong on Snowflake is found, and named: grants that are missing, and what somebody added by hand. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { partsOf } from "../../../src/proof/attacks";
import { createFixtures } from "../../../src/proof/createFixtures";
import { proveLimits } from "../../../src/proof/limits";
import { watchLeavers } from "../../../src/proof/offboarding";
import { prove } from "../../../src/proof/prove";
import { as } from "../../../src/proof/session";
import { outcomeOf } from "../../../src/proof/statement";
import type { Fault } from "../../../src/proof/verdict";
import { examine } from "../../../src/rehearsal/rehearse";
import { procedureBody } from "../../../src/warehouses/snowflake/deploy/ciProcedures";
import { identifier, literal } from "../../../src/warehouses/snowflake/quote";
import { SCRIPTED_DATA_ATTACKS } from "../../../src/warehouses/snowflake/rehearsal/attacks/data";
import { SCRIPTED_ROLE_ATTACKS } from "../../../src/warehouses/snowflake/rehearsal/attacks/roles";
import { SCRIPTED_CI_ATTACKS } from "../../../src/warehouses/snowflake/rehearsal/attacks/scriptedCi";
import type { SnowflakeTestWarehouse } from "../../../src/warehouses/snowflake/rehearsal/testWarehouse";
import { startEmulated } from "../../../src/warehouses/snowflake/server/emulated";
import { rehearseOn, type SnowflakeWarehouse, startSnowflakeWarehouse } from "../../support/snowflakeWarehouse";

/** Small, with every kind of thing in it. */
const ROSTER = `
sources: [{ name: hr, readers: [ana] }]
developers: [{ name: ana }, { name: ben, share: team }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci, limits: { runs: 3 } }]
limits: { developer: { statement_timeout: 1min } }
`;

let warehouse: SnowflakeWarehouse;
let testWarehouse: SnowflakeTestWarehouse;

beforeAll(async () => {
  warehouse = await startSnowflakeWarehouse(ROSTER);
  await warehouse.testServer.layOut(warehouse.access(ROSTER).paths.plan);
  testWarehouse = await warehouse.apply(ROSTER);
  await testWarehouse.adopt();
});

afterAll(() => warehouse?.stop());

const quiet = () => {};

async function run(sql: string): Promise<void> {
  for (const statement of sql.split("; ")) await testWarehouse.logins.admin.query(statement);
}

/** The objects that are made after the apply are made again, so that future grants matter. */
async function forgetCreated(): Promise<void> {
  const { admin, database } = testWarehouse.logins;
  for (const [schema, times] of await testWarehouse.fixtureTimesOf()) {
    if (!times.includes("after")) continue;
    const named = (kind: string) => identifier(database, schema, `after_${kind}`);
    for (const kind of ["table", "base"]) await admin.query(`drop table if exists ${named(kind)}`);
    await admin.query(`drop view if exists ${named("view")}`);
    await admin.query(`drop materialized view if exists ${named("matview")}`);
    await admin.query(`drop dynamic table if exists ${named("dynamic")}`);
    await admin.query(`drop function if exists ${named("function")}()`);
    await admin.query(`drop procedure if exists ${named("procedure")}()`);
  }
}

async function permissionFaults(): Promise<readonly Fault[]> {
  await forgetCreated();
  const fixtures = await createFixtures(testWarehouse, "after");
  const { verdict } = await prove(testWarehouse, fixtures.schemas);
  return [...fixtures.verdict.faults, ...verdict.faults];
}

async function attackFaults(): Promise<readonly Fault[]> {
  await forgetCreated();
  const { runs } = await createFixtures(testWarehouse, "after");
  return [...(await proveLimits(testWarehouse)).faults, ...(await testWarehouse.attack(runs, quiet)).faults];
}

/** [grant that the program made, what a fault must say when it is gone] */
const GRANTS: readonly [string, RegExp][] = [
  ["usage on schema PROD_HR to role READ_PROD_HR", /^ana may read prod_hr$/],
  ["select on table PROD_HR.BEFORE_TABLE to role READ_PROD_HR", /^ana may read prod_hr$/],
  ["select on dynamic table PROD_HR.BEFORE_DYNAMIC to role READ_PROD_HR", /^ana may read prod_hr$/],
  ["select on future tables in schema PROD to role READ_PROD", /^ana may read prod$/],
  ["select on future views in schema BEN_HR to role DEVELOPER", /^ana may read ben_hr$/],
  ["select on future dynamic tables in schema PROD_HR to role READ_PROD_HR", /^ana may read prod_hr$/],
  ["usage on database ANALYTICS to role CI", /^runner may (open a run|read prod)$/],
  ["usage on procedure CI.OPEN_RUNNER(varchar) to role RUNNER", /^runner may open a run$/],
  ["usage on warehouse PROD to role PROD", /^jobs may (use warehouse prod|read prod)$/],
  ["role READ_PROD_HR to role ANA", /^ana may read prod_hr$/],
  ["role DEVELOPER to role BEN", /^ben may read prod$/],
];

test.each(GRANTS)("a missing grant is found: %s", async (grant, named) => {
  await run("use database ANALYTICS");
  await run(`revoke ${grant.replace(" to role ", " from role ")}`);
  const faults = await permissionFaults().finally(() => run(`grant ${grant}`));
  expect(faults.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(named));
});

/** [what is done by hand, how it is undone, what a fault must say] */
const ADDED: readonly [string, string, RegExp][] = [
  ["grant role PROD to user BEN", "revoke role PROD from user BEN", /^ben may set role prod$/],
  ["grant role ANA to role BEN", "revoke role ANA from role BEN", /^ben may insert ana_hr$/],
  [
    "grant insert on table PROD_HR.BEFORE_TABLE to role ANA",
    "revoke insert on table PROD_HR.BEFORE_TABLE from role ANA",
    /^ana may insert prod_hr$/,
  ],
  [
    "grant create table on schema PROD_HR to role READ_PROD_HR",
    "revoke create table on schema PROD_HR from role READ_PROD_HR",
    /^ana may create table prod_hr$/,
  ],
  [
    "grant create schema on database ANALYTICS to role DEVELOPER",
    "revoke create schema on database ANALYTICS from role DEVELOPER",
    /^ben may create schema /,
  ],
  [
    "grant usage on schema ANA_HR to role PUBLIC; grant select on future tables in schema ANA_HR to role PUBLIC",
    "revoke usage on schema ANA_HR from role PUBLIC; revoke select on future tables in schema ANA_HR from role PUBLIC",
    /^ben may read ana_hr$/,
  ],
  [
    "grant usage on warehouse PROD to role DEVELOPER",
    "revoke usage on warehouse PROD from role DEVELOPER",
    /^ben may use warehouse prod$/,
  ],
];

test.each(ADDED)("what was added by hand is found: %s", async (add, undo, named) => {
  await run("use database ANALYTICS");
  await run(add);
  const faults = await permissionFaults().finally(() => run(undo));
  expect(faults.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(named));
});

/** [what is done by hand, how it is undone, which attack or limit notices] */
const BROKEN: readonly [string, string, RegExp][] = [
  ["grant create role on account to role DEVELOPER", "revoke create role on account from role DEVELOPER", /new role/],
  [
    "grant modify on warehouse CI to role CI",
    "revoke modify on warehouse CI from role CI; alter warehouse CI set STATEMENT_TIMEOUT_IN_SECONDS = 1800",
    /warehouse abuse/,
  ],
  ["grant role PROD to user ANA", "revoke role PROD from user ANA", /secondary roles/],
  [
    "grant usage on schema CI to role DEVELOPER; grant usage on procedure CI.OPEN_RUNNER(varchar) to role DEVELOPER",
    "revoke usage on schema CI from role DEVELOPER; revoke usage on procedure CI.OPEN_RUNNER(varchar) from role DEVELOPER",
    /ci procedures for others, by ana/,
  ],
  [
    "alter user JOBS set DEFAULT_NAMESPACE = ANALYTICS.ANA",
    "alter user JOBS set DEFAULT_NAMESPACE = ANALYTICS.PROD",
    /trojan view/,
  ],
  [
    "grant usage on future functions in schema PROD_HR to role READ_PROD_HR",
    "revoke usage on future functions in schema PROD_HR from role READ_PROD_HR",
    /function behind prod's view/,
  ],
  [
    "alter warehouse DEVELOPER unset STATEMENT_TIMEOUT_IN_SECONDS",
    "alter warehouse DEVELOPER set STATEMENT_TIMEOUT_IN_SECONDS = 60",
    /^ana has statement_timeout/,
  ],
  [
    "alter warehouse DEVELOPER set RESOURCE_MONITOR = CI",
    "alter warehouse DEVELOPER set RESOURCE_MONITOR = DEVELOPER",
    /^the monitor of "DEVELOPER"$/,
  ],
  [
    "alter user BEN set DEFAULT_WAREHOUSE = PROD",
    "alter user BEN set DEFAULT_WAREHOUSE = DEVELOPER",
    /^ben computes on$/,
  ],
];

test("limits find: somebody who starts with all secondary roles", async () => {
  await run("alter user BEN set DEFAULT_SECONDARY_ROLES = ('ALL')");
  const { faults } = await proveLimits(testWarehouse).finally(() =>
    run("alter user BEN set DEFAULT_SECONDARY_ROLES = ()"),
  );
  expect(faults.map(({ subject }) => subject)).toEqual(["ben starts with all secondary roles"]);
});

test.each(BROKEN)("attacks and limits find: %s", async (add, undo, named) => {
  await run("use database ANALYTICS");
  await run(add);
  const faults = await attackFaults().finally(() => run(undo));
  expect(faults.map(({ subject }) => subject)).toContainEqual(expect.stringMatching(named));
});

/** [what is granted by hand, to whom, which attack notices] */
const OPENED: readonly [string, string, RegExp][] = [
  ["create database on account", "BEN", /^attack: new database, by ben$/],
  ["create network policy on account", "RUNNER", /^attack: network policy, by runner$/],
  ["create schema on database ANALYTICS", "ANA", /^attack: clone of production, by ana$/],
  ["usage on schema ANALYTICS.PROD_HR", "BEN", /^attack: load into production, by ben$/],
  ["select on table ANALYTICS.PROD_HR.AFTER_TABLE", "BEN", /^attack: copy of what is closed, by ben$/],
  ["insert on table ANALYTICS.PROD_HR.AFTER_TABLE", "BEN", /^attack: load into production, by ben$/],
  ["usage on warehouse PROD", "DEVELOPER", /^attack: refresh on others' compute, by ana$/],
];

test("attacks by data, compute and login find what was opened by hand", async () => {
  await forgetCreated();
  const { runs } = await createFixtures(testWarehouse, "after");
  for (const [what, role] of OPENED) await run(`grant ${what} to role ${role}`);
  const { faults } = await testWarehouse.attack(runs, quiet).finally(async () => {
    for (const [what, role] of OPENED) await run(`revoke ${what} from role ${role}`);
  });
  const subjects = faults.map(({ subject }) => subject);
  for (const [, , named] of OPENED) expect(subjects).toContainEqual(expect.stringMatching(named));
});

test.each(["undrop", "default role"])("%s: who has got PROD is found", async (name) => {
  await forgetCreated();
  await createFixtures(testWarehouse, "after");
  const { logins, paths } = testWarehouse;
  const scriptedAttack = [...SCRIPTED_DATA_ATTACKS, ...SCRIPTED_ROLE_ATTACKS].find((each) => each.name === name);
  const context = { ...partsOf(paths.plan, new Map()), logins, database: "ANALYTICS" };
  expect(await scriptedAttack?.run(context)).toBeUndefined();
  await run("grant role PROD to user BEN; grant role PROD to role BEN");
  const wrong = await scriptedAttack
    ?.run(context)
    .finally(() => run("revoke role PROD from user BEN; revoke role PROD from role BEN"));
  expect(wrong).toMatch(/^ben.*: expected DENIED, got ALLOWED$/);
});

/** [what is done by hand, how it is undone, what a spent quota then does] */
const QUOTAS: readonly [string, string, string, string][] = [
  [
    "alter warehouse PROD set RESOURCE_MONITOR = DEVELOPER",
    "alter warehouse PROD set RESOURCE_MONITOR = PROD",
    "jobs computes while the quota of developer is spent",
    "ALLOWED",
  ],
  [
    "alter warehouse DEVELOPER unset RESOURCE_MONITOR",
    "alter warehouse DEVELOPER set RESOURCE_MONITOR = DEVELOPER",
    "ben computes while the quota of developer is spent",
    "090073",
  ],
];

test.each(QUOTAS)("a spent quota that stops the wrong people is found: %s", async (add, undo, subject, expected) => {
  await run(add);
  const { faults } = await proveLimits(testWarehouse).finally(() => run(undo));
  expect(faults).toContainEqual(expect.objectContaining({ subject, expected }));
});

test("a spent quota of developers stops developers, and production runs", async () => {
  const { logins } = testWarehouse;
  const compute = (who: string) =>
    outcomeOf(
      as(logins.login(who), (client) => client.query("select count(*) from ANALYTICS.INFORMATION_SCHEMA.TABLES")),
    );
  logins.spend?.("DEVELOPER", 100);
  try {
    expect(await compute("ana")).toEqual({
      allowed: false,
      code: "090073",
      message: "Warehouse 'DEVELOPER' cannot be resumed because resource monitor 'DEVELOPER' has exceeded its quota.",
    });
    for (const who of ["jobs", "runner"]) expect(await compute(who)).toEqual({ allowed: true });
  } finally {
    logins.spend?.("DEVELOPER", -100);
  }
  expect(await compute("ana")).toEqual({ allowed: true });
});

test("procedures that read times as their caller's session does are found", async () => {
  const { logins, paths } = testWarehouse;
  const body = procedureBody("reap", "ANALYTICS", ["hr"], { name: "runner", limits: {} });
  const replace = (text: string) =>
    logins.admin.query(
      `create or replace procedure ANALYTICS.CI.REAP_RUNNER(HOURS number) copy grants returns array language sql execute as owner as ${literal(text)}`,
    );
  const scriptedAttack = SCRIPTED_CI_ATTACKS.find(({ name }) => name === "ci hostile session");
  const context = { ...partsOf(paths.plan, new Map()), logins, database: "ANALYTICS" };
  expect(await scriptedAttack?.run(context)).toBeUndefined();
  await replace(body.replaceAll(/, 'YYYY[^']*'\)/g, ")"));
  expect(await scriptedAttack?.run(context).finally(() => replace(body))).toBe("dropped ci_other");
  expect(await scriptedAttack?.run(context)).toBeUndefined();
});

test("limits find: a service that opens more runs than the roster says", async () => {
  const { logins } = testWarehouse;
  const body = (runs: number) =>
    procedureBody("open", "ANALYTICS", ["hr"], { name: "runner", limits: { schemaTtl: 86_400_000, runs } });
  const replace = (text: string) =>
    logins.admin.query(
      `create or replace procedure ANALYTICS.CI.OPEN_RUNNER(RUN varchar) copy grants returns array language sql execute as owner as ${literal(text)}`,
    );
  expect((await proveLimits(testWarehouse)).faults).toEqual([]);
  await replace(body(4));
  const { faults } = await proveLimits(testWarehouse).finally(() => replace(body(3)));
  expect(faults).toMatchObject([{ subject: "runner opens runs", expected: "3, then -20003" }]);
});

test("an account from before behavior change 2395 is found: owners may give their code to prod", async () => {
  const former = await rehearseOn(await startEmulated({ ownershipGifts: true }), [ROSTER]);
  try {
    const open = await former.apply(ROSTER);
    const { runs } = await createFixtures(open, "after");
    const { faults } = await open.attack(runs, quiet);
    expect(new Set(faults.map(({ subject }) => subject))).toEqual(
      new Set(["attack: ownership gift, by ana", "attack: ownership gift, by ben"]),
    );
  } finally {
    await former.stop();
  }
});

test("after all that, nothing is wrong", async () => {
  await forgetCreated();
  expect((await examine(testWarehouse, { onProgress: quiet })).verdict.faults).toEqual([]);
});

test("a leaver's code that runs with the rights of who removed them is found", async () => {
  const other = await startSnowflakeWarehouse(ROSTER);
  try {
    await other.testServer.layOut(other.access(ROSTER).paths.plan);
    const left = await other.apply(ROSTER);
    const { paths, logins } = left;
    await left.adopt();
    await createFixtures(left, "before");
    const proveLeft = await watchLeavers(
      left,
      paths.plan.identities.filter(({ name }) => name === "ana"),
    );
    // What the provider does by itself.
    await logins.admin.query("drop user ANA");
    await logins.admin.query("drop role ANA");
    const { faults } = await proveLeft();
    const call = `call "ANALYTICS"."ANA"."SUDO"('grant role "PROD" to role "ONE_ENV_NOBODY"')`;
    expect(faults.map(({ subject, expected, got }) => [subject, expected, got])).toEqual([
      [`ana, removed: ${call}`, "003102", "ALLOWED"],
      [`ana, removed: ben: ${call}`, "002003", "ALLOWED"],
    ]);
  } finally {
    await other.stop();
  }
});
