/** What is sent in a pipeline comes out as what is tried one by one, statement by statement. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createFixtures } from "../../../src/proof/createFixtures";
import { as } from "../../../src/proof/session";
import { Session, testSessionOf } from "../../../src/warehouses/postgresql/rehearsal/session";
import { startWarehouse } from "../../support/warehouse";

test("the example roster's probes", { timeout: 120_000 }, async () => {
  const warehouse = await startWarehouse();
  try {
    const testWarehouse = await warehouse.apply(readFileSync("team.yaml", "utf8"));
    const { schemas } = await createFixtures(testWarehouse, "after");
    let [allowed, refused] = [0, 0];
    for (const [who, probes] of testWarehouse.probesOf(schemas)) {
      const statements = [...probes];
      const batched = await testWarehouse.enter(who);
      const together = await batched.attemptAll(statements);
      await batched.end();
      await as(testWarehouse.login(who), async (client) => {
        const session = await Session.begin(client);
        for (const [index, statement] of statements.entries()) {
          const outcome = await session.attempt(statement);
          expect(together[index], `${who}: ${statement.sql}`).toEqual(outcome);
          if (outcome.allowed) allowed++;
          else refused++;
        }
      });
    }
    expect(allowed).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(2_000);
  } finally {
    await warehouse.stop();
  }
});

test("a statement that breaks off does not stop those behind it, and a GRANT without effect is none", async () => {
  const warehouse = await startWarehouse();
  try {
    const session = await Session.begin(
      testSessionOf(await warehouse.cluster.connect({ ...warehouse.cluster.superuser, pipeline: true })),
    );
    const made = "create table t (id int)";
    const effect = (sql: string) => ({ sql: made, effect: sql });
    const outcomes = await session.attemptAll([
      { sql: made },
      { sql: "select * from t" },
      { sql: made },
      { sql: "selec" },
      { sql: "select 1 / 0" },
      effect("select true"),
      effect("select false"),
      effect("select count(*) = 0 from t"),
      effect("select 1 / 0 = 1"),
    ]);
    expect(outcomes.map(({ allowed, code }) => code ?? allowed)).toEqual([
      ...[true, "42P01", true, "42601", "22012"],
      ...[true, "01007", true, "22012"],
    ]);
  } finally {
    await warehouse.stop();
  }
});
