import type { Target } from "./engine";

/** The stack's configuration that stands for a target, as text, the way Pulumi keeps it. */
export function configurationOf({ settings, connection }: Target, team: string): Record<string, string> {
  const all = {
    ...prefixed("one-environment", { ...settings, team }),
    ...prefixed("postgresql", connection),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

/** The keys whose values Pulumi must keep as secrets. */
export const SECRET_KEYS: readonly string[] = ["one-environment:passwordSeed", "postgresql:password"];

function prefixed(namespace: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${namespace}:${key}`, value]));
}
