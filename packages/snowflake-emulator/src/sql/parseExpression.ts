/** Expressions, by precedence climbing ("Operators": OR, AND, NOT, comparison, ||, + -, * / %, ::). */
import { unknownToEmulator } from "../errors";
import type { Cursor } from "./cursor";
import type { BinaryOperator, Expression, Pattern } from "./expressions";
import { isQueryNext, parseQuery } from "./parseQuery";
import type { Token } from "./tokens";
import {
  BOOLEAN,
  DATE,
  isTypeNext,
  NUMBER,
  parseType,
  readNumber,
  TIMESTAMP_NTZ,
  VARCHAR,
  VARIANT,
  type Value,
} from "./types";

/** Words that end an expression where a column or an alias might follow. */
const CLAUSES = new Set(
  (
    "AND OR NOT AS FROM WHERE GROUP HAVING ORDER LIMIT OFFSET UNION INTERSECT EXCEPT MINUS JOIN INNER LEFT RIGHT FULL " +
    "CROSS NATURAL ON USING THEN ELSE END WHEN DO INTO SET VALUES QUALIFY LIKE ILIKE RLIKE IN IS BETWEEN ESCAPE LOOP FETCH TO"
  ).split(" "),
);

export function isClause(token: Token | undefined): boolean {
  return token?.kind === "word" && CLAUSES.has(token.text);
}

export function parseExpression(cursor: Cursor): Expression {
  return parseLeft(cursor, [["OR"]], () => parseLeft(cursor, [["AND"]], () => parseNot(cursor)));
}

function parseLeft(cursor: Cursor, levels: readonly BinaryOperator[][], operand: () => Expression): Expression {
  const [operators, ...tighter] = levels;
  const parse = () => (tighter.length ? parseLeft(cursor, tighter, operand) : operand());
  let left = parse();
  for (;;) {
    const operator = operators?.find((each) => takeOperator(cursor, each));
    if (!operator) return left;
    left = { type: "binary", operator, left, right: parse() };
  }
}

function takeOperator(cursor: Cursor, operator: string): boolean {
  return /^[A-Z]/.test(operator) ? cursor.takeWord(operator) : cursor.takeSymbol(operator);
}

function parseNot(cursor: Cursor): Expression {
  if (cursor.takeWord("NOT")) return { type: "not", operand: parseNot(cursor) };
  return parseComparison(cursor);
}

const COMPARISONS: readonly BinaryOperator[] = ["=", "<>", "<=", ">=", "<", ">"];

function parseComparison(cursor: Cursor): Expression {
  let left = parseSum(cursor);
  for (;;) {
    const operator = cursor.takeSymbol("!=") ? "<>" : COMPARISONS.find((each) => cursor.takeSymbol(each));
    const next = operator
      ? ({ type: "binary", operator, left, right: parseSum(cursor) } as const)
      : parsePredicate(cursor, left);
    if (!next) return left;
    left = next;
  }
}

function parsePredicate(cursor: Cursor, operand: Expression): Expression | undefined {
  if (cursor.takeWord("IS")) return parseIs(cursor, operand);
  const start = cursor.mark();
  const negated = cursor.takeWord("NOT");
  if (cursor.takeWord("BETWEEN")) {
    const low = parseSum(cursor);
    cursor.expectWord("AND");
    return { type: "between", operand, low, high: parseSum(cursor), negated };
  }
  if (cursor.takeWord("IN")) return { type: "in", operand, options: parseOptions(cursor), negated };
  const kind = cursor.takeOneOf<Pattern | "REGEXP">(["LIKE", "ILIKE", "RLIKE", "REGEXP"]);
  if (kind) {
    const pattern = parseSum(cursor);
    const escapedBy = cursor.takeWord("ESCAPE") ? parseSum(cursor) : null;
    return { type: "pattern", kind: kind === "REGEXP" ? "RLIKE" : kind, operand, pattern, escape: escapedBy, negated };
  }
  cursor.reset(start);
  return undefined;
}

