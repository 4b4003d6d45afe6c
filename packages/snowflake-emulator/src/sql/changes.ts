/** INSERT, UPDATE, DELETE, TRUNCATE and MERGE. */
import { unknownToEmulator } from "../errors";
import type { Cursor } from "./cursor";
import type { Expression, Query, Source } from "./expressions";
import type { Path } from "./names";
import { parseExpression } from "./parseExpression";
import { isQueryNext, parseQuery, parseSources, parseTuple } from "./parseQuery";

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
}

export type MergeAction =
  | { readonly matched: true; readonly and: Expression | null; readonly set: readonly Assignment[] | "DELETE" }
  | {
      readonly matched: false;
      readonly and: Expression | null;
      readonly columns: readonly string[];
      readonly values: readonly Expression[];
    };

export type ChangeStatement =
  | {
      readonly type: "insert";
      readonly table: Path;
      readonly overwrite: boolean;
      readonly columns: readonly string[];
      /** An expression of VALUES may be DEFAULT: `null`. */
      readonly source: Query | readonly (readonly (Expression | null)[])[];
    }
  | {
      readonly type: "update";
      readonly table: Path;
      readonly alias: string | null;
      readonly set: readonly Assignment[];
      readonly from: Source | null;
      readonly where: Expression | null;
    }
  | {
      readonly type: "delete";
      readonly table: Path;
      readonly alias: string | null;
      readonly using: Source | null;
      readonly where: Expression | null;
    }
  | { readonly type: "truncate"; readonly table: Path; readonly ifExists: boolean }
  | {
      readonly type: "merge";
      readonly table: Path;
      readonly alias: string | null;
      readonly using: Source;
      readonly on: Expression;
      readonly actions: readonly MergeAction[];
    };

export function parseChange(cursor: Cursor): ChangeStatement {
  if (cursor.isWord("INSERT")) return parseInsert(cursor);
  if (cursor.isWord("UPDATE")) return parseUpdate(cursor);
  if (cursor.isWord("DELETE")) return parseDelete(cursor);
  if (cursor.isWord("MERGE")) return parseMerge(cursor);
  cursor.expectWord("TRUNCATE");
  if (cursor.isWord("MATERIALIZED")) throw unknownToEmulator("TRUNCATE MATERIALIZED VIEW");
  cursor.takeWord("TABLE");
  const ifExists = cursor.takeWord("IF EXISTS");
  return { type: "truncate", table: cursor.path(), ifExists };
}

function parseInsert(cursor: Cursor): ChangeStatement {
  cursor.expectWord("INSERT");
  const overwrite = cursor.takeWord("OVERWRITE");
  cursor.expectWord("INTO");
  const table = cursor.path();
  const hasColumns = cursor.isSymbol("(") && !isQueryNext(cursor);
  const columns = hasColumns ? cursor.parenthesized(() => cursor.identifier()) : [];
  const source = cursor.takeWord("VALUES") ? cursor.list(() => parseRow(cursor)) : parseQuery(cursor);
  return { type: "insert", table, overwrite, columns, source };
}

function parseRow(cursor: Cursor): (Expression | null)[] {
  return cursor.parenthesized(() => (cursor.takeWord("DEFAULT") ? null : parseExpression(cursor)));
}

function parseTableAlias(cursor: Cursor): string | null {
  if (cursor.takeWord("AS")) return cursor.identifier();
  const isAlias = cursor.token?.kind === "quoted" || (cursor.token?.kind === "word" && !isClauseWord(cursor));
  return isAlias ? cursor.identifier() : null;
}

function isClauseWord(cursor: Cursor): boolean {
  return ["SET", "USING", "WHERE", "ON", "FROM"].some((word) => cursor.isWord(word));
}

function parseUpdate(cursor: Cursor): ChangeStatement {
  cursor.expectWord("UPDATE");
  const table = cursor.path();
  const alias = parseTableAlias(cursor);
  cursor.expectWord("SET");
  const set = parseAssignments(cursor);
  const from = cursor.takeWord("FROM") ? parseSources(cursor) : null;
  return { type: "update", table, alias, set, from, where: parseWhere(cursor) };
}

function parseAssignments(cursor: Cursor): Assignment[] {
  return cursor.list(() => {
    const column = cursor.path().at(-1) as string;
    cursor.expectSymbol("=");
    return { column, value: parseExpression(cursor) };
  });
}

function parseWhere(cursor: Cursor): Expression | null {
  return cursor.takeWord("WHERE") ? parseExpression(cursor) : null;
}

function parseDelete(cursor: Cursor): ChangeStatement {
  cursor.expectWord("DELETE FROM");
  const table = cursor.path();
  const alias = parseTableAlias(cursor);
  const using = cursor.takeWord("USING") ? parseSources(cursor) : null;
  return { type: "delete", table, alias, using, where: parseWhere(cursor) };
}

function parseMerge(cursor: Cursor): ChangeStatement {
  cursor.expectWord("MERGE INTO");
  const table = cursor.path();
  const alias = parseTableAlias(cursor);
  cursor.expectWord("USING");
  const using = parseSources(cursor);
  cursor.expectWord("ON");
  const on = parseExpression(cursor);
  const actions: MergeAction[] = [];
  while (cursor.takeWord("WHEN")) actions.push(parseMergeAction(cursor));
  return { type: "merge", table, alias, using, on, actions };
}

function parseMergeAction(cursor: Cursor): MergeAction {
  const matched = !cursor.takeWord("NOT");
  cursor.expectWord("MATCHED");
  const and = cursor.takeWord("AND") ? parseExpression(cursor) : null;
  cursor.expectWord("THEN");
  if (matched) {
    if (cursor.takeWord("DELETE")) return { matched, and, set: "DELETE" };
    cursor.expectWord("UPDATE SET");
    return { matched, and, set: parseAssignments(cursor) };
  }
  cursor.expectWord("INSERT");
  const columns = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.path().at(-1) as string) : [];
  cursor.expectWord("VALUES");
  return { matched, and, columns, values: parseTuple(cursor) };
}
