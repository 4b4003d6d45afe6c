/** Evaluating expressions. */

import { invalidIdentifier, SnowflakeError, unknownToEmulator } from "../../errors";
import type { Viewer } from "../../privileges/resolve";
import { type BinaryOperator, type Expression, isQuery } from "../../sql/expressions";
import { printPath } from "../../sql/names";
import { Json, type Value } from "../../sql/types";
import { callFunction } from "../functions/functions";
import { aggregate, isAggregate } from "./aggregates";
import { columnIndex, type Environment, emptyEnvironment } from "./environment";
import { matchesLike, matchesRegexp } from "./patterns";
import { runQuery } from "./query";
import { typeOf } from "./typing";
import { booleanOf, castTo, compare, fromJson, isEqual, numberOf, orNull, roundTo, textOf } from "./values";

/** An expression that names no columns: SET, arguments of CALL. */
export function evaluateConstant(viewer: Viewer, expression: Expression): Value {
  return evaluate(expression, emptyEnvironment(viewer));
}

export function evaluate(expression: Expression, env: Environment): Value {
  switch (expression.type) {
    case "literal":
      return expression.value;
    case "column":
      return evaluateName(expression, env);
    case "variable":
      return evaluateVariable(expression.name, env);
    case "call":
      return evaluateCall(expression, env);
    case "cast":
      return evaluateCast(expression, env);
    case "not":
      return negate(truth(expression.operand, env));
    case "minus": {
      const value = evaluate(expression.operand, env);
      return value === null ? null : -numberOf(value);
    }
    case "binary":
      return evaluateBinary(expression, env);
    case "is":
      return evaluateIs(expression, env);
    case "distinct":
      return isEqual(evaluate(expression.left, env), evaluate(expression.right, env)) === expression.negated;
    case "between":
      return evaluateBetween(expression, env);
    case "in":
      return evaluateIn(expression, env);
    case "pattern":
      return evaluatePattern(expression, env);
    case "case":
      return evaluateCase(expression, env);
    case "exists":
      return runQuery(expression.query, env).rows.length > 0;
    case "subquery":
      return evaluateScalar(expression, env);
    case "element":
      return element(evaluate(expression.operand, env), evaluate(expression.key, env));
  }
}

/** TRUE, FALSE, or NULL for unknown. */
export function truth(expression: Expression, env: Environment): boolean | null {
  const value = evaluate(expression, env);
  return value === null ? null : booleanOf(value);
}

function negate(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

/** A column of this query or of one around it; an alias of the select list; a variable. */
function evaluateName(expression: Extract<Expression, { type: "column" }>, env: Environment): Value {
  const { path } = expression;
  for (let scope: Environment | null = env; scope; scope = scope.outer) {
    const index = columnIndex(scope.columns, path);
    if (index >= 0) return scope.row[index] ?? null;
    const alias = path.length === 1 ? scope.aliases.get(path[0] as string) : undefined;
    if (alias) return evaluate(alias, { ...scope, aliases: without(scope.aliases, path[0] as string) });
  }
  const variable = env.variables?.(path.join("."));
  if (variable) return variable.value;
  throw invalidIdentifier(printPath(path));
}

function without(aliases: ReadonlyMap<string, Expression>, name: string): ReadonlyMap<string, Expression> {
  return new Map([...aliases].filter(([each]) => each !== name));
}

/** `$1` is the first column; `$NAME` a session variable, which an owner's-rights procedure does not see. */
function evaluateVariable(name: string, env: Environment): Value {
  if (/^\d+$/.test(name)) return env.row[Number(name) - 1] ?? null;
  const { session, rights } = env.viewer.context;
  if (rights === "owner" || !session.variables.has(name)) {
    const message = `SQL compilation error: error line 1\nSession variable '$${name}' does not exist`;
    throw new SnowflakeError("002211", "02000", message);
  }
  return session.variables.get(name) ?? null;
}

function evaluateCall(expression: Extract<Expression, { type: "call" }>, env: Environment): Value {
  if (isAggregate(expression.name)) {
    if (env.group) return aggregate(expression, env, evaluate);
    throw new SnowflakeError(
      "002035",
      "42601",
      `SQL compilation error:\n${expression.name[0]} is an aggregate and stands where none may.`,
    );
  }
  return callFunction(expression, env, evaluate);
}

function evaluateCast({ operand, to, orNull: isTry }: Extract<Expression, { type: "cast" }>, env: Environment): Value {
  const value = evaluate(operand, env);
  const cast = () => castTo(value, to, typeOf(operand, env));
  return isTry ? orNull(cast) : cast();
}

function evaluateBinary({ operator, left, right }: Extract<Expression, { type: "binary" }>, env: Environment): Value {
  if (operator === "AND" || operator === "OR") return evaluateLogic(operator, left, right, env);
  const [a, b] = [evaluate(left, env), evaluate(right, env)];
  if (a === null || b === null) return null;
  if (operator === "||") return textOf(a, typeOf(left, env)) + textOf(b, typeOf(right, env));
  const order = COMPARISONS[operator];
  if (order) return order(compare(a, b) ?? 0);
  return calculate(operator, numberOf(a), numberOf(b));
}

/** Three-valued: FALSE AND NULL is FALSE, TRUE OR NULL is TRUE. */
function evaluateLogic(operator: "AND" | "OR", left: Expression, right: Expression, env: Environment): boolean | null {
  const decisive = operator === "OR";
  const a = truth(left, env);
  if (a === decisive) return decisive;
  const b = truth(right, env);
  if (b === decisive) return decisive;
  return a === null || b === null ? null : !decisive;
}

const COMPARISONS: Readonly<Partial<Record<BinaryOperator, (order: number) => boolean>>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function calculate(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      if (b === 0) throw new SnowflakeError("100051", "22012", "Division by zero");
      return roundTo(a / b, 6);
    case "%":
      if (b === 0) throw new SnowflakeError("100051", "22012", "Division by zero");
      return a % b;
    default:
      throw unknownToEmulator(`operator ${operator}`);
  }
}

