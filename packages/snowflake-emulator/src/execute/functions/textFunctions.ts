/** String and numeric functions ("String & binary functions", "Numeric functions"). */
import { createHash } from "node:crypto";
import { BOOLEAN, type DataType, FLOAT, Json, NUMBER, type Present, VARCHAR, type Value } from "../../sql/types";
import { compile, matchesRegexp } from "../query/patterns";
import { booleanOf, castTo, compare, numberOf, orNull, roundTo, textOf, timeOf } from "../query/values";
import type { ScalarFunction } from "./scalarFunction";
import { formatTime } from "./timeFormats";

/** A function of texts. */
function text(apply: (...args: string[]) => Value, type: DataType = VARCHAR): ScalarFunction {
  return { type, apply: (args) => apply(...args.map((arg) => textOf(arg as Present))) };
}

/** A function of numbers. */
function number(apply: (...args: number[]) => number, type: ScalarFunction["type"] = "first"): ScalarFunction {
  return { type, apply: (args) => apply(...args.map((arg) => numberOf(arg as Present))) };
}

function attempt(type: DataType): ScalarFunction {
  return { type, apply: ([value = null]) => orNull(() => castTo(value, type)) };
}

const LENGTH = text((value) => value.length, NUMBER);
const SUBSTR = text((value, start, length) =>
  substring(value, Number(start), length === undefined ? undefined : Number(length)),
);
const CHARINDEX = text((part, value) => (value as string).indexOf(part as string) + 1, NUMBER);
const TO_VARCHAR: ScalarFunction = {
  type: VARCHAR,
  apply: ([value, format]) =>
    format ? formatTime(timeOf(value as Present), textOf(format)) : textOf(value as Present),
};

export const TEXT_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  UPPER: text((value) => value.toUpperCase()),
  LOWER: text((value) => value.toLowerCase()),
  INITCAP: text((value) => value.toLowerCase().replace(/(^|[^a-z0-9])[a-z]/g, (match) => match.toUpperCase())),
  TRIM: text((value, chars) => strip(value, chars, "both")),
  LTRIM: text((value, chars) => strip(value, chars, "left")),
  RTRIM: text((value, chars) => strip(value, chars, "right")),
  LENGTH,
  LEN: LENGTH,
  CONCAT: text((...parts) => parts.join("")),
  CONCAT_WS: text((separator, ...parts) => parts.join(separator)),
  REPLACE: text((value, from, to = "") => value.replaceAll(from as string, to)),
  SUBSTR,
  SUBSTRING: SUBSTR,
  LEFT: text((value, length) => value.slice(0, Math.max(0, Number(length)))),
  RIGHT: text((value, length) => (Number(length) > 0 ? value.slice(-Number(length)) : "")),
  LPAD: text((value, length, fill = " ") => value.slice(0, Number(length)).padStart(Number(length), fill)),
  SPLIT_PART: text((value, separator, index) => value.split(separator as string).at(partIndex(Number(index))) ?? ""),
  SPLIT: text((value, separator) => new Json(value.split(separator as string)), { name: "ARRAY" }),
  STARTSWITH: text((value, part) => value.startsWith(part as string), BOOLEAN),
  ENDSWITH: text((value, part) => value.endsWith(part as string), BOOLEAN),
  CONTAINS: text((value, part) => value.includes(part as string), BOOLEAN),
  POSITION: CHARINDEX,
  CHARINDEX,
  MD5: text((value) => createHash("md5").update(value).digest("hex")),
  SHA2: text((value) => createHash("sha256").update(value).digest("hex")),
  REGEXP_LIKE: text((value, pattern, flags = "") => matchesRegexp(value, pattern as string, flags), BOOLEAN),
  REGEXP_REPLACE: text((value, pattern, to = "") =>
    value.replace(globally(pattern as string), to.replace(/\\(\d)/g, "$$$1")),
  ),
  REGEXP_SUBSTR: text((value, pattern) => compile(pattern as string, "").exec(value)?.[0] ?? null),
  TO_VARCHAR,
  TO_CHAR: TO_VARCHAR,
  TO_BOOLEAN: { type: BOOLEAN, apply: ([value]) => booleanOf(value as Present) },
};

function globally(pattern: string): RegExp {
  return new RegExp(compile(pattern, "").source, "g");
}

/** Positions count from 1, and from the end when negative. */
function substring(value: string, start: number, length: number | undefined): string {
  const from = start > 0 ? start - 1 : start < 0 ? Math.max(0, value.length + start) : 0;
  return value.slice(from, length === undefined ? undefined : from + Math.max(0, length));
}

function partIndex(index: number): number {
  return index > 0 ? index - 1 : index === 0 ? 0 : index;
}

function strip(value: string, chars = " \t\n\r", side: "left" | "right" | "both"): string {
  let [start, end] = [0, value.length];
  while (side !== "right" && start < end && chars.includes(value[start] as string)) start += 1;
  while (side !== "left" && end > start && chars.includes(value[end - 1] as string)) end -= 1;
  return value.slice(start, end);
}

export const NUMBER_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ABS: number(Math.abs),
  CEIL: number(Math.ceil, NUMBER),
  FLOOR: number(Math.floor, NUMBER),
  ROUND: number((value, scale = 0) => roundTo(value, scale)),
  TRUNC: number((value) => Math.trunc(value)),
  MOD: number((a, b) => a % (b as number)),
  SQRT: number(Math.sqrt, FLOAT),
  POWER: number((base, exponent) => base ** (exponent as number), FLOAT),
  GREATEST: {
    type: "first",
    apply: (args) => args.reduce((best, each) => ((compare(each, best) ?? 0) > 0 ? each : best)),
  },
  LEAST: {
    type: "first",
    apply: (args) => args.reduce((best, each) => ((compare(each, best) ?? 0) < 0 ? each : best)),
  },
  TO_NUMBER: {
    type: NUMBER,
    apply: ([value, , scale]) =>
      roundTo(numberOf(value as Present), scale === undefined || scale === null ? 0 : numberOf(scale)),
  },
  TRY_TO_NUMBER: attempt(NUMBER),
  ZEROIFNULL: { type: "first", apply: ([value]) => value ?? 0, takesNull: true },
};
