/** Schemas that are there already: whatever would break the plan is told, each with the statement that mends it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { parseRoster } from "../../../src/roster/parse";
import type { StackState } from "../../../src/warehouses/snowflake/deploy/stackState";
import { preflight } from "../../../src/warehouses/snowflake/preflight/preflight";
import type { Connection, Settings } from "../../../src/warehouses/snowflake/settings";
import { bareHalf, newKey, stackState, startSnowflake, type TestSnowflake } from "../../support/snowflake";

const ROSTER = `
sources: [hr]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }]
`;
const DECLARED = ["PROD", "DEVELOPER", "CI", "READER", "READ_PROD", "READ_PROD_HR", "ANA", "RUNNER"];
const key = newKey();
/** Statements that the account was asked since the test began to count. */
let asked = 0;
let snowflake: TestSnowflake;
let settings: Settings;
let admin: Connection;

beforeAll(async () => {
  snowflake = await startSnowflake({}, { onStatement: () => void asked++ });
  settings = { ...snowflake.target.settings, team: "team.yaml" };
  admin = { ...snowflake.target.connection, keyInEnvironment: false };
  await snowflake.admin(
    ...["LOADER", "ANALYST", "LONER"].map((role) => `CREATE ROLE ${role}`),
    ...["LOADER", "ANALYST"].map((role) => `GRANT ROLE ${role} TO ROLE SYSADMIN`),
    "CREATE ROLE DEPLOYER",
    "GRANT ROLE DEPLOYER TO ROLE SYSADMIN",
    "GRANT CREATE ROLE, CREATE USER, CREATE WAREHOUSE, MANAGE GRANTS ON ACCOUNT TO ROLE DEPLOYER",
    `CREATE USER PIPELINE TYPE = SERVICE RSA_PUBLIC_KEY = '${bareHalf(key)}'`,
    "GRANT ROLE DEPLOYER TO USER PIPELINE",
  );
});
afterAll(() => snowflake?.stop());
afterEach(async () => {
  const declared = ["PROD_HR", "ANA", "ANA_HR", "CI"].map((schema) => `DROP SCHEMA IF EXISTS ANALYTICS.${schema}`);
  await snowflake.admin(...declared, ...DECLARED.map((role) => `DROP ROLE IF EXISTS ${role}`));
});

function planOf(yaml: string) {
  const { roster } = parseRoster(yaml, "team.yaml");
  if (!roster) throw new Error("the roster of the test is bad");
  return deriveAccess(roster, new Date("2026-01-01"));
}

async function check(made: Partial<StackState> = {}, connection = admin, changed: Partial<Settings> = {}) {
  return preflight(connection, { ...settings, ...changed }, planOf(ROSTER), stackState(made));
}

async function problemsOf(checked: Promise<unknown>): Promise<string[]> {
  return checked.then(
    () => [],
    (error: Error) => error.message.split("\n"),
  );
}

/** What a problem says to run. */
const mend = (problems: readonly string[]) =>
  snowflake.admin(...problems.map((problem) => problem.replace(/^.*?: (?=REVOKE|GRANT|ALTER|DROP)/, "")));

/** Problems are told, change nothing, and are gone once all that they say has been run. */
async function expectMendable(problems: string[], checked: () => Promise<unknown> = check) {
  expect(await problemsOf(checked())).toEqual(problems);
  expect(await problemsOf(checked())).toEqual(problems);
  await mend(problems);
  await expect(checked()).resolves.toBeDefined();
}

