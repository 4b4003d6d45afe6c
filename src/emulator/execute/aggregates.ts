/** Aggregate functions ("Aggregate functions"). */
import type { Expression } from "../sql/expressions";
import type { Path } from "../sql/names";
import { Json, type Value } from "../sql/types";
import type { Environment } from "./environment";
import { booleanOf, compare, identityOf, numberOf, textOf } from "./values";

type Call = Extract<Expression, { type: "call" }>;

const NAMES = [
  "COUNT",
  "COUNT_IF",
  "SUM",
  "AVG",
  "MIN",
  "MAX",
  "ANY_VALUE",
  "LISTAGG",
  "ARRAY_AGG",
  "BOOLAND_AGG",
  "BOOLOR_AGG",
];

export function isAggregate(name: Path): boolean {
  return name.length === 1 && NAMES.includes(name[0] as string);
}

/** Whether an expression holds an aggregate of its own query. */
export function hasAggregate(expression: Expression): boolean {
  switch (expression.type) {
    case "call":
      return isAggregate(expression.name) || expression.args.some(hasAggregate);
    case "cast":
    case "not":
    case "minus":
    case "is":
      return hasAggregate(expression.operand);
    case "binary":
    case "distinct":
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case "between":
      return [expression.operand, expression.low, expression.high].some(hasAggregate);
    case "in":
    case "pattern":
      return hasAggregate(expression.operand);
    case "case": {
      const { operand, branches, otherwise } = expression;
      const parts = [operand, otherwise, ...branches.flatMap(({ when, result }) => [when, result])];
      return parts.some((part) => part !== null && hasAggregate(part));
    }
    case "element":
      return hasAggregate(expression.operand);
    case "literal":
    case "column":
    case "variable":
    case "exists":
    case "subquery":
      return false;
  }
}

/** An aggregate over the rows of the group; NULLs do not count. */
export function aggregate(
  call: Call,
  env: Environment,
  evaluate: (expression: Expression, env: Environment) => Value,
): Value {
  const rows = env.group ?? [];
  const name = call.name[0] as string;
  if (call.star) return rows.length;
  const [argument, separator] = call.args;
  const all = rows.map((row) => (argument ? evaluate(argument, { ...env, row, group: null }) : null));
  const present = all.filter((value) => value !== null);
  const values = call.distinct ? distinct(present) : present;
  switch (name) {
    case "COUNT":
      return values.length;
    case "COUNT_IF":
      return values.filter(booleanOf).length;
    case "SUM":
      return values.length ? values.map(numberOf).reduce((sum, each) => sum + each, 0) : null;
    case "AVG":
      return values.length ? values.map(numberOf).reduce((sum, each) => sum + each, 0) / values.length : null;
    case "MIN":
      return extreme(values, -1);
    case "MAX":
      return extreme(values, 1);
    case "ANY_VALUE":
      return values[0] ?? null;
    case "LISTAGG": {
      const between = separator ? evaluate(separator, env) : null;
      return values.map((value) => textOf(value)).join(between === null ? "" : textOf(between));
    }
    case "BOOLAND_AGG":
      return values.length ? values.every(booleanOf) : null;
    case "BOOLOR_AGG":
      return values.length ? values.some(booleanOf) : null;
    default:
      return new Json(values.map((value) => (value instanceof Json ? value.data : value)));
  }
}

function distinct<T extends Value>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [identityOf([value]), value])).values()];
}

function extreme(values: readonly Value[], sign: 1 | -1): Value {
  return values.reduce<Value>(
    (best, each) => (best === null || (compare(each, best) ?? 0) * sign > 0 ? each : best),
    null,
  );
}
