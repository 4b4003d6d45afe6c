/** Leaving, on the emulator with the stand-in engine: what is left behind, and what it can still do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Session } from "../../../src/warehouse/snowflake/session";
import { type SnowflakeTeam, startSnowflakeTeam } from "../../support/snowflakeTeam";

const EVERYBODY = ["{ name: ana, share: team }", "{ name: ben }", "{ name: carl }"];
const roster = (developers: readonly string[], hr: string, services: readonly string[] = SERVICES) => `
sources: [stripe, { name: hr, readers: [${hr}] }]
developers: [${developers.join(", ")}]
services: [${services.join(", ")}]
limits: { ci: { schema_ttl: 24h } }
`;
const SERVICES = ["{ name: jobs, duty: prod }", "{ name: runner, duty: ci }", "{ name: charts, duty: reader }"];

const SUDO = `create procedure ANALYTICS.ANA.SUDO(SQL varchar) returns varchar language sql execute as owner
  as 'begin execute immediate :SQL; return ''done''; end'`;

let team: SnowflakeTeam;
const code = (work: Promise<unknown>) => work.then(() => "allowed", (error: { code?: unknown }) => String(error.code));
async function run(session: Session, ...statements: string[]) {
  for (const statement of statements) await session.query(statement);
}

describe("attack", () => {
  let [ana, ben, charts]: Session[] = [];
  beforeAll(async () => {
    team = await startSnowflakeTeam(roster(EVERYBODY, "ana, ben"));
    [ana, ben, charts] = await Promise.all(["ana", "ben", "charts"].map(team.login));
  });
  afterAll(() => team?.stop());

  test("before", async () => {
    await run(team.admin, "use warehouse PROD", "create table ANALYTICS.PROD_HR.SALARIES (N int)");
    await run(ana as Session, SUDO,
      "create view ANALYTICS.ANA.HR as select * from ANALYTICS.PROD_HR.SALARIES",
      "grant usage on schema ANALYTICS.ANA to role BEN with grant option",
      "grant usage on procedure ANALYTICS.ANA.SUDO(varchar) to role BEN with grant option");
    await run(ben as Session, 
      "grant usage on schema ANALYTICS.ANA to role CHARTS",
      "grant usage on procedure ANALYTICS.ANA.SUDO(varchar) to role CHARTS");
    await run(charts as Session, "call ANALYTICS.ANA.SUDO('select 1')");
    await team.apply(roster(EVERYBODY.slice(1), "ben"));
    console.log("sudo", await code(run(charts as Session, "call ANALYTICS.ANA.SUDO('grant role PROD to user CHARTS')")));
    console.log((await team.admin.query("show grants to user CHARTS")).map((r) => r.role));
    await run(team.admin, "revoke role PROD from user CHARTS");
    await team.apply(roster(EVERYBODY, "ben"));
    const carl = await team.login("carl");
    console.log("view", await code(run(carl, "select * from ANALYTICS.ANA.HR")));
    console.log("hr", await code(run(carl, "select * from ANALYTICS.PROD_HR.SALARIES")));
  });
});
