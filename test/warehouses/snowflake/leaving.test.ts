/** Leaving, on the emulator with the stand-in engine: what somebody has left behind, and what it can still do. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Row, Session } from "../../../src/warehouses/snowflake/session";
import { type SnowflakeTeam, startSnowflakeTeam } from "../../support/snowflakeTeam";

const SERVICES = ["{ name: jobs, duty: prod }", "{ name: runner, duty: ci }", "{ name: charts, duty: reader }"];
interface Parts {
  readonly developers?: readonly string[];
  readonly hr?: string;
  readonly services?: readonly string[];
}
const ALL = ["{ name: ana, share: team }", "{ name: ben }", "{ name: carl }"];
const [, BEN, CARL] = ALL as [string, string, string];
const roster = ({ developers = ALL, hr = "ana, ben", services = SERVICES }: Parts = {}) => `
sources: [stripe, { name: hr, readers: [${hr}] }]
developers: [${developers.join(", ")}]
services: [${services.join(", ")}]
limits: { ci: { schema_ttl: 24h } }
`;
const WITHOUT_ANA = roster({ developers: [BEN, CARL], hr: "ben" });

let team: SnowflakeTeam;
beforeEach(async () => {
  team = await startSnowflakeTeam(roster());
});
afterEach(() => team?.stop());

async function run(session: Session, ...statements: string[]): Promise<Row[]> {
  let rows: Row[] = [];
  for (const statement of statements) rows = await session.query(statement);
  return rows;
}

/** `done`, or the code of the refusal. */
const outcome = (session: Session, sql: string) =>
  session.query(sql).then(
    () => "done",
    ({ code }) => String(code),
  );

async function shown(sql: string, column: string): Promise<unknown[]> {
  return (await team.admin.query(sql)).map((row) => row[column]);
}

const sudo = (schema: string) =>
  `create procedure ANALYTICS.${schema}.SUDO(SQL varchar) returns varchar language sql execute as owner
     as 'begin execute immediate :SQL; return ''done''; end'`;

test("a leaver's procedure that others passed on runs with nobody's rights, least of all with the deploying role's", async () => {
  const [ana, ben, charts] = (await Promise.all(["ana", "ben", "charts"].map(team.login))) as [
    Session,
    Session,
    Session,
  ];
  const grants = ["schema ANALYTICS.ANA", "procedure ANALYTICS.ANA.SUDO(varchar)"].map((on) => `grant usage on ${on}`);
  await run(ana, sudo("ANA"), ...grants.map((grant) => `${grant} to role BEN with grant option`));
  await run(ben, ...grants.map((grant) => `${grant} to role CHARTS`));
  expect(await outcome(charts, "call ANALYTICS.ANA.SUDO('select 1')")).toBe("done");

  await team.apply(WITHOUT_ANA);
  const escalation = "call ANALYTICS.ANA.SUDO('grant role PROD to user CHARTS')";
  expect(await outcome(charts, escalation)).toBe("002003");
  expect(await outcome(ben, escalation)).toBe("002003");
  // Whoever lets it run all the same finds that it may nothing.
  await run(team.admin, "use warehouse PROD");
  expect(await outcome(team.admin, escalation)).toBe("003102");
  expect(await outcome(team.admin, "call ANALYTICS.ANA.SUDO('select count(*) from ANALYTICS.PROD_HR.T')")).toBe(
    "002003",
  );
  expect(await shown("show grants to user CHARTS", "role")).toEqual(["CHARTS"]);
  expect(await shown("show grants on schema ANALYTICS.ANA", "grantee_name")).toEqual(["left:ANA"]);
  expect(await shown('show grants of role "left:ANA"', "grantee_name")).toEqual(["SYSADMIN"]);
  expect(new Set(await shown('show grants to role "left:ANA"', "privilege"))).toEqual(new Set(["OWNERSHIP"]));
});

test("a view of a source that was closed meanwhile stays closed when its author comes back and shares", async () => {
  await run(team.admin, "use warehouse PROD", "create table ANALYTICS.PROD_HR.SALARIES (N int)");
  const ana = await team.login("ana");
  await run(team.admin, "grant select on table ANALYTICS.PROD_HR.SALARIES to role READ_PROD_HR");
  await run(ana, "create view ANALYTICS.ANA.HR as select * from ANALYTICS.PROD_HR.SALARIES");
  await team.apply(WITHOUT_ANA);
  await team.apply(roster({ hr: "ben" }));
  const carl = await team.login("carl");
  // `share: team` gives the developers all of her views, and this one reads with its owner's rights.
  expect(await outcome(carl, "select * from ANALYTICS.ANA.HR")).toBe("002037");
  const again = await team.login("ana");
  await run(again, "create view ANALYTICS.ANA.MINE as select 1 as N");
  expect(await outcome(carl, "select * from ANALYTICS.ANA.MINE")).toBe("done");
});

