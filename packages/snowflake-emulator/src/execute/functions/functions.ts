/** Calling functions: those of Snowflake that the emulator knows, then the user-defined ones. */
import { unknownToEmulator } from "../../errors";
import type { Expression } from "../../sql/expressions";
import { type DataType, FLOAT, NUMBER, VARCHAR, type Value } from "../../sql/types";
import type { Environment } from "../query/environment";
import { CONTEXT_FUNCTIONS } from "./contextFunctions";
import { JSON_FUNCTIONS } from "./jsonFunctions";
import { NUMBER_FUNCTIONS, TEXT_FUNCTIONS } from "./textFunctions";
import { TIME_FUNCTIONS } from "./timeFunctions";
import { callUserFunction, userFunctionType } from "./userFunctions";

export type Call = Extract<Expression, { type: "call" }>;
type Evaluate = (expression: Expression, env: Environment) => Value;
type TypeOf = (expression: Expression, env: Environment) => DataType;

/** A function: its type, and its value for arguments. Most are NULL when an argument is. */
export interface ScalarFunction {
  readonly type: DataType | "first";
  readonly apply: (args: readonly Value[], env: Environment) => Value;
  readonly takesNull?: boolean;
}

const FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ...CONTEXT_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...TIME_FUNCTIONS,
};

/** Functions whose first argument is a part of time, written bare: `DATEADD(hour, 1, t)`. */
const PART_FIRST = [
  "DATEADD",
  "DATEDIFF",
  "TIMESTAMPADD",
  "TIMESTAMPDIFF",
  "TIMEADD",
  "TIMEDIFF",
  "DATE_PART",
  "DATE_TRUNC",
];

function builtIn({ name }: Call): ScalarFunction | undefined {
  return name.length === 1 ? FUNCTIONS[name[0] as string] : undefined;
}

export function callFunction(call: Call, env: Environment, evaluate: Evaluate): Value {
  const scalar = builtIn(call);
  if (call.star || call.distinct) throw unknownToEmulator(`function ${call.name.join(".")} with * or DISTINCT`);
  const lazy = callLazily(call, env, evaluate);
  if (lazy) return lazy.value;
  const args = call.args.map((arg, index) =>
    index === 0 && arg.type === "column" && PART_FIRST.includes(call.name[0] as string)
      ? arg.path.join(".")
      : evaluate(arg, env),
  );
  if (!scalar) return callUserFunction(call, args, env);
  return !scalar.takesNull && args.includes(null) ? null : scalar.apply(args, env);
}

/** Conditional functions evaluate only the arguments that they need. */
function callLazily({ name, args }: Call, env: Environment, evaluate: Evaluate): { value: Value } | undefined {
  const [first, second, third] = args;
  switch (name.length === 1 ? name[0] : "") {
    case "COALESCE":
    case "NVL":
    case "IFNULL":
      for (const arg of args) {
        const value = evaluate(arg, env);
        if (value !== null) return { value };
      }
      return { value: null };
    case "IFF":
      if (!first || !second || !third) throw unknownToEmulator("IFF without three arguments");
      return {
        value: evaluate(
          { type: "case", operand: null, branches: [{ when: first, result: second }], otherwise: third },
          env,
        ),
      };
    case "NVL2":
      if (!first || !second || !third) throw unknownToEmulator("NVL2 without three arguments");
      return { value: evaluate(evaluate(first, env) === null ? third : second, env) };
    case "NULLIF": {
      if (!first || !second) throw unknownToEmulator("NULLIF without two arguments");
      const isSame = evaluate({ type: "binary", operator: "=", left: first, right: second }, env) === true;
      return { value: isSame ? null : evaluate(first, env) };
    }
    default:
      return undefined;
  }
}

const AGGREGATE_TYPES: Readonly<Record<string, DataType>> = {
  COUNT: NUMBER,
  COUNT_IF: NUMBER,
  LISTAGG: VARCHAR,
  AVG: { ...NUMBER, scale: 6 },
  BOOLAND_AGG: { name: "BOOLEAN" },
  BOOLOR_AGG: { name: "BOOLEAN" },
  ARRAY_AGG: { name: "ARRAY" },
};
const LIKE_FIRST = ["SUM", "MIN", "MAX", "ANY_VALUE", "COALESCE", "NVL", "IFNULL", "NULLIF"];

export function functionType(call: Call, env: Environment, typeOf: TypeOf): DataType {
  const name = call.name.join(".");
  const [first, second] = call.args;
  if (LIKE_FIRST.includes(name)) {
    const typed = call.args.find((each) => each.type !== "literal" || each.value !== null) ?? first;
    return typed ? typeOf(typed, env) : VARCHAR;
  }
  if (name === "IFF" || name === "NVL2") return second ? typeOf(second, env) : VARCHAR;
  const scalar = builtIn(call);
  if (scalar?.type === "first") return first ? typeOf(first, env) : FLOAT;
  return AGGREGATE_TYPES[name] ?? scalar?.type ?? userFunctionType(call, env);
}
