/** The same on Snowflake as on PostgreSQL: a schema that its owner dropped comes back with `pulumi up --refresh`. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isUnchanged } from "../../../src/rehearsal/engines/engine";
import { type PulumiEngine, startPulumi } from "../../../src/rehearsal/engines/pulumiEngine";
import { pulumiAvailable } from "../../../src/rehearsal/engines/pulumiWorkspace";
import { loaded } from "../../support/loaded";
import { bareHalf, newKey, startSnowflake, type TestSnowflake } from "../../support/snowflake";
import { stateOf } from "../../support/snowflakeState";
import { teamYaml } from "../../support/team";

const MINUTE = 60_000;

describe.skipIf(!pulumiAvailable("snowflake"))("with the real engine", () => {
  const team = loaded(teamYaml({}));
  const [keyOfAna, keyOfJobs] = [newKey(), newKey()];
  let snowflake: TestSnowflake;
  let engine: PulumiEngine;

  beforeAll(async () => {
    snowflake = await startSnowflake({ publicKeys: { ana: [bareHalf(keyOfAna)], jobs: [bareHalf(keyOfJobs)] } });
    engine = await startPulumi(snowflake.target);
    await engine.apply(team);
  }, 3 * MINUTE);
  afterAll(async () => {
    await engine?.close();
    await snowflake?.stop();
  });

  const asAna = (sql: string) => snowflake.as("ANA", keyOfAna, sql);
  const asJobs = (sql: string) => snowflake.as("JOBS", keyOfJobs, sql);

  test(
    "a developer's and production's come back as they were, and nothing is left to do",
    async () => {
      const before = await stateOf(snowflake);
      await asAna("drop schema ANALYTICS.ANA_SALES");
      await asJobs("drop schema ANALYTICS.PROD_SALES");
      await expect(asAna("create schema ANALYTICS.ANA_SALES")).rejects.toMatchObject({ code: "003001" });
      // Without a look at the warehouse the plugin stumbles over what is gone.
      await expect(engine.apply(team)).rejects.toThrow(/Schema::(prod|ana)_sales.*does not exist or not authorized/s);
      const { created } = await engine.mend(team);
      expect(created).toEqual(expect.arrayContaining(["Schema ana_sales", "Schema prod_sales"]));
      expect(await stateOf(snowflake)).toEqual(before);
      expect(await engine.preview(team)).toSatisfy(isUnchanged);
      await asJobs("create table ANALYTICS.PROD_SALES.T (ID int)");
      await asAna("select * from ANALYTICS.PROD_SALES.T");
    },
    5 * MINUTE,
  );
});