test("access ends first: what stands in the way of a deployment does not keep anybody in, and the next one finishes it", async () => {
  const ana = await team.login("ana");
  await run(ana, "create table ANALYTICS.ANA.T (N int)", "grant usage on schema ANALYTICS.ANA to role PUBLIC");
  await expect(team.apply(WITHOUT_ANA)).rejects.toThrow("everybody has USAGE on schema `ANALYTICS.ANA`");
  expect(await outcome(ana, "select 1")).toBe("390101");
  await expect(team.login("ana")).rejects.toMatchObject({ code: "390101" });
  expect(await shown("show grants of role ANA", "grantee_name")).toEqual(["SYSADMIN"]);
  expect(new Set(await shown("show grants to role ANA", "granted_on"))).not.toContain("ROLE");
  expect(await shown("show schemas like 'ANA' in database ANALYTICS", "owner")).toEqual(["ANA"]);

  await team.admin.query("revoke usage on schema ANALYTICS.ANA from role PUBLIC");
  await team.apply(WITHOUT_ANA);
  expect(await shown("show roles like 'ANA'", "name")).toEqual([]);
  expect(await shown("show users like 'ANA'", "name")).toEqual([]);
  expect(await shown("show schemas like 'ANA' in database ANALYTICS", "owner")).toEqual(["left:ANA"]);
});

test("what administrators gave a leaver by hand ends too: roles, future grants, grants on others' things", async () => {
  const ana = await team.login("ana");
  await run(ana, "create table ANALYTICS.ANA.T (N int)");
  await run(
    team.admin,
    "create role AUDITORS",
    "grant role AUDITORS to role ANA",
    "grant role ANA to role BEN",
    "grant create warehouse on account to role ANA",
    "create table ANALYTICS.BEN.T (N int)",
    "grant select on table ANALYTICS.BEN.T to role ANA",
    "grant select on future tables in schema ANALYTICS.BEN to role ANA",
  );
  await team.apply(WITHOUT_ANA);
  expect(await shown("show grants of role AUDITORS", "grantee_name")).toEqual([]);
  expect(await shown("show grants to role BEN", "name")).not.toContain("ANA");
  expect(await shown("show future grants in schema ANALYTICS.BEN", "grantee_name")).toEqual([]);
  expect(await shown("show grants on table ANALYTICS.BEN.T", "grantee_name")).toEqual(["ACCOUNTADMIN"]);
  expect(new Set(await shown('show grants to role "left:ANA"', "privilege"))).toEqual(new Set(["OWNERSHIP"]));
});

test("who leaves, returns and leaves again leaves all in one place; a service that owned nothing leaves nothing", async () => {
  for (const name of ["ONE", "TWO"]) {
    await run(await team.login("ana"), `create table ANALYTICS.ANA.${name} (N int)`);
    await team.apply(roster({ developers: [BEN, CARL], hr: "ben", services: SERVICES.slice(0, 2) }));
    await team.apply(roster());
  }
  expect(await shown("show roles like 'left:%'", "name")).toEqual(["left:ANA"]);
  expect(await shown("show tables in schema ANALYTICS.ANA", "owner")).toEqual(["left:ANA", "left:ANA"]);
  expect(await shown("show schemas like 'ANA' in database ANALYTICS", "owner")).toEqual(["ANA"]);
});

test("whoever changes duty owns no more what was theirs before, in open sessions neither", async () => {
  const runner = await team.login("runner");
  await run(runner, "call ANALYTICS.CI.OPEN_RUNNER('r1')", "create table ANALYTICS.CI_R1.T (N int)", sudo("CI_R1"));
  const reader = [SERVICES[0] as string, "{ name: runner, duty: reader }", SERVICES[2] as string];
  await team.apply(roster({ services: reader }));
  expect(await shown("show tables in schema ANALYTICS.CI_R1", "owner")).toEqual(["left:RUNNER"]);
  expect(await outcome(runner, "insert into ANALYTICS.CI_R1.T values (1)")).toBe("003001");
  const again = await team.login("runner");
  expect(await outcome(again, "select * from ANALYTICS.CI_R1.T")).toBe("002003");
  expect(await outcome(again, "call ANALYTICS.CI_R1.SUDO('select 1')")).toBe("002003");
  expect(await outcome(again, "use schema ANALYTICS.PROD_STRIPE")).toBe("done");
});

test("a reader group cannot make anything, and what somebody has made as a duty's group is told with what closes it", async () => {
  const ana = await team.login("ana");
  const groups = ["READ_PROD_HR", "DEVELOPER"];
  await run(
    ana,
    ...groups.map((group) => `grant usage, create view, create procedure on schema ANALYTICS.ANA to role ${group}`),
    "use role READ_PROD_HR",
  );
  // The database is open to the duties' groups alone.
  expect(await outcome(ana, "create view ANALYTICS.ANA.FOREVER as select 1 as N")).toBe("002003");
  await run(
    ana,
    "use role DEVELOPER",
    "create view ANALYTICS.ANA.FOREVER as select 1 as N",
    sudo("ANA"),
    "grant select on view ANALYTICS.ANA.FOREVER to role CHARTS",
  );
  const refusal = await team.apply(roster()).then(String, ({ message }: Error) => message);
  const mends = refusal.split("\n").map((line) => line.replace(/^.*: (?=GRANT)/, ""));
  expect(mends.sort()).toEqual([
    'GRANT OWNERSHIP ON PROCEDURE "ANALYTICS"."ANA"."SUDO"(VARCHAR) TO ROLE "ANA" REVOKE CURRENT GRANTS',
    'GRANT OWNERSHIP ON VIEW "ANALYTICS"."ANA"."FOREVER" TO ROLE "ANA" REVOKE CURRENT GRANTS',
  ]);
  await run(team.admin, ...mends);
  await team.apply(roster());
  expect(await shown("show grants on view ANALYTICS.ANA.FOREVER", "grantee_name")).toEqual(["ANA"]);
});
