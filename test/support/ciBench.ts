import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { PostgresqlTestWarehouse } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import type { AdminKind } from "../../src/warehouses/postgresql/server/server";
import { startWarehouse, type TestWarehouse } from "./warehouse";

/** A warehouse with two CI services, `runner` and `other`, each logged in anew for every test. */
export interface CiBench {
  readonly warehouse: TestWarehouse;
  readonly testWarehouse: PostgresqlTestWarehouse;
  readonly superuser: Client;
  readonly runner: Client;
  /** May be replaced by a test that makes it leave. */
  other: Client;
}

/** For the tests of the describe block that calls it; what they have opened is closed after each. */
export function useCiBench(roster: string, admin: AdminKind = "managed"): CiBench {
  const bench: { -readonly [K in keyof CiBench]?: CiBench[K] } = {};
  beforeAll(async () => {
    bench.warehouse = await startWarehouse(admin);
    bench.testWarehouse = await bench.warehouse.apply(roster);
    bench.superuser = await bench.testWarehouse.logins.superuser();
  });
  afterAll(async () => {
    await bench.superuser?.end();
    await bench.warehouse?.stop();
  });
  beforeEach(async () => {
    const { logins } = bench.testWarehouse as PostgresqlTestWarehouse;
    [bench.runner, bench.other] = await Promise.all([logins.login("runner"), logins.login("other")]);
  });
  afterEach(async () => {
    for (const client of [bench.runner, bench.other]) {
      await client?.query("select * from ci.reap('0')");
      await client?.end();
    }
  });
  return bench as CiBench;
}

/** What a function of CI gives. */
export async function call(client: Client, expression: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`select * from ci.${expression} as name`);
  return rows.map(({ name }) => name);
}

/** The schemas that there are leases on. */
export async function leased(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string }>("select schema from ci.leases()");
  return rows.map(({ schema }) => schema);
}
