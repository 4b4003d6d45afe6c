import type { Venue } from "../proof/testWarehouse";
import type { WarehouseName } from "./engines/engine";

/** What is rehearsed on. */
export interface VenueOptions {
  readonly warehouse: WarehouseName;
  /** Kind of account that deploys on PostgreSQL; `managed` has CREATEROLE and owns the database, but is no superuser. */
  readonly admin: "managed" | "superuser";
}

/**
 * Starts a throw-away warehouse; only what it takes is loaded.
 *
 * @param identities everybody who will log in
 */
export async function startVenue({ warehouse, admin }: VenueOptions, identities: Iterable<string>): Promise<Venue> {
  switch (warehouse) {
    case "postgresql": {
      const { startPostgresql } = await import("../warehouses/postgresql/rehearsal/testServer.js");
      return startPostgresql(admin);
    }
    case "snowflake": {
      const [{ startEmulated }, { venueOn }] = await Promise.all([
        import("../warehouses/snowflake/server/emulated.js"),
        import("../warehouses/snowflake/rehearsal/testServer.js"),
      ]);
      return venueOn(await startEmulated(), identities);
    }
  }
}
