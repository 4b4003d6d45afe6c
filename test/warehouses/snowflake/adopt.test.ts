/** `one-env adopt`: whoever comes back, and a warehouse from before its roster, get what lies in their schemas. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callPlugIn } from "../../support/plugIn";
import { type SnowflakeTeam, startSnowflakeTeam } from "../../support/snowflakeTeam";

const PEOPLE = "[{ name: ana }, { name: ben }]";
const ROSTER = `
sources: [hr]
developers: ${PEOPLE}
services: [{ name: jobs, duty: prod }]
`;
const WITHOUT_ANA = ROSTER.replace("{ name: ana }, ", "");

describe("on Snowflake", () => {
  let snowflake: SnowflakeTeam;
  beforeAll(async () => {
    snowflake = await startSnowflakeTeam(ROSTER);
  });
  afterAll(() => snowflake?.stop());

  const adopt = (owner: string, words: readonly string[] = [], changed: Record<string, string> = {}) =>
    callPlugIn(["adopt", owner, "--warehouse", "snowflake", "--team", snowflake.team, ...words], {
      ...snowflake.adminShell,
      ...changed,
    });
  const own = (kind: string, schema: string, role: string) =>
    `grant ownership on all ${kind} in schema "ANALYTICS"."${schema}" to role "${role}" copy current grants;\n`;
  const NOTHING = (owner: string) => ({
    code: 0,
    stdout: `-- nothing to do: everything in the schemas of ${owner} is theirs\n`,
    stderr: "",
  });

  /** As ana, in a session of her own. */
  async function asAna<T>(work: (query: (sql: string) => Promise<T[]>) => Promise<T[]>): Promise<T[]> {
    const session = await snowflake.login("ana");
    return work((sql) => session.query(sql) as Promise<T[]>).finally(() => session.close());
  }

  test("somebody who left and came back owns her rows again, and the functions, and so on", async () => {
    await asAna(async (query) => {
      for (const made of [
        "create table ANA_HR.T (ID int)",
        "insert into ANA_HR.T values (1), (2)",
        "create table ANA_HR.U (ID int)",
        "create view ANA_HR.V as select ID from ANA_HR.T",
        "create materialized view ANA_HR.M as select ID from ANA_HR.T",
        "create dynamic table ANA_HR.D target_lag = '1 day' warehouse = DEVELOPER as select ID from ANA_HR.T",
        "create sequence ANA.Q",
        "create stage ANA.S",
        "create file format ANA.F type = csv",
        "create stream ANA_HR.C on table ANA_HR.T",
        "create function ANA.G(X int) returns int as 'X'",
        "create procedure ANA.P() returns int language sql as 'begin return 1; end'",
      ])
        await query(made);
      return [];
    });
    expect(await adopt("ana")).toEqual(NOTHING("ana"));
    await snowflake.apply(WITHOUT_ANA);
    await snowflake.apply(ROSTER);
    // The schemas are hers again by the deployment, and new things in them; the old ones are out of everybody's reach.
    await asAna((query) => query("create table ANA_HR.NEW (ID int)"));
    await expect(asAna((query) => query("select * from ANA_HR.T"))).rejects.toMatchObject({ code: "002003" });
    await expect(asAna((query) => query("call ANA.P()"))).rejects.toMatchObject({ code: "002141" });

    const sql = [
      ...["sequences", "stages", "file formats", "functions"].map((kind) => own(kind, "ANA", "ANA")),
      'alter procedure "ANALYTICS"."ANA"."P"() execute as caller;\n',
      own("procedures", "ANA", "ANA"),
      ...["tables", "views", "dynamic tables", "streams"].map((kind) => own(kind, "ANA_HR", "ANA")),
    ].join("");
    const dry = { code: 0, stdout: `${sql}-- 11 to change; nothing was done: add --apply to do it\n`, stderr: "" };
    expect(await adopt("ana")).toEqual(dry);
    expect(await adopt("ana")).toEqual(dry);
    expect(await adopt("ana", ["--apply"])).toEqual({ code: 0, stdout: `${sql}-- 11 changed\n`, stderr: "" });
    expect(await adopt("ana", ["--apply"])).toEqual(NOTHING("ana"));

    expect(await asAna((query) => query("select * from ANA_HR.T order by ID"))).toEqual([{ ID: 1 }, { ID: 2 }]);
    await asAna((query) => query("drop table ANA_HR.U"));
    expect(await asAna((query) => query("call ANA.P()"))).toHaveLength(1);
    expect(await adopt("ben")).toEqual(NOTHING("ben"));
  });

  test("a procedure comes back as its caller's, unless it is to run with its owner's rights; others stay as they are", async () => {
    const owners = "returns varchar language sql execute as owner as 'begin return current_role(); end'";
    await asAna((query) => query(`create procedure ANA.WHO(A varchar, B int default 1) ${owners}`));
    await snowflake.apply(WITHOUT_ANA);
    await snowflake.apply(ROSTER);
    await asAna((query) => query(`create procedure ANA.MINE() ${owners}`));
    const rightsOf = async (name: string) => {
      const rows = await snowflake.admin.query(`describe procedure ANALYTICS.ANA.${name}`);
      return rows.find(({ property }) => property === "execute as")?.value;
    };
    const alter = 'alter procedure "ANALYTICS"."ANA"."WHO"(VARCHAR, NUMBER) execute as caller;\n';
    const dry = await adopt("ana");
    expect(dry.stdout).toContain(alter + own("procedures", "ANA", "ANA"));
    expect((await adopt("ana", ["--keep-definer"])).stdout).toBe(dry.stdout.replace(alter, ""));
    await adopt("ana", ["--apply"]);
    expect(await Promise.all(["WHO(varchar, int)", "MINE()"].map(rightsOf))).toEqual(["CALLER", "OWNER"]);

    await snowflake.apply(WITHOUT_ANA);
    await snowflake.apply(ROSTER);
    await adopt("ana", ["--apply", "--keep-definer"]);
    expect(await Promise.all(["WHO(varchar, int)", "MINE()"].map(rightsOf))).toEqual(["CALLER", "OWNER"]);
    expect(await asAna((query) => query("call ANA.MINE()"))).toEqual([{ MINE: "ANA" }]);
  });

  test("what the admin left in production becomes prod's, and its readers go on reading", async () => {
    const { admin } = snowflake;
    await admin.query("use role ACCOUNTADMIN");
    await admin.query("create table ANALYTICS.PROD_HR.OLD (ID int)");
    expect(await adopt("prod", ["--apply"])).toEqual({
      code: 0,
      stdout: `${own("tables", "PROD_HR", "PROD")}-- 1 changed\n`,
      stderr: "",
    });
    expect(await asAna((query) => query("select * from PROD_HR.OLD"))).toEqual([]);
  });

  test("an owner that is none, a login without the right, and one that is not there are bad input", async () => {
    expect(await adopt("anna")).toEqual({
      code: 2,
      stdout: "",
      stderr: `\`anna\` owns no schema in ${snowflake.team}\n  help: did you mean \`ana\`?\n`,
    });
    // Somebody else sees nothing in her schemas: that there is nothing to do must not be the answer.
    expect(await adopt("ana", ["--apply"], await snowflake.plugIn("ben"))).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "`BEN` lacks MANAGE GRANTS, and does not see what belongs to others\n  help: log in as the deploying admin, with its role\n",
    });
    expect(await adopt("ana", [], { SNOWFLAKE_DATABASE: "LAKE" })).toMatchObject({ code: 2, stdout: "" });
    const other = await adopt("ana", [], { SNOWFLAKE_ROLE: "NONE" });
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toMatch(/^cannot log in to Snowflake: .*\(390189\)/);
  });
});
