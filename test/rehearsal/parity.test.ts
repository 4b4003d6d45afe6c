/** The same roster gives everybody the same levels on PostgreSQL and on Snowflake, as execution shows them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createFixtures } from "../../src/proof/createFixtures";
import { type Levels, measuredLevels } from "../../src/proof/measured";
import { prove } from "../../src/proof/prove";
import type { TestWarehouse } from "../../src/proof/testWarehouse";
import { startSnowflakeWarehouse } from "../support/snowflakeWarehouse";
import { variedRosters } from "../support/variedRosters";
import { startWarehouse } from "../support/warehouse";

/** Change it to look elsewhere. */
const SEED = 20_261_122;

async function levelsOn(testWarehouse: TestWarehouse, label: string): Promise<Levels> {
  await testWarehouse.adopt();
  const fixtures = await createFixtures(testWarehouse, "after");
  const proof = await prove(testWarehouse, fixtures.schemas);
  expect([...fixtures.verdict.faults, ...proof.verdict.faults], label).toEqual([]);
  return measuredLevels(proof);
}

async function expectParity(rosters: readonly string[]): Promise<void> {
  const [postgresql, snowflake] = await Promise.all([startWarehouse(), startSnowflakeWarehouse(...rosters)]);
  try {
    let cells = 0;
    for (const yaml of rosters) {
      const expected = await levelsOn(await postgresql.apply(yaml), `on PostgreSQL:\n${yaml}`);
      const got = await levelsOn(await snowflake.apply(yaml), `on Snowflake:\n${yaml}`);
      expect(got, yaml).toEqual(expected);
      cells += got.size;
    }
    expect(cells).toBeGreaterThan(0);
  } finally {
    await Promise.all([postgresql.stop(), snowflake.stop()]);
  }
}

test("the example roster", { timeout: 120_000 }, () => expectParity([readFileSync("team.yaml", "utf8")]));

test(`random rosters that follow each other and have everything among them (seed ${SEED})`, {
  timeout: 180_000,
}, async () => {
  await expectParity(variedRosters({ sources: 2, developers: 3, services: 4 }, SEED));
});
