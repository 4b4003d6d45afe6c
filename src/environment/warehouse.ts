/** The warehouses that there are adapters for, by the names that configuration and options give them. */
export const WAREHOUSES = ["postgresql", "snowflake"] as const;
export type WarehouseKind = (typeof WAREHOUSES)[number];
