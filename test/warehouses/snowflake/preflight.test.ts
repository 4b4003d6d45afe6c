/** What stands in the way of a deployment is told before anything is declared; each test mends what it found. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { parseRoster } from "../../../src/roster/parse";
import type { StackState } from "../../../src/warehouses/snowflake/deploy/stackState";
import { preflight } from "../../../src/warehouses/snowflake/preflight/preflight";
import { behaviorChangeWarnings } from "../../../src/warehouses/snowflake/preflight/warnings";
import type { Connection, Settings } from "../../../src/warehouses/snowflake/settings";
import { bareHalf, newKey, stackState, startSnowflake, type TestSnowflake } from "../../support/snowflake";

const ROSTER = `
sources: [hr]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }]
`;
const key = newKey();
let snowflake: TestSnowflake;
let good: Settings;
let admin: Connection;
/** Deploys with a role of its own, with no more than it needs. */
let deployer: Connection;

beforeAll(async () => {
  snowflake = await startSnowflake();
  good = { ...snowflake.target.settings, team: "team.yaml" };
  admin = { ...snowflake.target.connection, keyInEnvironment: false };
  deployer = { ...admin, user: "PIPELINE", privateKey: key, role: "DEPLOYER" };
  await snowflake.admin(
    "CREATE ROLE DEPLOYER",
    "GRANT ROLE DEPLOYER TO ROLE SYSADMIN",
    `CREATE USER PIPELINE TYPE = SERVICE RSA_PUBLIC_KEY = '${bareHalf(key)}'`,
    "GRANT ROLE DEPLOYER TO USER PIPELINE",
  );
});
afterAll(() => snowflake?.stop());

