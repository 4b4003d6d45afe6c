/** What changes a session: USE, ALTER SESSION, SET, transactions. */
import { parametersOf } from "../catalog/parameters";
import { unknownToEmulator } from "../errors";
import type { Cursor } from "./cursor";
import type { Expression } from "./expressions";
import type { Path } from "./names";
import { parseExpression } from "./parseExpression";
import { type Properties, parseNames, parseProperties } from "./properties";

export type SessionStatement =
  | { readonly type: "use"; readonly kind: "ROLE" | "WAREHOUSE"; readonly name: string }
  | { readonly type: "useSchema"; readonly path: Path }
  | { readonly type: "useDatabase"; readonly name: string }
  | { readonly type: "useSecondaryRoles"; readonly roles: "ALL" | "NONE" | readonly string[] }
  | { readonly type: "alterSession"; readonly set: Properties; readonly unset: readonly string[] }
  | { readonly type: "set"; readonly names: readonly string[]; readonly values: readonly Expression[] }
  | { readonly type: "unset"; readonly names: readonly string[] }
  | { readonly type: "transaction"; readonly action: "begin" | "commit" | "rollback" };

export function parseUse(cursor: Cursor): SessionStatement {
  cursor.expectWord("USE");
  if (cursor.takeWord("SECONDARY ROLES")) {
    if (cursor.takeWord("ALL")) return { type: "useSecondaryRoles", roles: "ALL" };
    if (cursor.takeWord("NONE")) return { type: "useSecondaryRoles", roles: "NONE" };
    return { type: "useSecondaryRoles", roles: cursor.list(() => cursor.name()) };
  }
  const kind = cursor.takeOneOf(["ROLE", "WAREHOUSE"]);
  if (kind) return { type: "use", kind, name: cursor.name() };
  if (cursor.takeWord("SCHEMA")) return { type: "useSchema", path: cursor.path() };
  const isDatabase = cursor.takeWord("DATABASE");
  const path = cursor.path();
  if (!isDatabase && path.length === 2) return { type: "useSchema", path };
  return { type: "useDatabase", name: path[0] as string };
}

export function parseAlterSession(cursor: Cursor): SessionStatement {
  const known = [...parametersOf("SESSION").keys()];
  if (cursor.takeWord("UNSET"))
    return { type: "alterSession", set: new Map(), unset: parseNames(cursor, "SESSION", known) };
  cursor.expectWord("SET");
  return { type: "alterSession", set: parseProperties(cursor, "SESSION", known), unset: [] };
}

/** `SET a = 1` and `SET (a, b) = (1, 2)`; `UNSET a`. */
export function parseSet(cursor: Cursor): SessionStatement {
  if (cursor.takeWord("UNSET")) return { type: "unset", names: identifiers(cursor) };
  cursor.expectWord("SET");
  const isList = cursor.isSymbol("(");
  const names = identifiers(cursor);
  cursor.expectSymbol("=");
  const values = isList ? cursor.parenthesized(() => parseExpression(cursor)) : [parseExpression(cursor)];
  if (names.length !== values.length) throw cursor.unexpected();
  return { type: "set", names, values };
}

function identifiers(cursor: Cursor): string[] {
  return cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.identifier()) : [cursor.identifier()];
}

/** `BEGIN [TRANSACTION]`, `START TRANSACTION`, `COMMIT [WORK]`, `ROLLBACK [WORK]` ("Transactions"). */
export function parseTransaction(cursor: Cursor): SessionStatement {
  if (cursor.takeWord("START TRANSACTION")) return { type: "transaction", action: "begin" };
  const word = cursor.takeOneOf(["BEGIN", "COMMIT", "ROLLBACK"]);
  if (!word) throw unknownToEmulator(`statement ${cursor.token?.text}`);
  if (word === "BEGIN") {
    cursor.takeOneOf(["TRANSACTION", "WORK"]);
    if (cursor.takeWord("NAME")) cursor.identifier();
    return { type: "transaction", action: "begin" };
  }
  cursor.takeWord("WORK");
  return { type: "transaction", action: word === "COMMIT" ? "commit" : "rollback" };
}
