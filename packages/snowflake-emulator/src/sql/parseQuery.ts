/** Queries ("SELECT", "WITH", "Set operators", "VALUES", "JOIN"). */
import { unknownToEmulator } from "../errors";
import type { Cursor } from "./cursor";
import type {
  Body,
  CommonTable,
  Join,
  OrderItem,
  Query,
  Select,
  SelectItem,
  SetOperator,
  Source,
  Star,
} from "./expressions";
import { isClause, parseExpression } from "./parseExpression";

export function isQueryNext(cursor: Cursor): boolean {
  if (cursor.isWord("SELECT") || cursor.isWord("WITH")) return true;
  if (!cursor.isSymbol("(")) return false;
  let depth = 0;
  while (cursor.isSymbol("(", depth)) depth += 1;
  const first = cursor.peek(depth);
  return first?.kind === "word" && (first.text === "SELECT" || first.text === "WITH");
}

export function parseQuery(cursor: Cursor): Query {
  const tables = cursor.takeWord("WITH") ? parseWith(cursor) : [];
  const body = parseSet(cursor);
  const orderBy = cursor.takeWord("ORDER BY") ? cursor.list(() => parseOrder(cursor)) : [];
  const limit = cursor.takeWord("LIMIT") ? parseLimit(cursor) : null;
  const offset = cursor.takeWord("OFFSET") ? cursor.integer() : 0;
  return { with: tables, body, orderBy, limit, offset };
}

function parseLimit(cursor: Cursor): number | null {
  return cursor.takeWord("NULL") ? null : cursor.integer();
}

function parseWith(cursor: Cursor): CommonTable[] {
  if (cursor.takeWord("RECURSIVE")) throw unknownToEmulator("WITH RECURSIVE");
  return cursor.list(() => {
    const name = cursor.identifier();
    const columns = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.identifier()) : [];
    cursor.expectWord("AS");
    cursor.expectSymbol("(");
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { name, columns, query };
  });
}

const SET_WORDS: readonly [string, SetOperator][] = [
  ["UNION ALL", "UNION ALL"],
  ["UNION", "UNION"],
  ["INTERSECT", "INTERSECT"],
  ["EXCEPT", "EXCEPT"],
  ["MINUS", "EXCEPT"],
];

function parseSet(cursor: Cursor): Body {
  let left = parseBody(cursor);
  for (;;) {
    const operator = SET_WORDS.find(([word]) => cursor.takeWord(word))?.[1];
    if (!operator) return left;
    left = { type: "set", operator, left, right: parseBody(cursor) };
  }
}

function parseBody(cursor: Cursor): Body {
  if (cursor.takeSymbol("(")) {
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { type: "nested", query };
  }
  if (cursor.takeWord("VALUES")) return { type: "values", rows: cursor.list(() => parseTuple(cursor)) };
  return parseSelect(cursor);
}

/** `(a, b)` of VALUES. */
export function parseTuple(cursor: Cursor) {
  return cursor.parenthesized(() => parseExpression(cursor));
}

function parseSelect(cursor: Cursor): Select {
  cursor.expectWord("SELECT");
  const distinct = cursor.takeWord("DISTINCT");
  cursor.takeWord("ALL");
  if (cursor.isWord("TOP")) throw unknownToEmulator("SELECT TOP");
  const items = parseItems(cursor);
  const into = cursor.takeWord("INTO") ? cursor.list(() => parseTarget(cursor)) : [];
  const from = cursor.takeWord("FROM") ? parseSources(cursor) : null;
  const where = cursor.takeWord("WHERE") ? parseExpression(cursor) : null;
  const groupBy = cursor.takeWord("GROUP BY") ? parseGroupBy(cursor) : null;
  const having = cursor.takeWord("HAVING") ? parseExpression(cursor) : null;
  if (cursor.isWord("QUALIFY")) throw unknownToEmulator("QUALIFY");
  return { type: "select", distinct, items, from, where, groupBy, having, into };
}

function parseTarget(cursor: Cursor): string {
  cursor.takeSymbol(":");
  return cursor.identifier();
}

function parseItems(cursor: Cursor): (SelectItem | Star)[] {
  const items: (SelectItem | Star)[] = [parseItem(cursor)];
  while (cursor.takeSymbol(",")) {
    if (cursor.isWord("FROM")) break; // a comma after the last column is allowed
    items.push(parseItem(cursor));
  }
  return items;
}

function parseItem(cursor: Cursor): SelectItem | Star {
  const star = parseStar(cursor);
  if (star) return star;
  const start = cursor.mark();
  const expression = parseExpression(cursor);
  const written = cursor.textSince(start);
  const alias = parseAlias(cursor);
  return {
    expression,
    name: alias ?? (expression.type === "column" ? (expression.path.at(-1) as string) : fold(written)),
  };
}

