import { readSql } from "../readSql";

/** A function as pg_get_functiondef prints it; its body is `sql/<name>.sql`. */
export interface FunctionSpec {
  readonly name: string;
  readonly args: readonly { name: string; type: string }[];
  readonly returns: string;
  readonly securityDefiner: boolean;
}

const LEASE = "run text, owner text, opened timestamp with time zone, expires timestamp with time zone";
const SCHEMA = { name: "schema", type: "text" };

/** Fills in what is decided elsewhere, as SQL: `{{name}}` in a body → a literal, or a condition. */
export type Filling = Readonly<Record<string, string>>;

/** The body of a function, filled in. */
export function functionBody(name: string, filling: Filling): string {
  const body = readSql(name);
  return Object.entries(filling).reduce((text, [key, value]) => text.replaceAll(`{{${key}}}`, () => value), body);
}

/** The functions of schema `ci`. */
export const CI_FUNCTIONS: readonly FunctionSpec[] = [
  { name: "lease", args: [SCHEMA], returns: `TABLE(${LEASE}, version xid)`, securityDefiner: false },
  { name: "leases", args: [], returns: `TABLE(schema text, ${LEASE})`, securityDefiner: false },
  { name: "lock", args: [SCHEMA, { name: "version", type: "xid" }], returns: "boolean", securityDefiner: false },
  { name: "open", args: [{ name: "run", type: "text" }], returns: "SETOF text", securityDefiner: true },
  { name: "close", args: [{ name: "run", type: "text" }], returns: "SETOF text", securityDefiner: true },
  { name: "reap", args: [{ name: "older_than", type: "interval" }], returns: "SETOF text", securityDefiner: true },
];

const BLOCKER = [
  "pid integer, identity text, duty text, blocks integer[], blocked_by integer[]",
  "waiting interval, transaction interval, locks integer",
].join(", ");
const DEPENDENT = "name text, kind text, owner text, droppable boolean";
const RELATION = [{ name: "relation", type: "regclass" }];

/** The functions of schema `unblock`. */
export const UNBLOCK_FUNCTIONS: readonly FunctionSpec[] = [
  { name: "blockers", args: [], returns: `TABLE(${BLOCKER})`, securityDefiner: true },
  { name: "end_blocker", args: [{ name: "pid", type: "integer" }], returns: "boolean", securityDefiner: true },
  { name: "dependents", args: RELATION, returns: `TABLE(${DEPENDENT})`, securityDefiner: true },
  { name: "drop_dependents", args: RELATION, returns: "SETOF text", securityDefiner: true },
];
