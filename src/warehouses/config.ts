import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** A part of the stack's configuration, or what is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Parses the keys of a namespace that a schema names; others are left alone.
 *
 * @param fallback values for keys that are not configured
 */
export function parseConfig<S extends z.ZodObject>(
  namespace: string,
  schema: S,
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
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => {
    // Positions in a list would be of no help: one key may be given without a list around it.
    const key = issue.path.filter((part) => typeof part === "string").join(".");
    if (issue.code !== "unrecognized_keys") return [`config \`${namespace}:${key}\` ${issue.message}`];
    return issue.keys.map((unknown) => `config \`${namespace}:${key}.${unknown}\` is unknown`);
  });
  return { ok: false, problems };
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
