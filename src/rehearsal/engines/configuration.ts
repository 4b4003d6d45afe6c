import type { Target } from "./engine";

/** The stack's configuration that stands for a target, as text, the way Pulumi keeps it. It names no roster. */
export function configurationOf(target: Target): Record<string, string> {
  const all = {
    ...prefixed("one-environment", { ...target.settings, warehouse: target.warehouse }),
    ...prefixed(target.warehouse, connectionOf(target)),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, textOf(value)]])),
  );
}

function connectionOf(target: Target): object {
  switch (target.warehouse) {
    case "postgresql":
      return target.connection;
    case "snowflake": {
      const { keyInEnvironment: _, ...configured } = target.connection;
      return configured;
    }
  }
}

function prefixed(namespace: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${namespace}:${key}`, value]));
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