describe("schemas", () => {
  test("that are the deploying role's, or the parent role's, are fine, whatever is in them of theirs", async () => {
    await snowflake.admin(
      "CREATE SCHEMA ANALYTICS.PROD_HR",
      "CREATE TABLE ANALYTICS.PROD_HR.T (ID INT)",
      "CREATE SCHEMA ANALYTICS.ANA",
      "GRANT OWNERSHIP ON SCHEMA ANALYTICS.ANA TO ROLE SYSADMIN",
      "GRANT USAGE ON SCHEMA ANALYTICS.PROD_HR TO ROLE SYSADMIN",
    );
    await expect(check()).resolves.toBeDefined();
  });

  test("that belong to somebody else are to be handed over", async () => {
    await snowflake.admin(
      "CREATE SCHEMA ANALYTICS.PROD_HR WITH MANAGED ACCESS",
      "GRANT OWNERSHIP ON SCHEMA ANALYTICS.PROD_HR TO ROLE LOADER",
      "CREATE SCHEMA ANALYTICS.ANA",
      "GRANT OWNERSHIP ON SCHEMA ANALYTICS.ANA TO ROLE LONER",
    );
    await expectMendable([
      'schema `ANA` belongs to `LONER`: GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."ANA" TO ROLE "ACCOUNTADMIN" COPY CURRENT GRANTS',
      'schema `PROD_HR` belongs to `LOADER`: GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."PROD_HR" TO ROLE "ACCOUNTADMIN" COPY CURRENT GRANTS',
    ]);
  });

  test("that belong to a role above the deploying one are out of its reach too", async () => {
    await snowflake.admin(
      "GRANT USAGE, CREATE SCHEMA ON DATABASE ANALYTICS TO ROLE DEPLOYER",
      "CREATE SCHEMA ANALYTICS.PROD_HR",
    );
    const deployer = { ...admin, user: "PIPELINE", privateKey: key, role: "DEPLOYER" };
    const own = { parentRole: "DEPLOYER", resourceMonitors: false };
    await expectMendable(
      [
        'schema `PROD_HR` belongs to `ACCOUNTADMIN`: GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."PROD_HR" TO ROLE "DEPLOYER" COPY CURRENT GRANTS',
      ],
      () => check({}, deployer, own),
    );
    await snowflake.admin("REVOKE USAGE, CREATE SCHEMA ON DATABASE ANALYTICS FROM ROLE DEPLOYER");
  });

  test("keep no strangers: on them, in them, and on what will be made in them", async () => {
    const [prod, personal] = ["ANALYTICS.PROD_HR", "ANALYTICS.ANA_HR"];
    await snowflake.admin(
      `CREATE SCHEMA ${prod}`,
      `CREATE TABLE ${prod}.T (ID INT)`,
      `CREATE TABLE ${prod}.U (ID INT)`,
      `CREATE FUNCTION ${prod}.F(X INT) RETURNS INT AS 'X'`,
      "CREATE WAREHOUSE BENCH",
      "USE WAREHOUSE BENCH",
      `CREATE MATERIALIZED VIEW ${prod}.V AS SELECT ID FROM ${prod}.T`,
      `GRANT OWNERSHIP ON VIEW ${prod}.V TO ROLE LOADER`,
      `GRANT USAGE, CREATE TABLE ON SCHEMA ${prod} TO ROLE LOADER`,
      `GRANT INSERT ON TABLE ${prod}.T TO ROLE LOADER`,
      `GRANT SELECT ON TABLE ${prod}.U TO ROLE LOADER`,
      `GRANT USAGE ON FUNCTION ${prod}.F(INT) TO ROLE LOADER`,
      `GRANT SELECT ON FUTURE TABLES IN SCHEMA ${prod} TO ROLE ANALYST`,
      `CREATE SCHEMA ${personal}`,
      `GRANT USAGE ON SCHEMA ${personal} TO ROLE ANALYST`,
      `GRANT SELECT, REFERENCES ON FUTURE VIEWS IN SCHEMA ${personal} TO ROLE ANALYST`,
      `GRANT SELECT ON FUTURE TABLES IN SCHEMA ${personal} TO ROLE PUBLIC`,
      `GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA ${personal} TO ROLE SYSADMIN`,
    );
    await expectMendable([
      '`LOADER` has CREATE TABLE, USAGE on schema `PROD_HR`: REVOKE CREATE TABLE, USAGE ON SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "LOADER"',
      '`ANALYST` gets SELECT on future tables in `PROD_HR`: REVOKE SELECT ON FUTURE TABLES IN SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "ANALYST"',
      '`ANALYST` has USAGE on schema `ANA_HR`: REVOKE USAGE ON SCHEMA "ANALYTICS"."ANA_HR" FROM ROLE "ANALYST"',
      '`ANALYST` gets REFERENCES, SELECT on future views in `ANA_HR`: REVOKE REFERENCES, SELECT ON FUTURE VIEWS IN SCHEMA "ANALYTICS"."ANA_HR" FROM ROLE "ANALYST"',
      '`LOADER` owns views in `PROD_HR`: GRANT OWNERSHIP ON ALL VIEWS IN SCHEMA "ANALYTICS"."PROD_HR" TO ROLE "ACCOUNTADMIN" COPY CURRENT GRANTS',
      '`LOADER` has INSERT, SELECT on tables in `PROD_HR`: REVOKE INSERT, SELECT ON ALL TABLES IN SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "LOADER"',
      '`LOADER` has USAGE on functions in `PROD_HR`: REVOKE USAGE ON ALL FUNCTIONS IN SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "LOADER"',
      '`PUBLIC` gets SELECT on future tables in `ANA_HR`: REVOKE SELECT ON FUTURE TABLES IN SCHEMA "ANALYTICS"."ANA_HR" FROM ROLE "PUBLIC"',
    ]);
  });

  test("of CI's are guarded too; and names that need quotes get them", async () => {
    await snowflake.admin(
      "CREATE SCHEMA ANALYTICS.CI",
      'CREATE ROLE "old loader"',
      'GRANT USAGE ON SCHEMA ANALYTICS.CI TO ROLE "old loader"',
      "CREATE SCHEMA ANALYTICS.ANA",
      'CREATE TABLE ANALYTICS.ANA."a.b" (ID INT)',
      'GRANT SELECT ON TABLE ANALYTICS.ANA."a.b" TO ROLE "old loader"',
    );
    await expectMendable([
      '`old loader` has USAGE on schema `CI`: REVOKE USAGE ON SCHEMA "ANALYTICS"."CI" FROM ROLE "old loader"',
      '`old loader` has SELECT on tables in `ANA`: REVOKE SELECT ON ALL TABLES IN SCHEMA "ANALYTICS"."ANA" FROM ROLE "old loader"',
    ]);
    await snowflake.admin('DROP ROLE "old loader"');
  });

  test("that are the plan's by now are looked at cheaply: personal ones are their owner's to share", async () => {
    const made = { AccountRole: new Set(DECLARED) };
    await snowflake.admin(
      ...DECLARED.map((role) => `CREATE ROLE ${role}`),
      ...["PROD", "ANA"].map((role) => `GRANT ROLE ${role} TO ROLE SYSADMIN`),
      "CREATE SCHEMA ANALYTICS.ANA",
      "GRANT OWNERSHIP ON SCHEMA ANALYTICS.ANA TO ROLE ANA",
      "CREATE SCHEMA ANALYTICS.PROD_HR WITH MANAGED ACCESS",
      "GRANT OWNERSHIP ON SCHEMA ANALYTICS.PROD_HR TO ROLE PROD",
      "GRANT USAGE ON SCHEMA ANALYTICS.PROD_HR TO ROLE READ_PROD_HR",
      "GRANT SELECT ON FUTURE TABLES IN SCHEMA ANALYTICS.PROD_HR TO ROLE READ_PROD_HR",
      "GRANT USAGE ON SCHEMA ANALYTICS.ANA TO ROLE ANALYST",
    );
    await expect(check(made)).resolves.toBeDefined();
    // In production by hand: a stranger, and more than the plan gives to a role of its own.
    await snowflake.admin(
      "GRANT USAGE ON SCHEMA ANALYTICS.PROD_HR TO ROLE ANALYST",
      "GRANT CREATE TABLE ON SCHEMA ANALYTICS.PROD_HR TO ROLE ANA",
    );
    await expectMendable(
      [
        '`ANALYST` has USAGE on schema `PROD_HR`: REVOKE USAGE ON SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "ANALYST"',
        '`ANA` has CREATE TABLE on schema `PROD_HR`: REVOKE CREATE TABLE ON SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "ANA"',
      ],
      () => check(made),
    );
    // Managed access that somebody took away does not come back while there are future grants, be they ours.
    await snowflake.admin("ALTER SCHEMA ANALYTICS.PROD_HR DISABLE MANAGED ACCESS");
    await expectMendable(
      [
        '`READ_PROD_HR` gets SELECT on future tables in `PROD_HR`, which has lost its managed access (`pulumi up --refresh` gives back both): REVOKE SELECT ON FUTURE TABLES IN SCHEMA "ANALYTICS"."PROD_HR" FROM ROLE "READ_PROD_HR"',
      ],
      () => check(made),
    );
    await snowflake.admin("ALTER SCHEMA ANALYTICS.PROD_HR ENABLE MANAGED ACCESS");
  });
});