/** The name of a column that has none: its text, in upper case outside of quotes. */
function fold(text: string): string {
  return text.replace(/'[^']*'|"[^"]*"|[^'"]+/g, (part) => (/^['"]/.test(part) ? part : part.toUpperCase()));
}

function parseStar(cursor: Cursor): Star | undefined {
  const start = cursor.mark();
  const qualifier: string[] = [];
  while (cursor.token?.kind === "word" || cursor.token?.kind === "quoted") {
    qualifier.push(cursor.identifier());
    if (!cursor.takeSymbol(".")) break;
  }
  if (!cursor.takeSymbol("*")) {
    cursor.reset(start);
    return undefined;
  }
  const exclude = cursor.takeWord("EXCLUDE") ? parseExclude(cursor) : [];
  return { star: true, qualifier: qualifier.length ? qualifier : null, exclude };
}

function parseExclude(cursor: Cursor): string[] {
  return cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.identifier()) : [cursor.identifier()];
}

function parseAlias(cursor: Cursor): string | null {
  if (cursor.takeWord("AS")) return cursor.identifier();
  const token = cursor.token;
  const isName = token?.kind === "quoted" || (token?.kind === "word" && !isClause(token));
  return isName ? cursor.identifier() : null;
}

function parseGroupBy(cursor: Cursor): Select["groupBy"] {
  if (cursor.takeWord("ALL")) return "ALL";
  return cursor.list(() => parseExpression(cursor));
}

function parseOrder(cursor: Cursor): OrderItem {
  const by = parseExpression(cursor);
  const descending = cursor.takeWord("DESC") || (cursor.takeWord("ASC") && false);
  // "ORDER BY": NULL sorts as the largest value unless told.
  const nullsFirst = cursor.takeWord("NULLS FIRST") || (!cursor.takeWord("NULLS LAST") && descending);
  return { by, descending, nullsFirst };
}

const JOINS: readonly [string, Join][] = [
  ["INNER JOIN", "INNER"],
  ["LEFT OUTER JOIN", "LEFT"],
  ["LEFT JOIN", "LEFT"],
  ["RIGHT OUTER JOIN", "RIGHT"],
  ["RIGHT JOIN", "RIGHT"],
  ["FULL OUTER JOIN", "FULL"],
  ["FULL JOIN", "FULL"],
  ["CROSS JOIN", "CROSS"],
  ["JOIN", "INNER"],
];

/** What FROM, USING and the like name: one source, or several joined. */
export function parseSources(cursor: Cursor): Source {
  let left = parseSource(cursor);
  for (;;) {
    const join = cursor.takeSymbol(",") ? "CROSS" : JOINS.find(([words]) => cursor.takeWord(words))?.[1];
    if (!join) return left;
    left = { type: "join", join, left, right: parseSource(cursor), on: parseOn(cursor) };
  }
}

function parseOn(cursor: Cursor) {
  if (cursor.takeWord("ON")) return parseExpression(cursor);
  return cursor.takeWord("USING") ? cursor.parenthesized(() => cursor.identifier()) : null;
}

function parseSource(cursor: Cursor): Source {
  if (cursor.isWord("LATERAL")) throw unknownToEmulator("LATERAL");
  if (cursor.isWord("TABLE") && cursor.isSymbol("(", 1)) return parseTableFunction(cursor);
  if (cursor.takeSymbol("(")) {
    const isValues = cursor.isWord("VALUES");
    const query = isQueryNext(cursor) || isValues ? parseQuery(cursor) : null;
    const inner = query ?? parseSources(cursor);
    cursor.expectSymbol(")");
    if ("type" in inner) return inner;
    return { type: "query", query: inner, alias: parseAlias(cursor), columns: parseColumnNames(cursor) };
  }
  const path = cursor.path();
  takeNow(cursor);
  for (const clause of ["AT", "BEFORE", "SAMPLE", "TABLESAMPLE", "PIVOT", "UNPIVOT", "MATCH_RECOGNIZE"]) {
    if (cursor.isWord(clause) && cursor.isSymbol("(", 1)) throw unknownToEmulator(`${clause} in FROM`);
  }
  return { type: "named", path, alias: parseAlias(cursor) };
}

/** `AT (OFFSET => 0)`: a table as it is now, by way of Time Travel. There is no other time to travel to. */
function takeNow(cursor: Cursor): void {
  const [word, ...rest] = ["AT", "(", "OFFSET", "=>", "0", ")"].map(
    (text, offset) => cursor.peek(offset)?.text === text,
  );
  if (!word || !rest.every(Boolean)) return;
  while (!cursor.takeSymbol(")")) cursor.next();
}

function parseColumnNames(cursor: Cursor): string[] {
  return cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.identifier()) : [];
}

function parseTableFunction(cursor: Cursor): Source {
  cursor.next();
  cursor.expectSymbol("(");
  const name = cursor.path();
  const args = cursor.parenthesized(() => parseExpression(cursor));
  cursor.expectSymbol(")");
  return { type: "function", name, args, alias: parseAlias(cursor) };
}
