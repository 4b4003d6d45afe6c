import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** Pulumi exports it and leaves it out of its types. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(fullKey: string): boolean };

/** A part of the stack's configuration, or what is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      /** Whether a key that has no default is not configured. */
      readonly isIncomplete: boolean;
    };

/**
 * Parses the keys of a namespace that a schema names; others are left alone.
 *
 * @param secretKeys keys in full that must not be in plain text
 * @param fallback values for keys that are not configured
 */
export function parseConfig<S extends z.ZodObject>(
  namespace: string,
  schema: S,
  secretKeys: readonly string[] = [],
  fallback: Readonly<Record<string, string | undefined>> = {},
): Parsed<z.output<S>> {
  const config = new pulumi.Config(namespace);
  const raw = Object.fromEntries(
    Object.keys(schema.shape).flatMap((key) => {
      const value = config.get(key) ?? fallback[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const result = schema.safeParse(raw);
  const exposed = secretKeys.filter((key) => isInPlainText(key, namespace, schema));
  if (result.success && exposed.length === 0) return { ok: true, value: result.data };
  const issues = result.error?.issues ?? [];
  return {
    ok: false,
    problems: [
      ...issues.flatMap((issue) => describe(namespace, issue)),
      ...exposed.map((key) => `config \`${key}\` is in plain text; set it with \`pulumi config set --secret\``),
    ],
    isIncomplete: issues.some(({ path: [key] }) => !(String(key) in raw)),
  };
}

/** Two parts as one; what is wrong with the first comes first. */
export function both<S, C>(settings: Parsed<S>, connection: Parsed<C>): Parsed<{ settings: S; connection: C }> {
  if (settings.ok && connection.ok)
    return { ok: true, value: { settings: settings.value, connection: connection.value } };
  const failed = [settings, connection].filter((part) => !part.ok);
  return {
    ok: false,
    problems: failed.flatMap(({ problems }) => problems),
    isIncomplete: failed.some(({ isIncomplete }) => isIncomplete),
  };
}

/** What was parsed, made into something else; what is wrong stays. */
export function mapParsed<T, U>(parsed: Parsed<T>, make: (value: T) => U): Parsed<U> {
  return parsed.ok ? { ok: true, value: make(parsed.value) } : parsed;
}

function describe(namespace: string, issue: z.core.$ZodIssue): string[] {
  // Positions in a list would be of no help: one key may be given without a list around it.
  const key = issue.path.filter((part) => typeof part === "string").join(".");
  if (issue.code !== "unrecognized_keys") return [`config \`${namespace}:${key}\` ${issue.message}`];
  return issue.keys.map((unknown) => `config \`${namespace}:${key}.${unknown}\` is unknown`);
}

function isInPlainText(fullKey: string, namespace: string, schema: z.ZodObject): boolean {
  const [ours, key = ""] = fullKey.split(":");
  if (ours !== namespace || !(key in schema.shape)) return false;
  return new pulumi.Config(namespace).get(key) !== undefined && !isConfigSecret(fullKey);
}

/** A value that Pulumi keeps as a structure, which arrives as JSON text. */
export function fromJson(text: unknown, context: z.core.$RefinementCtx): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch {
    context.addIssue({ code: "custom", message: "is not a structure; set it with `pulumi config set --path`" });
    return undefined;
  }
}
