import type { Target } from "../../stack/target";
import { warehouseOf } from "../../warehouses/registry";

/** A value of the stack's configuration, as text, and whether Pulumi keeps it encrypted. */
export interface ConfigurationValue {
  readonly value: string;
  readonly secret: boolean;
}

/** The stack's configuration that stands for a target, by key, the way Pulumi keeps it. It names no roster. */
export async function configurationOf(target: Target): Promise<Record<string, ConfigurationValue>> {
  const { secretKeys } = await warehouseOf(target.warehouse).stack();
  const all = {
    ...prefixed("one-environment", { ...target.settings, warehouse: target.warehouse }),
    ...prefixed(target.warehouse, target.connection),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, { value: textOf(value), secret: secretKeys.includes(key) }]],
    ),
  );
}

function prefixed(namespace: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${namespace}:${key}`, value]));
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
