/** zod's issues in this project's words. */
import type { z } from "zod";
import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import { keysAt } from "../jsonSchema";
import { CI_LIMITS } from "../schema";
import type { YamlPath } from "../yaml/positions";

/** Something wrong at a place of the file. */
export interface RosterFinding {
  readonly severity: "error" | "warning";
  readonly path: YamlPath;
  /** Point at the key rather than at its value. */
  readonly onKey?: boolean;
  readonly message: string;
  readonly help?: string;
}

type Issue = z.core.$ZodIssue;

/** `raw` is what was parsed: zod's issues do not carry the value. */
export function describeIssue(issue: Issue, raw: unknown): RosterFinding[] {
  const path = issue.path;
  const found = (message: string, help?: string): RosterFinding[] => [
    { severity: "error", path, message, ...(help === undefined ? {} : { help }) },
  ];
  const value = valueAt(raw, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => describeUnknownKey(path, key));
    case "invalid_union":
      return describeUnion(issue, raw);
    case "invalid_value":
      if (typeof value !== "string") break;
      return found(
        `unknown ${lastName(path)} ${quote(value)}`,
        didYouMean(value, issue.values.map(String)).help ?? oneOf(issue.values),
      );
    case "custom":
      return found(issue.message, issue.params?.help as string | undefined);
    case "too_small":
      return found(
        issue.origin === "array"
          ? `${quote(lastName(path))} needs at least one entry`
          : `expected at least \`${issue.minimum}\`, got \`${value}\``,
      );
    case "too_big":
      return found(`expected at most \`${issue.maximum}\`, got \`${value}\``);
  }
  if (value === undefined && path.length > 0) return found(`missing key ${quote(lastName(path))}`);
  return found(issue.message, helpForType(issue, value));
}

/** The form of a union that the author meant is the one whose outer type fits. */
function describeUnion(issue: Issue & { code: "invalid_union" }, raw: unknown): RosterFinding[] {
  const meant = issue.errors.find(
    (branch) => !branch.some(({ code, path }) => code === "invalid_type" && path.length === 0),
  );
  if (meant) return meant.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, raw));
  const value = valueAt(raw, issue.path);
  const message = value === undefined ? `missing key ${quote(lastName(issue.path))}` : issue.message;
  return [{ severity: "error", path: issue.path, message }];
}

function describeUnknownKey(path: YamlPath, key: string): RosterFinding {
  const base = { severity: "error", path: [...path, key], onKey: true, message: `unknown key ${quote(key)}` } as const;
  if (key === "<<") return { ...base, help: "merge keys are not allowed: write the keys out" };
  const known = keysAt(path);
  const { help } = didYouMean(key, known);
  if (CI_LIMITS.includes(key) && path.includes("limits")) return refuseCiLimit(base.path);
  return { ...base, help: help ?? `known keys: ${known.map(quote).join(", ")}` };
}

/** A limit that only CI has, where it is somebody else's. */
export function refuseCiLimit(path: YamlPath): RosterFinding {
  const message = `${quote(lastName(path))} is a limit of duty \`ci\` only`;
  return { severity: "error", path, onKey: true, message, help: "only CI has throw-away schemas" };
}

function helpForType(issue: Issue, value: unknown): string | undefined {
  if (value === null) return "delete the key, or give it a value";
  if (issue.code !== "invalid_type") return undefined;
  if (issue.expected === "array" && typeof value === "string") return `did you mean ${quote(`[${value}]`)}?`;
  if (issue.expected === "array") return "start each entry with `- `";
  if (issue.expected === "object" && NAMED.has(issue.path[0]) && typeof value === "string") {
    return `did you mean ${quote(`name: ${value}`)}?`;
  }
  return undefined;
}

/** Lists whose entries are mappings with a name. */
const NAMED: ReadonlySet<unknown> = new Set(["developers", "services"]);

function oneOf(values: readonly unknown[]): string {
  return `write one of ${values.map((value) => quote(String(value))).join(", ")}`;
}

function lastName(path: YamlPath): string {
  return String(path.findLast((step) => typeof step === "string") ?? "");
}

function valueAt(raw: unknown, path: YamlPath): unknown {
  let value: unknown = raw;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