test("however many schemas there are to take over, the account is asked as often", async () => {
  const crowd = Array.from({ length: 20 }, (_, index) => `dev_${index}`);
  const plan = planOf(ROSTER.replace("{ name: ana }", crowd.map((name) => `{ name: ${name} }`).join(", ")));
  const schemas = plan.schemas.filter(({ kind }) => kind === "personal").map(({ name }) => `ANALYTICS.${name}`);
  const count = async () => {
    asked = 0;
    await preflight(admin, settings, plan, stackState());
    return asked;
  };
  await snowflake.admin(`CREATE SCHEMA ${schemas[0]}`);
  const one = await count();
  await snowflake.admin(...schemas.slice(1).map((schema) => `CREATE SCHEMA ${schema}`));
  expect(await count()).toBe(one);
  await snowflake.admin(...schemas.map((schema) => `DROP SCHEMA ${schema}`));
});

test("the database is ruled by nobody else", async () => {
  await snowflake.admin(
    "GRANT USAGE, CREATE SCHEMA ON DATABASE ANALYTICS TO ROLE LOADER",
    "GRANT OWNERSHIP ON DATABASE ANALYTICS TO ROLE LONER COPY CURRENT GRANTS",
  );
  await expectMendable([
    '`LONER` owns the database: GRANT OWNERSHIP ON DATABASE "ANALYTICS" TO ROLE "ACCOUNTADMIN" COPY CURRENT GRANTS',
    '`LOADER` has CREATE SCHEMA on the database: REVOKE CREATE SCHEMA ON DATABASE "ANALYTICS" FROM ROLE "LOADER"',
  ]);
});