function plan(yaml = ROSTER) {
  const { roster } = parseRoster(yaml, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  return deriveAccess(roster, new Date("2026-01-01"));
}

const check = (settings: Partial<Settings> = {}, connection = admin, yaml = ROSTER, made: Partial<StackState> = {}) =>
  preflight(connection, { ...good, ...settings }, plan(yaml), stackState(made));

/** The lines that a check is refused with. */
async function problemsOf(checked: Promise<unknown>): Promise<string[]> {
  return checked.then(
    () => [],
    (error: Error) => error.message.split("\n"),
  );
}

test("ACCOUNTADMIN may deploy, and learns which schemas exist", async () => {
  await snowflake.admin("CREATE SCHEMA ANALYTICS.PROD_HR", "CREATE TRANSIENT SCHEMA ANALYTICS.ANA");
  const { schemas } = await check();
  expect(schemas.get("PROD_HR")).toMatchObject({ transient: false });
  expect(schemas.get("ANA")).toMatchObject({ transient: true });
  await snowflake.admin("DROP SCHEMA ANALYTICS.PROD_HR", "DROP SCHEMA ANALYTICS.ANA");
});

test("all that a role lacks is told at once, with the statements that give it; then it may deploy", async () => {
  expect(await problemsOf(check({}, deployer))).toEqual([
    "database `ANALYTICS` does not exist, or `DEPLOYER` may not see it",
    '  help: create it (CREATE DATABASE "ANALYTICS"), or set `one-environment:database`',
  ]);
  await snowflake.admin("GRANT USAGE ON DATABASE ANALYTICS TO ROLE DEPLOYER");
  const problems = await problemsOf(check({}, deployer));
  expect(problems).toEqual([
    '`DEPLOYER` lacks CREATE ROLE: GRANT CREATE ROLE ON ACCOUNT TO ROLE "DEPLOYER"',
    '`DEPLOYER` lacks MANAGE GRANTS: GRANT MANAGE GRANTS ON ACCOUNT TO ROLE "DEPLOYER"',
    '`DEPLOYER` lacks CREATE WAREHOUSE: GRANT CREATE WAREHOUSE ON ACCOUNT TO ROLE "DEPLOYER"',
    '`DEPLOYER` lacks CREATE USER: GRANT CREATE USER ON ACCOUNT TO ROLE "DEPLOYER"',
    '`DEPLOYER` may not create schemas: GRANT USAGE, CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER"',
    "`DEPLOYER` is not above `SYSADMIN` and would lose what it gives away: deploy with a role above it, or set `one-environment:parentRole` to `DEPLOYER`",
    "only ACCOUNTADMIN makes resource monitors: deploy with it, or set `one-environment:resourceMonitors` to `false`",
  ]);
  const grants = problems.flatMap((problem) => problem.match(/GRANT .*/) ?? []);
  await snowflake.admin(...grants);
  const { schemas } = await check({ parentRole: "DEPLOYER", resourceMonitors: false }, deployer);
  expect([...schemas.keys()]).toContain("PUBLIC");
  // Who deployed once and does no more is somebody else.
  const other = await problemsOf(check());
  expect(other).toEqual([
    '`DEPLOYER` has CREATE SCHEMA on the database: REVOKE CREATE SCHEMA ON DATABASE "ANALYTICS" FROM ROLE "DEPLOYER"',
  ]);
  await snowflake.admin(...other.map((problem) => problem.replace(/.*: REVOKE/, "REVOKE")));
});

test("what everybody has in the database is told with the statements that take it away", async () => {
  await snowflake.admin(
    "GRANT USAGE ON DATABASE ANALYTICS TO ROLE PUBLIC",
    "GRANT CREATE TABLE ON SCHEMA ANALYTICS.PUBLIC TO ROLE PUBLIC",
    "CREATE TABLE ANALYTICS.PUBLIC.T (ID INT)",
    "GRANT OWNERSHIP ON TABLE ANALYTICS.PUBLIC.T TO ROLE PUBLIC",
    "CREATE FUNCTION ANALYTICS.PUBLIC.F(X INT) RETURNS INT AS 'X'",
    "GRANT USAGE ON FUNCTION ANALYTICS.PUBLIC.F(INT) TO ROLE PUBLIC",
  );
  const problems = await problemsOf(check());
  expect(problems.sort()).toEqual([
    'everybody has CREATE TABLE on schema `ANALYTICS.PUBLIC`: REVOKE CREATE TABLE ON SCHEMA "ANALYTICS"."PUBLIC" FROM ROLE "PUBLIC"',
    'everybody has USAGE on database `ANALYTICS`: REVOKE USAGE ON DATABASE "ANALYTICS" FROM ROLE "PUBLIC"',
    'everybody has USAGE on functions in `PUBLIC`: REVOKE USAGE ON ALL FUNCTIONS IN SCHEMA "ANALYTICS"."PUBLIC" FROM ROLE "PUBLIC"',
    'everybody owns tables in `PUBLIC`: GRANT OWNERSHIP ON ALL TABLES IN SCHEMA "ANALYTICS"."PUBLIC" TO ROLE "ACCOUNTADMIN" COPY CURRENT GRANTS',
  ]);
  await snowflake.admin(...problems.map((problem) => problem.replace(/.*: (?=REVOKE|GRANT)/, "")));
  await expect(check()).resolves.toBeDefined();
});

test("future grants on the whole database are told (SF-11)", async () => {
  await snowflake.admin("GRANT SELECT ON FUTURE MATERIALIZED VIEWS IN DATABASE ANALYTICS TO ROLE DEPLOYER");
  const problems = await problemsOf(check());
  expect(problems).toEqual([
    '`DEPLOYER` gets SELECT on every future one of the database\'s materialized views: REVOKE SELECT ON FUTURE MATERIALIZED VIEWS IN DATABASE "ANALYTICS" FROM ROLE "DEPLOYER"',
  ]);
  await snowflake.admin(...problems.map((problem) => problem.replace(/.*: REVOKE/, "REVOKE")));
  await expect(check()).resolves.toBeDefined();
});

test("a user of the other type is told, and with external people one that is missing", async () => {
  await snowflake.admin("CREATE USER ANA TYPE = SERVICE", "CREATE USER JOBS");
  const before = { ServiceUser: new Set(["ANA"]), User: new Set(["JOBS"]) };
  expect(await problemsOf(check({}, admin, ROSTER, before))).toEqual([
    "user `ANA` is a service: leave `ana` out of the roster for one deployment",
    "user `JOBS` is a person: leave `jobs` out of the roster for one deployment",
  ]);
  await snowflake.admin("DROP USER ANA", "DROP USER JOBS");
  expect(await problemsOf(check({ people: "external" }))).toEqual([
    "there is no user `ANA`, and people are `external`: make it first",
  ]);
  await snowflake.admin("CREATE USER ANA");
  await expect(check({ people: "external" })).resolves.toBeDefined();
  await snowflake.admin("DROP USER ANA");
});

test("who deploys cannot be in the roster", async () => {
  const taken = "developers: [{ name: pipeline }, { name: deployer }]";
  const yaml = ROSTER.replace(/developers: .*/, taken);
  expect(await problemsOf(check({ parentRole: "PIPELINE" }, deployer, yaml))).toEqual([
    "`PIPELINE` is the deploying admin and cannot be an identity or a role of the roster too",
    "`DEPLOYER` is the deploying role and cannot be an identity or a role of the roster too",
    "`PIPELINE` is the parent of all roles and cannot be an identity or a role of the roster too",
  ]);
});

test("a database that is not there, a user without a role, and a key that does not fit are told", async () => {
  expect(await problemsOf(check({ database: "LAKE" }))).toEqual([
    "database `LAKE` does not exist, or `ACCOUNTADMIN` may not see it",
    '  help: create it (CREATE DATABASE "LAKE"), or set `one-environment:database`',
  ]);
  const [problem, help] = await problemsOf(check({}, { ...admin, privateKey: key }));
  expect(problem).toMatch(/^Snowflake account `ACME-EMULATOR` does not let `ADMIN` in: .*\(390144\)$/);
  expect(help).toBe("  help: check `snowflake:user`, `snowflake:privateKey`, `snowflake:role` and the account's names");
});

describe("behavior change 2395", () => {
  const warningsOf = async (connection: Connection) => {
    const { warnings } = await preflight(connection, good, plan(), stackState());
    return warnings;
  };

  test("is asked for; an account from before it is warned, with the statement that ends that", async () => {
    expect(await warningsOf(admin)).toEqual([]);
    const former = await startSnowflake({}, { ownershipGifts: true });
    try {
      expect(await warningsOf({ ...former.target.connection, keyInEnvironment: false })).toEqual([
        "an owner may give a procedure to PROD, and it then runs with PROD's rights when somebody calls it (behavior change 2395): SELECT SYSTEM$ENABLE_BEHAVIOR_CHANGE_BUNDLE('2026_07') as ACCOUNTADMIN ends that",
      ]);
    } finally {
      await former.stop();
    }
  });

  test("where the account gives no answer, that is told too", async () => {
    const silent = { query: () => Promise.reject(Object.assign(new Error("no such bundle"), { code: "000000" })) };
    expect(await behaviorChangeWarnings({ ...silent, close: async () => {} })).toEqual([
      "bundle 2026_07 does not tell whether it is on: no such bundle (000000). Until it is, an owner may give a procedure to PROD, and it then runs with PROD's rights when somebody calls it (behavior change 2395)",
    ]);
  });
});