function parseIs(cursor: Cursor, operand: Expression): Expression {
  const negated = cursor.takeWord("NOT");
  if (cursor.takeWord("DISTINCT FROM")) return { type: "distinct", left: operand, right: parseSum(cursor), negated };
  const what = cursor.takeOneOf(["NULL", "TRUE", "FALSE"]);
  if (!what) throw cursor.unexpected();
  return { type: "is", operand, what: what === "NULL" ? null : what === "TRUE", negated };
}

function parseOptions(cursor: Cursor) {
  cursor.expectSymbol("(");
  const options = isQueryNext(cursor) ? parseQuery(cursor) : cursor.list(() => parseExpression(cursor));
  cursor.expectSymbol(")");
  return options;
}

function parseSum(cursor: Cursor): Expression {
  return parseLeft(
    cursor,
    [
      ["+", "-", "||"],
      ["*", "/", "%"],
    ],
    () => parseUnary(cursor),
  );
}

function parseUnary(cursor: Cursor): Expression {
  if (cursor.takeSymbol("-")) return { type: "minus", operand: parseUnary(cursor) };
  if (cursor.takeSymbol("+")) return parseUnary(cursor);
  return parsePostfix(cursor);
}

function parsePostfix(cursor: Cursor): Expression {
  let operand = parsePrimary(cursor);
  for (;;) {
    if (cursor.takeSymbol("::")) {
      operand = { type: "cast", operand, to: parseType(cursor), orNull: false };
    } else if (cursor.takeSymbol("[")) {
      operand = { type: "element", operand, key: parseExpression(cursor) };
      cursor.expectSymbol("]");
    } else if (operand.type !== "literal" && cursor.isSymbol(":") && cursor.peek()?.kind !== "symbol") {
      cursor.next();
      operand = element(cursor, operand);
      while (cursor.takeSymbol(".")) operand = element(cursor, operand);
    } else {
      return operand;
    }
  }
}

/** Names after `:` are keys as written, whatever their case ("Querying semi-structured data"). */
function element(cursor: Cursor, operand: Expression): Expression {
  const token = cursor.token;
  cursor.identifier();
  const written = token?.kind === "word" ? cursor.text.slice(token.start, token.end) : (token?.text ?? "");
  return { type: "element", operand, key: { type: "literal", value: written, dataType: VARCHAR } };
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.token;
  if (!token) throw cursor.unexpected();
  switch (token.kind) {
    case "number":
      return numberLiteral(cursor.next().text);
    case "string":
      return { type: "literal", value: cursor.next().text, dataType: VARCHAR };
    case "bound":
      return boundLiteral(cursor.next().value as Value);
    case "symbol":
      return parseParenthesis(cursor);
    case "quoted":
      return parseNamed(cursor);
    case "word":
      return parseWord(cursor, token.text);
  }
}

function numberLiteral(text: string): Expression {
  const scale = /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
  const dataType = /e/i.test(text) ? ({ name: "FLOAT" } as const) : { ...NUMBER, scale };
  return { type: "literal", value: readNumber(text), dataType };
}

function boundLiteral(value: Value): Expression {
  if (typeof value === "number") return { type: "literal", value, dataType: numberType(value) };
  if (typeof value === "boolean") return { type: "literal", value, dataType: BOOLEAN };
  if (value instanceof Date) return { type: "literal", value, dataType: TIMESTAMP_NTZ };
  const isText = value === null || typeof value === "string";
  return { type: "literal", value, dataType: isText ? VARCHAR : VARIANT };
}

function numberType(value: number) {
  return Number.isInteger(value) ? NUMBER : ({ name: "FLOAT" } as const);
}

