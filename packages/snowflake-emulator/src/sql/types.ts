/** Data types ("Summary of data types") and the values that the emulator keeps. */
import { unknownToEmulator } from "../errors";
import type { Cursor } from "./cursor";

export type TypeName =
  | "NUMBER"
  | "FLOAT"
  | "VARCHAR"
  | "BINARY"
  | "BOOLEAN"
  | "DATE"
  | "TIME"
  | "TIMESTAMP_LTZ"
  | "TIMESTAMP_NTZ"
  | "TIMESTAMP_TZ"
  | "VARIANT"
  | "OBJECT"
  | "ARRAY";

/** A type with its sizes: `scale` of numbers (digits after the point) and of times (digits of a second), `length` of text. */
export interface DataType {
  readonly name: TypeName;
  readonly precision?: number;
  readonly scale?: number;
  readonly length?: number;
}

/** A semi-structured value (VARIANT, OBJECT, ARRAY). */
export class Json {
  constructor(readonly data: unknown) {}
}

/** A value of a row. Numbers are doubles: integers are exact up to 2^53. Times are instants; text elsewhere. */
export type Value = null | string | number | boolean | Date | Json;
/** A value that is not NULL. */
export type Present = NonNullable<Value>;
export type Row = readonly Value[];

/** Digits that a double keeps, whatever the number. */
const EXACT_DIGITS = 15;

/**
 * A number as it is written.
 * @throws SnowflakeError 001003 for one that a double would change, unless it is a FLOAT's (`1e3`)
 */
export function readNumber(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw unknownToEmulator(`the number ${text}`);
  const digits = text.replace(/\D/g, "").replace(/^0+/, "");
  if (/e/i.test(text) || digits.length <= EXACT_DIGITS || Number.isSafeInteger(value)) return value;
  throw unknownToEmulator(`numbers as long as ${text}`);
}

const SYNONYMS: Readonly<Record<string, TypeName>> = {
  ...each("NUMBER", "NUMBER DECIMAL DEC NUMERIC INT INTEGER BIGINT SMALLINT TINYINT BYTEINT"),
  ...each("FLOAT", "FLOAT FLOAT4 FLOAT8 DOUBLE REAL"),
  ...each("VARCHAR", "VARCHAR STRING TEXT CHAR CHARACTER NCHAR NVARCHAR"),
  ...each("BINARY", "BINARY VARBINARY"),
  ...each("TIMESTAMP_NTZ", "TIMESTAMP_NTZ TIMESTAMP DATETIME TIMESTAMPNTZ"),
  ...each("TIMESTAMP_LTZ", "TIMESTAMP_LTZ TIMESTAMPLTZ"),
  ...each("TIMESTAMP_TZ", "TIMESTAMP_TZ TIMESTAMPTZ"),
  ...each("BOOLEAN", "BOOLEAN BOOL"),
  ...each("DATE", "DATE"),
  ...each("TIME", "TIME"),
  ...each("VARIANT", "VARIANT"),
  ...each("OBJECT", "OBJECT"),
  ...each("ARRAY", "ARRAY"),
};

function each(name: TypeName, words: string): Record<string, TypeName> {
  return Object.fromEntries(words.split(" ").map((word) => [word, name]));
}

const MAX_LENGTH = 16_777_216;

export const NUMBER: DataType = { name: "NUMBER", precision: 38, scale: 0 };
export const FLOAT: DataType = { name: "FLOAT" };
export const VARCHAR: DataType = { name: "VARCHAR", length: MAX_LENGTH };
export const BOOLEAN: DataType = { name: "BOOLEAN" };
export const DATE: DataType = { name: "DATE" };
export const TIMESTAMP_LTZ: DataType = { name: "TIMESTAMP_LTZ", scale: 9 };
export const TIMESTAMP_NTZ: DataType = { name: "TIMESTAMP_NTZ", scale: 9 };
export const VARIANT: DataType = { name: "VARIANT" };

/** Whether a type's name comes next. */
export function isTypeNext(cursor: Cursor): boolean {
  return cursor.token?.kind === "word" && cursor.token.text in SYNONYMS;
}

/** @throws SnowflakeError 001003 for a type that is not known (GEOGRAPHY, VECTOR …) */
export function parseType(cursor: Cursor): DataType {
  const word = cursor.identifier();
  if (word === "DOUBLE") cursor.takeWord("PRECISION");
  const name = SYNONYMS[word];
  if (!name) throw unknownToEmulator(`type ${word}`);
  const sizes = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.integer()) : [];
  return sized(name, word, sizes);
}

function sized(name: TypeName, word: string, [first, second]: readonly number[]): DataType {
  switch (name) {
    case "NUMBER":
      return { name, precision: first ?? 38, scale: second ?? 0 };
    case "VARCHAR":
      return { name, length: first ?? (/^N?CHAR(ACTER)?$/.test(word) ? 1 : MAX_LENGTH) };
    case "BINARY":
      return { name, length: first ?? 8_388_608 };
    case "TIME":
    case "TIMESTAMP_LTZ":
    case "TIMESTAMP_NTZ":
    case "TIMESTAMP_TZ":
      return { name, scale: first ?? 9 };
    case "FLOAT":
    case "BOOLEAN":
    case "DATE":
    case "VARIANT":
    case "OBJECT":
    case "ARRAY":
      return { name };
  }
}

/** As DESCRIBE prints it: `NUMBER(38,0)`, `VARCHAR(16777216)`. */
export function printType({ name, precision, scale, length }: DataType): string {
  if (precision !== undefined) return `${name}(${precision},${scale ?? 0})`;
  const size = length ?? scale;
  return size === undefined ? name : `${name}(${size})`;
}

export function isTimestamp({ name }: DataType): boolean {
  return name.startsWith("TIMESTAMP");
}
