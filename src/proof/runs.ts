import { as } from "./session";
import { Refusal } from "./statement";
import type { TestWarehouse } from "./testWarehouse";

/** Opens a run's schemas as a CI service, fills them and returns their names. @throws Refusal */
export async function openRun(testWarehouse: TestWarehouse, service: string, run: string): Promise<readonly string[]> {
  const { runs, login } = testWarehouse;
  const schemas = await as(login(service), async (session) => {
    await session.query(runs.close(service, run));
    return runs.opened(await session.query(runs.open(service, run)));
  });
  const outcomes = await testWarehouse.fill(schemas, service, "after");
  const refused = outcomes.find(({ allowed }) => !allowed);
  if (refused) throw new Refusal(refused.code ?? "", refused.message ?? "");
  return schemas;
}
