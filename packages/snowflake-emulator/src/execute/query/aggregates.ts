/** Aggregate functions ("Aggregate functions"). */
import type { Expression, FunctionCall } from "../../sql/expressions";
import type { Path } from "../../sql/names";
import { Json, type Present, type Value } from "../../sql/types";
import type { Environment } from "./environment";
import { booleanOf, compare, identityOf, numberOf, textOf } from "./values";

/** Each over the values that are not NULL; `between` is LISTAGG's separator. */
const AGGREGATES: Readonly<Record<string, (values: readonly Present[], between: string) => Value>> = {
  COUNT: (values) => values.length,
  COUNT_IF: (values) => values.filter(booleanOf).length,
  SUM: (values) => (values.length ? sum(values) : null),
  AVG: (values) => (values.length ? sum(values) / values.length : null),
  MIN: (values) => extreme(values, -1),
  MAX: (values) => extreme(values, 1),
  ANY_VALUE: (values) => values[0] ?? null,
  LISTAGG: (values, between) => values.map((value) => textOf(value)).join(between),
  ARRAY_AGG: (values) => new Json(values.map((value) => (value instanceof Json ? value.data : value))),
  BOOLAND_AGG: (values) => (values.length ? values.every(booleanOf) : null),
  BOOLOR_AGG: (values) => (values.length ? values.some(booleanOf) : null),
};

export function isAggregate(name: Path): boolean {
  return name.length === 1 && Object.hasOwn(AGGREGATES, name[0] as string);
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
    case "in":
    case "pattern":
    case "element":
      return hasAggregate(expression.operand);
    case "binary":
    case "distinct":
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case "between":
      return [expression.operand, expression.low, expression.high].some(hasAggregate);
    case "case": {
      const { operand, branches, otherwise } = expression;
      const parts = [operand, otherwise, ...branches.flatMap(({ when, result }) => [when, result])];
      return parts.some((part) => part !== null && hasAggregate(part));
    }
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
  call: FunctionCall,
  env: Environment,
  evaluate: (expression: Expression, env: Environment) => Value,
): Value {
  const rows = env.group ?? [];
  if (call.star) return rows.length;
  const [argument, separator] = call.args;
  const all = rows.map((row) => (argument ? evaluate(argument, { ...env, row, group: null }) : null));
  const present = all.filter((value) => value !== null);
  const between = separator ? evaluate(separator, env) : null;
  const over = AGGREGATES[call.name[0] as string] as (typeof AGGREGATES)[string];
  return over(call.distinct ? distinct(present) : present, between === null ? "" : textOf(between));
}

function sum(values: readonly Present[]): number {
  return values.map(numberOf).reduce((total, each) => total + each, 0);
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
