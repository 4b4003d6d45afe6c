/** Semi-structured functions ("Semi-structured and structured data functions"). */
import { BOOLEAN, Json, NUMBER, VARCHAR, VARIANT, type Value } from "../../sql/types";
import { element } from "../query/evaluate";
import { fromJson, isEqual, numberOf, orNull, parseJson, textOf } from "../query/values";
import type { ScalarFunction } from "./functions";

function plain(value: Value): unknown {
  return value instanceof Json ? value.data : value instanceof Date ? value.toISOString() : value;
}

function listOf(value: Value | undefined): unknown[] {
  const data = value instanceof Json ? value.data : value;
  return Array.isArray(data) ? data : [data];
}

const PARSE_JSON: ScalarFunction = {
  type: VARIANT,
  apply: ([text]) => (text instanceof Json ? text : parseJson(textOf(text as NonNullable<Value>))),
};

export const JSON_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  PARSE_JSON,
  TRY_PARSE_JSON: { type: VARIANT, apply: (args, env) => orNull(() => PARSE_JSON.apply(args, env)) },
  GET: { type: VARIANT, apply: ([value = null, key = null]) => element(value, key) },
  GET_PATH: {
    type: VARIANT,
    apply: ([value = null, path]) =>
      textOf(path as string)
        .split(".")
        .reduce<Value>((inside, key) => element(inside, key), value),
  },
  OBJECT_CONSTRUCT: {
    type: { name: "OBJECT" },
    takesNull: true,
    apply: (args) => {
      const pairs = Array.from(
        { length: args.length / 2 },
        (_, index) => [args[2 * index], args[2 * index + 1]] as const,
      );
      return new Json(
        Object.fromEntries(
          pairs.filter(([, value]) => value !== null).map(([key, value]) => [String(key), plain(value ?? null)]),
        ),
      );
    },
  },
  ARRAY_CONSTRUCT: { type: { name: "ARRAY" }, takesNull: true, apply: (args) => new Json(args.map(plain)) },
  ARRAY_SIZE: { type: NUMBER, apply: ([value]) => listOf(value).length },
  ARRAY_TO_STRING: {
    type: VARCHAR,
    apply: ([value, separator]) => listOf(value).join(textOf(separator as NonNullable<Value>)),
  },
  ARRAY_CONTAINS: {
    type: BOOLEAN,
    apply: ([value = null, array]) => listOf(array).some((each) => isEqual(fromJson(each), value)),
  },
  ARRAY_APPEND: {
    type: { name: "ARRAY" },
    apply: ([array, value]) => new Json([...listOf(array), plain(value ?? null)]),
  },
  TO_JSON: { type: VARCHAR, apply: ([value]) => JSON.stringify(plain(value ?? null)) },
  TO_VARIANT: { type: VARIANT, apply: ([value]) => new Json(plain(value ?? null)) },
  STRIP_NULL_VALUE: {
    type: VARIANT,
    apply: ([value]) => (value instanceof Json && value.data === null ? null : (value ?? null)),
  },
  AS_VARCHAR: { type: VARCHAR, apply: ([value]) => textOf(value as NonNullable<Value>) },
  AS_INTEGER: { type: NUMBER, apply: ([value]) => numberOf(value as NonNullable<Value>) },
};