function evaluateIs({ operand, what, negated }: Extract<Expression, { type: "is" }>, env: Environment): boolean {
  const value = what === null ? evaluate(operand, env) : truth(operand, env);
  return (value === what) !== negated;
}

function evaluateBetween({ operand, low, high, negated }: Extract<Expression, { type: "between" }>, env: Environment) {
  const value = evaluate(operand, env);
  const [above, below] = [compare(value, evaluate(low, env)), compare(value, evaluate(high, env))];
  if (above === null || below === null) return null;
  return (above >= 0 && below <= 0) !== negated;
}

function evaluateIn(
  { operand, options, negated }: Extract<Expression, { type: "in" }>,
  env: Environment,
): boolean | null {
  const value = evaluate(operand, env);
  if (value === null) return null;
  const among = isQuery(options)
    ? runQuery(options, env).rows.map(([first]) => first ?? null)
    : options.map((each) => evaluate(each, env));
  if (among.some((each) => each !== null && isEqual(value, each))) return !negated;
  return among.includes(null) ? null : negated;
}

function evaluatePattern(expression: Extract<Expression, { type: "pattern" }>, env: Environment): boolean | null {
  const [value, pattern] = [evaluate(expression.operand, env), evaluate(expression.pattern, env)];
  if (value === null || pattern === null) return null;
  const text = textOf(value, typeOf(expression.operand, env));
  const escaped = expression.escape ? evaluate(expression.escape, env) : null;
  const escapedBy = escaped === null ? null : textOf(escaped);
  const isMatch =
    expression.kind === "RLIKE"
      ? matchesRegexp(text, textOf(pattern))
      : matchesLike(text, textOf(pattern), { ignoreCase: expression.kind === "ILIKE", escapedBy });
  return isMatch !== expression.negated;
}

function evaluateCase(
  { operand, branches, otherwise }: Extract<Expression, { type: "case" }>,
  env: Environment,
): Value {
  const subject = operand && evaluate(operand, env);
  const branch = branches.find(({ when }) =>
    operand ? subject !== null && isEqual(subject, evaluate(when, env)) : truth(when, env),
  );
  const result = branch?.result ?? otherwise;
  return result ? evaluate(result, env) : null;
}

function evaluateScalar({ query }: Extract<Expression, { type: "exists" | "subquery" }>, env: Environment): Value {
  const { rows } = runQuery(query, env);
  if (rows.length > 1) throw new SnowflakeError("090150", "22000", "Single-row subquery returns more than one row.");
  return rows[0]?.[0] ?? null;
}

/** `v:key`, `v[0]` ("Querying semi-structured data"). */
export function element(value: Value, key: Value): Value {
  if (value === null || key === null) return null;
  const data = value instanceof Json ? value.data : value;
  if (typeof data !== "object" || data === null) return null;
  return fromJson(Array.isArray(data) ? data[Number(key)] : (data as Record<string, unknown>)[String(key)]);
}
