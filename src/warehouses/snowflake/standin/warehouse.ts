import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier, literal } from "../quote";
import type { Session } from "../session";
import { alter, assignments, optional, type Properties } from "./statements";

const inputs = z.strictObject({
  name: z.string().min(1),
  warehouseSize: z.string().min(1),
  autoSuspend: z.int().min(0),
  autoResume: z.literal("true"),
  // Only counts when it is made.
  initiallySuspended: z.literal(true),
  resourceMonitor: z.string().min(1).optional(),
  statementTimeoutInSeconds: z.int().min(0).optional(),
});
type WarehouseInputs = z.output<typeof inputs>;

/** `snowflake.Warehouse`. */
export const warehouse: ResourceKind<Session, WarehouseInputs> = {
  inputs,
  replacedBy: [],

  async create(session, wanted) {
    const all = { ...propertiesOf(wanted), AUTO_RESUME: "true", INITIALLY_SUSPENDED: "true" };
    await session.query(`CREATE WAREHOUSE ${identifier(wanted.name)} ${assignments(all)}`);
  },

  async update(session, before, after) {
    const name = identifier(after.name);
    if (before.name !== after.name) await session.query(`ALTER WAREHOUSE ${identifier(before.name)} RENAME TO ${name}`);
    await alter(session, `WAREHOUSE ${name}`, propertiesOf(before), propertiesOf(after));
  },

  async remove(session, { name }) {
    await session.query(`DROP WAREHOUSE IF EXISTS ${identifier(name)}`);
  },
};

function propertiesOf(wanted: WarehouseInputs): Properties {
  return {
    WAREHOUSE_SIZE: literal(wanted.warehouseSize),
    AUTO_SUSPEND: String(wanted.autoSuspend),
    RESOURCE_MONITOR: optional(wanted.resourceMonitor, identifier),
    STATEMENT_TIMEOUT_IN_SECONDS: optional(wanted.statementTimeoutInSeconds, String),
  };
}