function parseParenthesis(cursor: Cursor): Expression {
  // A variable of a procedure where no value was put in its place.
  if (cursor.takeSymbol(":")) return { type: "column", path: [cursor.identifier()] };
  if (cursor.isSymbol("[")) return parseArray(cursor);
  cursor.expectSymbol("(");
  if (isQueryNext(cursor)) {
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { type: "subquery", query };
  }
  const inner = parseExpression(cursor);
  cursor.expectSymbol(")");
  return inner;
}

/** `[a, b]` ("Semi-structured data types", ARRAY constants). */
function parseArray(cursor: Cursor): Expression {
  cursor.expectSymbol("[");
  const args = cursor.isSymbol("]") ? [] : cursor.list(() => parseExpression(cursor));
  cursor.expectSymbol("]");
  return { type: "call", name: ["ARRAY_CONSTRUCT"], args, star: false, distinct: false };
}

const TYPED_LITERALS = { DATE, TIMESTAMP: TIMESTAMP_NTZ } as const;

function parseWord(cursor: Cursor, word: string): Expression {
  if (cursor.takeWord("NULL")) return { type: "literal", value: null, dataType: VARCHAR };
  if (cursor.takeWord("TRUE")) return { type: "literal", value: true, dataType: BOOLEAN };
  if (cursor.takeWord("FALSE")) return { type: "literal", value: false, dataType: BOOLEAN };
  if (cursor.takeWord("CASE")) return parseCase(cursor);
  if (cursor.isWord("EXISTS") && cursor.isSymbol("(", 1)) {
    cursor.next();
    cursor.expectSymbol("(");
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { type: "exists", query };
  }
  if ((word === "CAST" || word === "TRY_CAST") && cursor.isSymbol("(", 1)) return parseCast(cursor);
  if ((word === "DATE" || word === "TIMESTAMP") && cursor.peek()?.kind === "string") {
    cursor.next();
    const operand: Expression = { type: "literal", value: cursor.string(), dataType: VARCHAR };
    return { type: "cast", operand, to: TYPED_LITERALS[word], orNull: false };
  }
  if (word.startsWith("$") && word.length > 1) return { type: "variable", name: cursor.next().text.slice(1) };
  if (isClause(cursor.token) && !cursor.isSymbol("(", 1)) throw cursor.unexpected();
  return parseNamed(cursor);
}

function parseCase(cursor: Cursor): Expression {
  const operand = cursor.isWord("WHEN") ? null : parseExpression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.takeWord("WHEN")) {
    const when = parseExpression(cursor);
    cursor.expectWord("THEN");
    branches.push({ when, result: parseExpression(cursor) });
  }
  const otherwise = cursor.takeWord("ELSE") ? parseExpression(cursor) : null;
  cursor.expectWord("END");
  return { type: "case", operand, branches, otherwise };
}

function parseCast(cursor: Cursor): Expression {
  const orNull = cursor.next().text === "TRY_CAST";
  cursor.expectSymbol("(");
  const operand = parseExpression(cursor);
  cursor.expectWord("AS");
  if (!isTypeNext(cursor)) throw cursor.unexpected();
  const to = parseType(cursor);
  cursor.expectSymbol(")");
  return { type: "cast", operand, to, orNull };
}

/** Functions that may be written without parentheses ("Context functions"). */
const BARE_FUNCTIONS = new Set(["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_USER", "LOCALTIMESTAMP"]);

function parseNamed(cursor: Cursor): Expression {
  const path = cursor.path();
  if (!cursor.isSymbol("(")) {
    const isBare = path.length === 1 && BARE_FUNCTIONS.has(path[0] as string);
    return isBare ? { type: "call", name: path, args: [], star: false, distinct: false } : { type: "column", path };
  }
  cursor.next();
  const star = cursor.takeSymbol("*");
  const distinct = cursor.takeWord("DISTINCT");
  const args = star || cursor.isSymbol(")") ? [] : cursor.list(() => parseExpression(cursor));
  cursor.expectSymbol(")");
  if (cursor.isWord("OVER")) throw unknownToEmulator("window functions (OVER)");
  return { type: "call", name: path, args, star, distinct };
}
