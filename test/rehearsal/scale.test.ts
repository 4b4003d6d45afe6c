/** A team of fifteen with twelve sources is proven within the limits of memory and of the stack. */
import { expect, test } from "vitest";
import { createFixtures } from "../../src/proof/createFixtures";
import { prove } from "../../src/proof/prove";
import { countStatements } from "../../src/proof/tally";
import type { TestWarehouse } from "../../src/proof/testWarehouse";
import { addVerdicts, countFaults, NOTHING_PROVEN } from "../../src/proof/verdict";
import { startSnowflakeWarehouse } from "../support/snowflakeWarehouse";
import { startWarehouse } from "../support/warehouse";

const list = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i));

const ROSTER = `
sources: [${list(12, (n) => (n === 3 ? "{ name: source_3, readers: [github_ci] }" : `source_${n}`))}]
developers: [${list(15, (n) => `{ name: dev_${n}${n === 7 ? ", share: team" : ""} }`)}]
services: [{ name: airflow, duty: prod }, { name: github_ci, duty: ci }]
`;

/** Everything that everybody may and may not do, without limits and attacks. */
async function proveAll(testWarehouse: TestWarehouse) {
  const fixtures = await createFixtures(testWarehouse, "after");
  const proof = await prove(testWarehouse, fixtures.schemas);
  expect([...fixtures.verdict.faults, ...proof.verdict.faults]).toEqual([]);
  const { allowed, denied } = proof.verdict;
  expect(countStatements(proof.measured)).toBe(allowed + denied);
  return proof;
}

test("on PostgreSQL, by everybody", { timeout: 240_000 }, async () => {
  const warehouse = await startWarehouse();
  try {
    const { measured, representation } = await proveAll(await warehouse.apply(ROSTER));
    expect(representation).toBeUndefined();
    expect(measured.size).toBe(17);
    expect(countStatements(measured)).toBeGreaterThan(90_000);
  } finally {
    await warehouse.stop();
  }
});

test("on Snowflake, by representatives", { timeout: 240_000 }, async () => {
  const warehouse = await startSnowflakeWarehouse(ROSTER);
  try {
    const testWarehouse = await warehouse.apply(ROSTER);
    const { measured, representation } = await proveAll({ ...testWarehouse, mostStatements: 10_000 });
    expect(representation).toMatchObject({ represented: 14, representatives: 1 });
    expect(measured.size).toBe(17);
  } finally {
    await warehouse.stop();
  }
});

test("verdicts of any number add up", () => {
  const fault = { subject: "a", expected: "DENIED", got: "ALLOWED", sql: "", reasons: [] };
  const verdicts = list(200_000, () => "").map(() => ({ ...NOTHING_PROVEN, denied: 1, faults: [fault] }));
  const { denied, faults } = addVerdicts([addVerdicts(verdicts), addVerdicts(verdicts)]);
  expect([denied, faults.length]).toEqual([400_000, 400_000]);
  expect(countFaults({ faults, furtherFaults: 2 })).toBe(400_002);
});
