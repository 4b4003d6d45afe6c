import { as } from "./session";
import type { TestWarehouse } from "./testWarehouse";

/** Opens a run's schemas as a CI service, fills them and returns their names. */
export async function openRun(testWarehouse: TestWarehouse, service: string, run: string): Promise<readonly string[]> {
  const { runs, login } = testWarehouse;
  const schemas = await as(login(service), async (session) => {
    await session.query(runs.close(service, run));
    return runs.opened(await session.query(runs.open(service, run)));
  });
  for (const schema of schemas) await testWarehouse.fill(schema, service, "after");
  return schemas;
}
