import fc from "fast-check";
import { expect, test } from "vitest";
import { createFixtures } from "../../../src/proof/createFixtures";
import { prove } from "../../../src/proof/prove";
import { arbitraryRoster, toYaml } from "../../support/rosters";
import { startWarehouse } from "../../support/warehouse";

/** Prints with a failure; change it to look elsewhere. */
const SEED = 20_261_122;

test.each(["managed", "superuser"] as const)(
  "what PostgreSQL does is what decide says, for random rosters that follow each other (%s admin)",
  { timeout: 180_000 },
  async (admin) => {
    const rosters = fc.sample(arbitraryRoster({ sources: 3, developers: 3, services: 5 }), { numRuns: 4, seed: SEED });
    const warehouse = await startWarehouse(admin);
    try {
      for (const roster of rosters) {
        const yaml = toYaml(roster);
        const testWarehouse = await warehouse.apply(yaml);
        await testWarehouse.adopt();
        const fixtures = await createFixtures(testWarehouse, "after");
        const { verdict } = await prove(testWarehouse, fixtures.schemas);
        expect([...fixtures.verdict.faults, ...verdict.faults], yaml).toEqual([]);
        expect(verdict.denied, yaml).toBeGreaterThan(0);
      }
    } finally {
      await warehouse.stop();
    }
  },
);
