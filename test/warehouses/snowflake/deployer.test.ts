/** A deploying role of its own has what docs/snowflake.md gives it, and needs nothing more. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, isUnchanged } from "../../../src/rehearsal/engines/engine";
import { startStandIn } from "../../../src/rehearsal/engines/standIn";
import { adoptionOf } from "../../../src/warehouses/snowflake/adopt";
import { openSession } from "../../../src/warehouses/snowflake/session";
import { loaded } from "../../support/loaded";
import { bareHalf, newKey, startSnowflake, type TestSnowflake } from "../../support/snowflake";

const ROSTER = `
sources: [hr]
developers: [{ name: ana }, { name: ben }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }]
`;
const [key, keyOfAna] = [newKey(), newKey()];
let snowflake: TestSnowflake;
let engine: Engine;

/** What the page tells an account administrator to run. */
function setup(): string[] {
  const page = readFileSync(join(__dirname, "../../../docs/snowflake.md"), "utf8");
  const [, block = ""] = page.match(/```sql\n([\s\S]*?)```/) ?? [];
  const statements = block.replace("MIIB…", bareHalf(key)).split(";\n");
  return statements.filter((statement) => statement.trim() !== "" && !statement.startsWith("CREATE DATABASE"));
}

beforeAll(async () => {
  snowflake = await startSnowflake({
    parentRole: "DEPLOYER",
    resourceMonitors: false,
    publicKeys: { ana: [bareHalf(keyOfAna)], jobs: [bareHalf(newKey())], runner: [bareHalf(newKey())] },
  });
  await snowflake.admin("USE ROLE ACCOUNTADMIN", ...setup());
  const { target } = snowflake;
  engine = await startStandIn({ ...target, connection: { ...target.connection, user: "PIPELINE", privateKey: key } });
});
afterAll(async () => {
  await engine?.close();
  await snowflake?.stop();
});

async function apply(yaml: string) {
  return (await engine.apply(loaded(yaml))).changes;
}

test("it deploys, again without a change, takes over what a leaver left and gives it back", async () => {
  await apply(ROSTER);
  expect(await apply(ROSTER)).toSatisfy(isUnchanged);
  await snowflake.as("ANA", keyOfAna, "CREATE TABLE ANA_HR.T (ID INT)");
  await apply(ROSTER.replace("{ name: ana }, ", ""));
  await apply(ROSTER);
  await expect(snowflake.as("ANA", keyOfAna, "DROP TABLE ANA_HR.T")).rejects.toMatchObject({ code: "002003" });

  const session = await openSession({ ...snowflake.target.connection, user: "PIPELINE", privateKey: key });
  const find = () => adoptionOf(session, "ANALYTICS", ["ana", "ana_hr"], "ana");
  const changes = await find();
  expect(changes.map(({ objects }) => objects)).toEqual([1]);
  for (const { sql } of changes) await session.query(sql);
  expect(await find()).toEqual([]);
  await session.close();
  await snowflake.as("ANA", keyOfAna, "DROP TABLE ANA_HR.T");
});

test("what stands in its way it tells before anything is made", async () => {
  await snowflake.admin("CREATE ROLE CARL", "CREATE USER CARL");
  const roles = async () => (await snowflake.admin("SHOW ROLES")).map(({ name }) => name);
  const before = await roles();
  await expect(apply(ROSTER.replace("{ name: ben }", "{ name: ben }, { name: carl }, { name: dora }"))).rejects.toThrow(
    /^role `CARL` is there already, .*\nuser `CARL` is there already, .*$/,
  );
  expect(await roles()).toEqual(before);
  expect(await apply(ROSTER)).toSatisfy(isUnchanged);
});

test("a leaver whom it may not lock out is told, with the statement, and everything else of theirs ends", async () => {
  const without = ROSTER.replace("{ name: ana }, ", "");
  await snowflake.admin("CREATE ROLE SECURITY", "GRANT OWNERSHIP ON USER ANA TO ROLE SECURITY COPY CURRENT GRANTS");
  const members = async (role: string) =>
    (await snowflake.admin(`SHOW GRANTS OF ROLE ${role}`)).map(({ grantee_name: name }) => name);
  await expect(apply(without)).rejects.toThrow(
    /^cannot lock out everybody who leaves:\nALTER USER IF EXISTS "ANA" SET DISABLED = TRUE: .* \(003001\)\n {2}help: /,
  );
  expect(await members("ANA")).toEqual(["DEPLOYER"]);
  expect(await members("DEVELOPER")).not.toContain("ANA");
  await snowflake.admin("GRANT OWNERSHIP ON USER ANA TO ROLE DEPLOYER COPY CURRENT GRANTS", "DROP ROLE SECURITY");
  await apply(without);
  expect(await snowflake.admin("SHOW USERS LIKE 'ANA'")).toEqual([]);
});