test("a group of the stack has no members but the roster's, the stack's own and administrators", async () => {
  await snowflake.admin(
    ...["PROD", "READ_PROD", "ANA"].map((role) => `CREATE ROLE ${role}`),
    ...["ANA", "EVE"].map((user) => `CREATE USER ${user}`),
    ...["JOBS", "OLD_JOBS"].map((user) => `CREATE USER ${user} TYPE = SERVICE`),
    "GRANT ROLE PROD TO ROLE SYSADMIN",
    ...["JOBS", "OLD_JOBS", "ANA", "EVE"].map((user) => `GRANT ROLE PROD TO USER ${user}`),
    "GRANT ROLE READ_PROD TO ROLE LOADER",
  );
  const made = {
    AccountRole: new Set(["PROD", "READ_PROD", "ANA"]),
    User: new Set(["ANA"]),
    ServiceUser: new Set(["JOBS", "OLD_JOBS"]),
    // Leaves with this deployment.
    memberships: new Set(["PROD USER OLD_JOBS"]),
  };
  await expectMendable(
    [
      'user `ANA` has role `PROD`, and not from the roster: REVOKE ROLE "PROD" FROM USER "ANA"',
      'user `EVE` has role `PROD`, and not from the roster: REVOKE ROLE "PROD" FROM USER "EVE"',
      'role `LOADER` has role `READ_PROD`, and not from the roster: REVOKE ROLE "READ_PROD" FROM ROLE "LOADER"',
    ],
    () => check(made),
  );
  expect((await snowflake.admin("SHOW GRANTS OF ROLE PROD")).map(({ grantee_name: name }) => name).sort()).toEqual([
    "JOBS",
    "OLD_JOBS",
    "SYSADMIN",
  ]);
  await snowflake.admin(...["ANA", "EVE", "JOBS", "OLD_JOBS"].map((user) => `DROP USER ${user}`));
});

describe("names of the account", () => {
  const TAKEN = [
    "CREATE ROLE PROD",
    "CREATE USER JOBS TYPE = SERVICE",
    "CREATE USER ANA",
    "CREATE WAREHOUSE CI",
    "CREATE RESOURCE MONITOR DEVELOPER WITH CREDIT_QUOTA = 1",
  ];

  test("that others have taken are told all at once, and free when they are renamed or dropped", async () => {
    await snowflake.admin(...TAKEN);
    await expectMendable([
      'role `PROD` is there already, and not from this stack: ALTER ROLE "PROD" RENAME TO "PROD_BEFORE"',
      'user `ANA` is there already, and not from this stack: ALTER USER "ANA" RENAME TO "ANA_BEFORE"',
      'user `JOBS` is there already, and not from this stack: ALTER USER "JOBS" RENAME TO "JOBS_BEFORE"',
      'warehouse `CI` is there already, and not from this stack: ALTER WAREHOUSE "CI" RENAME TO "CI_BEFORE"',
      'resource monitor `DEVELOPER` is there already, and not from this stack: DROP RESOURCE MONITOR "DEVELOPER"',
    ]);
  });

  test("that the stack has taken itself are its own", async () => {
    await snowflake.admin(...TAKEN);
    const made = {
      AccountRole: new Set(["PROD"]),
      ServiceUser: new Set(["JOBS"]),
      User: new Set(["ANA"]),
      Warehouse: new Set(["CI"]),
      ResourceMonitor: new Set(["DEVELOPER"]),
    };
    await expect(check(made)).resolves.toBeDefined();
    expect(await problemsOf(check({ ...made, User: new Set() }))).toHaveLength(1);
  });
});
