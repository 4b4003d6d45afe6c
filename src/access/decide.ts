import { CI_SCHEMAS, isCiSchema } from "../names";
import type { AccessPaths, Step } from "./paths";
import { includes, type Level, type Schema } from "./plan";

/**
 * What somebody may try in a schema, and the level it takes. `null`: nobody but the deploying admin may do it, whatever
 * their level. `read` and `write` are the two that the roster speaks of; the others are what the rehearsal executes.
 */
export const ACTIONS = {
  read: "read",
  write: "write",
  insert: "write",
  update: "write",
  delete: "write",
  truncate: "write",
  execute: "write",
  "create table": "write",
  "create view": "write",
  "create function": "write",
  alter: "write",
  drop: "write",
  rename: "write",
  grant: "write",
  "grant schema": "own",
  "drop schema": "own",
  "rename schema": null,
  "create schema": null,
} as const satisfies Record<string, Level | null>;

export type Action = keyof typeof ACTIONS;

/** An answer with its reasons: for an allowed action the whole way to it, for a denied one what is missing. */
export interface Decision {
  readonly allowed: boolean;
  readonly level: Level;
  readonly reasons: readonly Step[];
}

/** A name the plan does not know. Never answered with a plain "denied": a typing error must not pass as a proof. */
export class UnknownName extends Error {
  constructor(
    readonly kind: "identity" | "schema" | "role",
    readonly unknown: string,
  ) {
    super(`unknown ${kind} \`${unknown}\``);
    this.name = "UnknownName";
  }
}

/**
 * Whether an identity may do something in a schema.
 *
 * @param target a schema of the plan, or one that CI opened (`ci_<run>…`)
 * @throws UnknownName
 */
export function decide(paths: AccessPaths, who: string, action: Action, target: string): Decision {
  const identity = paths.identities.get(who);
  if (!identity) throw new UnknownName("identity", who);
  const schema = findSchema(paths, target);
  const access = paths.accessTo(schema.name).get(who);
  const level = access?.level ?? "none";
  const steps = access ? [...access.way, access.power] : [];
  const needed = ACTIONS[action];
  if (needed !== null && includes(level, needed)) return { allowed: true, level, reasons: steps };
  return { allowed: false, level, reasons: [missing(schema, level, needed, who), ...steps] };
}

/**
 * Whether an identity may act as a role (`SET ROLE`).
 *
 * @throws UnknownName
 */
export function decideRole(paths: AccessPaths, who: string, role: string): Decision {
  if (!paths.identities.has(who)) throw new UnknownName("identity", who);
  const target = paths.roles.get(role) ?? paths.identities.get(role);
  if (!target) throw new UnknownName("role", role);
  const steps = paths.rolesOf(who).get(role);
  if (steps) return { allowed: true, level: "none", reasons: steps };
  const text = `\`${who}\` is not a member of \`${role}\``;
  return { allowed: false, level: "none", reasons: [{ text, because: target.because }] };
}

/** A schema by its name; that of CI for one which CI opened. @throws UnknownName */
export function findSchema(paths: AccessPaths, target: string): Schema {
  const schema = paths.schemas.get(isCiSchema(target) ? CI_SCHEMAS : target);
  if (!schema) throw new UnknownName("schema", target);
  return schema;
}

function missing(schema: Schema, level: Level, needed: Level | null, who: string): Step {
  const { because } = schema;
  if (needed === null) return { text: "only the deploying admin creates and renames schemas", because };
  const owner = schema.owner === undefined ? "the deploying admin" : `\`${schema.owner}\``;
  const has = level === "none" ? "has no access to it" : `may only ${level} it`;
  return { text: `\`${schema.name}\` belongs to ${owner} and \`${who}\` ${has}`, because };
}
