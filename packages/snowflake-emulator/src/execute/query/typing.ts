/** The types of expressions: a query's columns have types even when it has no rows. */
import type { BinaryOperator, Expression } from "../../sql/expressions";
import { BOOLEAN, type DataType, FLOAT, NUMBER, VARCHAR, VARIANT } from "../../sql/types";
import { functionType } from "../functions/functions";
import { columnIndex, type Environment } from "./environment";
import { runQuery } from "./query";

export function typeOf(expression: Expression, env: Environment): DataType {
  switch (expression.type) {
    case "literal":
      return expression.dataType;
    case "column":
      return nameType(expression, env);
    case "variable":
      return /^\d+$/.test(expression.name) ? (env.columns[Number(expression.name) - 1]?.type ?? VARCHAR) : VARCHAR;
    case "call":
      return functionType(expression, env, typeOf);
    case "cast":
      return expression.to;
    case "minus":
      return typeOf(expression.operand, env);
    case "binary":
      return binaryType(expression.operator, () => [typeOf(expression.left, env), typeOf(expression.right, env)]);
    case "not":
    case "is":
    case "distinct":
    case "between":
    case "in":
    case "pattern":
    case "exists":
      return BOOLEAN;
    case "case":
      return caseType(expression, env);
    case "subquery":
      return runQuery(expression.query, env).columns[0]?.type ?? VARCHAR;
    case "element":
      return VARIANT;
  }
}

function nameType({ path }: Extract<Expression, { type: "column" }>, env: Environment): DataType {
  for (let scope: Environment | null = env; scope; scope = scope.outer) {
    const column = scope.columns[columnIndex(scope.columns, path)];
    if (column) return column.type;
    const alias = path.length === 1 ? scope.aliases.get(path[0] as string) : undefined;
    if (alias) return typeOf(alias, { ...scope, aliases: new Map() });
  }
  return env.variables?.(path.join("."))?.type ?? VARCHAR;
}

function binaryType(operator: BinaryOperator, operands: () => readonly [DataType, DataType]): DataType {
  switch (operator) {
    case "||":
      return VARCHAR;
    case "+":
    case "-":
    case "*":
    case "/":
    case "%": {
      const [left, right] = operands();
      if (left.name === "FLOAT" || right.name === "FLOAT") return FLOAT;
      const scale = Math.max(left.scale ?? 0, right.scale ?? 0, operator === "/" ? 6 : 0);
      return { ...NUMBER, scale: operator === "*" ? (left.scale ?? 0) + (right.scale ?? 0) : scale };
    }
    default:
      return BOOLEAN;
  }
}

/** That of the first branch that is not NULL. */
function caseType({ branches, otherwise }: Extract<Expression, { type: "case" }>, env: Environment): DataType {
  const results = [...branches.map(({ result }) => result), ...(otherwise ? [otherwise] : [])];
  const typed = results.find((each) => each.type !== "literal" || each.value !== null);
  return typed ? typeOf(typed, env) : VARCHAR;
}
