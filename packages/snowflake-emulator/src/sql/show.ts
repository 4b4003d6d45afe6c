/** SHOW and DESCRIBE. */

import { unknownToEmulator } from "../errors";
import type { Reference } from "../privileges/resolve";
import type { Cursor } from "./cursor";
import { type ContainerReference, parseContainer } from "./grants";
import type { Path } from "./names";
import { parseReference, takeKind } from "./references";

const LISTED_IN_SCHEMAS = [
  "MATERIALIZED VIEWS",
  "DYNAMIC TABLES",
  "TABLES",
  "VIEWS",
  "OBJECTS",
  "USER PROCEDURES",
  "PROCEDURES",
  "USER FUNCTIONS",
  "FUNCTIONS",
  "STAGES",
  "FILE FORMATS",
  "SEQUENCES",
  "STREAMS",
] as const;

const LISTED = [
  "ROLES",
  "USERS",
  "WAREHOUSES",
  "RESOURCE MONITORS",
  "NETWORK POLICIES",
  "DATABASES",
  "SCHEMAS",
  "COLUMNS",
  "REPLICATION DATABASES",
  "PRIMARY KEYS",
  "VARIABLES",
  "INTEGRATIONS",
  "TASKS",
  "PIPES",
  ...LISTED_IN_SCHEMAS,
] as const;

export type Listed = (typeof LISTED)[number];
export type ListedInSchemas = (typeof LISTED_IN_SCHEMAS)[number];

export interface Scope {
  readonly kind: "ACCOUNT" | "DATABASE" | "SCHEMA" | "TABLE";
  readonly path: Path;
}

/** `SHOW [TERSE] <kinds> [HISTORY] [LIKE …] [IN …] [STARTS WITH …] [LIMIT n [FROM '…']]`. */
export interface ShowObjects {
  readonly type: "show";
  readonly listed: Listed;
  readonly terse: boolean;
  readonly history: boolean;
  readonly like: string | null;
  readonly scope: Scope | null;
  readonly startsWith: string | null;
  readonly limit: number | null;
  readonly from: string | null;
}

export type ShowGrants =
  | { readonly type: "showGrants"; readonly of: "mine" }
  | { readonly type: "showGrants"; readonly of: "on"; readonly reference: Reference }
  | { readonly type: "showGrants"; readonly of: "to" | "of"; readonly kind: "ROLE" | "USER"; readonly name: string }
  | { readonly type: "showGrants"; readonly of: "futureIn"; readonly container: ContainerReference }
  | { readonly type: "showGrants"; readonly of: "futureTo"; readonly name: string };

export interface ShowParameters {
  readonly type: "showParameters";
  readonly like: string | null;
  /** `null`: the session's. */
  readonly reference: Reference | null;
}

export interface Describe {
  readonly type: "describe";
  readonly reference: Reference;
}

export type ShowStatement = ShowObjects | ShowGrants | ShowParameters;

export function parseShow(cursor: Cursor): ShowStatement {
  cursor.expectWord("SHOW");
  const terse = cursor.takeWord("TERSE");
  if (cursor.takeWord("PARAMETERS")) return parseShowParameters(cursor);
  if (cursor.takeWord("FUTURE GRANTS")) return parseFutureGrants(cursor);
  if (cursor.takeWord("GRANTS")) return parseShowGrants(cursor);
  const listed = cursor.takeOneOf(LISTED);
  if (!listed) throw unknownToEmulator(`SHOW ${cursor.token?.text ?? "<EOF>"}`);
  const history = cursor.takeWord("HISTORY");
  const like = cursor.takeWord("LIKE") ? cursor.string() : null;
  const scope = cursor.takeWord("IN") || cursor.takeWord("FOR") ? parseScope(cursor, listed) : null;
  const startsWith = cursor.takeWord("STARTS WITH") ? cursor.string() : null;
  const limit = cursor.takeWord("LIMIT") ? cursor.integer() : null;
  const from = limit !== null && cursor.takeWord("FROM") ? cursor.string() : null;
  return { type: "show", listed, terse, history, like, scope, startsWith, limit, from };
}

function parseScope(cursor: Cursor, listed: Listed): Scope {
  if (cursor.takeWord("ACCOUNT")) return { kind: "ACCOUNT", path: [] };
  const kind = cursor.takeOneOf(["DATABASE", "SCHEMA", "TABLE"]);
  const isNamed = !cursor.atEnd && !cursor.isWord("STARTS") && !cursor.isWord("LIMIT");
  const path = isNamed ? cursor.path() : [];
  if (kind) return { kind, path };
  if (listed === "COLUMNS") return { kind: "TABLE", path };
  return { kind: path.length === 2 ? "SCHEMA" : listed === "SCHEMAS" ? "DATABASE" : "SCHEMA", path };
}

function parseFutureGrants(cursor: Cursor): ShowGrants {
  if (cursor.isWord("IN")) return { type: "showGrants", of: "futureIn", container: parseContainer(cursor) };
  cursor.expectWord("TO ROLE");
  return { type: "showGrants", of: "futureTo", name: cursor.name() };
}

function parseShowGrants(cursor: Cursor): ShowGrants {
  if (cursor.atEnd) return { type: "showGrants", of: "mine" };
  if (cursor.takeWord("ON")) {
    const kind = takeKind(cursor) ?? "TABLE";
    return { type: "showGrants", of: "on", reference: parseReference(cursor, kind) };
  }
  const of = cursor.takeWord("OF") ? "of" : "to";
  if (of === "to") cursor.expectWord("TO");
  const kind = cursor.takeOneOf(["ROLE", "USER"]);
  if (!kind || (of === "of" && kind === "USER")) throw unknownToEmulator(`SHOW GRANTS of ${cursor.token?.text}`);
  return { type: "showGrants", of, kind, name: cursor.name() };
}

function parseShowParameters(cursor: Cursor): ShowParameters {
  const like = cursor.takeWord("LIKE") ? cursor.string() : null;
  if (!cursor.takeWord("IN") && !cursor.takeWord("FOR")) return { type: "showParameters", like, reference: null };
  if (cursor.takeWord("SESSION")) return { type: "showParameters", like, reference: null };
  return { type: "showParameters", like, reference: parseReference(cursor) };
}

export function parseDescribe(cursor: Cursor): Describe {
  if (!cursor.takeWord("DESC")) cursor.expectWord("DESCRIBE");
  return { type: "describe", reference: parseReference(cursor) };
}
