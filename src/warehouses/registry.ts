/** The only place that knows which warehouses there are. */
import { postgresql } from "./postgresql/warehouse";
import { snowflake } from "./snowflake/warehouse";
import type { Warehouse } from "./warehouse";

/** By the names that configuration and options give them, which are also those of their Pulumi providers. */
export const WAREHOUSES = { postgresql, snowflake } satisfies Readonly<Record<string, Warehouse>>;

export type WarehouseKind = keyof typeof WAREHOUSES;

/** Their names. */
export const WAREHOUSE_KINDS = Object.keys(WAREHOUSES) as readonly WarehouseKind[];

/** The one that is meant where nothing says otherwise. */
export const DEFAULT_WAREHOUSE: WarehouseKind = "postgresql";

/** The adapter of a warehouse. @throws Error for a name that none has */
export function warehouseOf(name: string): Warehouse {
  const kind = WAREHOUSE_KINDS.find((each) => each === name);
  if (kind === undefined) throw new Error(`unknown warehouse \`${name}\``);
  return WAREHOUSES[kind];
}
