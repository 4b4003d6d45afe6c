import type { TestServer } from "../proof/testWarehouse";
import type { WarehouseName } from "./engines/engine";

/** What is rehearsed on. */
export interface TestServerOptions {
  readonly warehouse: WarehouseName;
  /** Kind of account that deploys on PostgreSQL; `managed` has CREATEROLE and owns the database, but is no superuser. */
  readonly admin: "managed" | "superuser";
}

/**
 * Starts a throw-away warehouse; only what it takes is loaded.
 *
 * @param identities everybody who will log in
 */
export async function startTestServer(
  { warehouse, admin }: TestServerOptions,
  identities: Iterable<string>,
): Promise<TestServer> {
  switch (warehouse) {
    case "postgresql": {
      const { startPostgresql } = await import("../warehouses/postgresql/rehearsal/testServer.js");
      return startPostgresql(admin);
    }
    case "snowflake": {
      const [{ startEmulated }, { testServerOn }] = await Promise.all([
        import("../warehouses/snowflake/server/emulated.js"),
        import("../warehouses/snowflake/rehearsal/testServer.js"),
      ]);
      return testServerOn(await startEmulated(), identities);
    }
  }
}
