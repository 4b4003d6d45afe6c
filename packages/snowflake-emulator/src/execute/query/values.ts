/** Values: comparing, converting and printing them ("Data type conversion", "Comparison operators"). */
import { badValue, isBadValue, SnowflakeError, unknownToEmulator } from "../../errors";
import { type DataType, isTimestamp, Json, readNumber, type Value } from "../../sql/types";

/** -1, 0 or 1; `null` when either is NULL. Values of two types are compared as the stronger one. */
export function compare(left: Value, right: Value): number | null {
  if (left === null || right === null) return null;
  const [a, b] = alike(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  return compare(left, right) === 0;
}

/** A text that two rows share exactly when they are the same, for DISTINCT, GROUP BY and set operators. */
export function identityOf(row: readonly Value[]): string {
  return JSON.stringify(
    row.map((value) =>
      value instanceof Date ? ["time", value.getTime()] : value instanceof Json ? value.data : value,
    ),
  );
}

function alike(left: NonNullable<Value>, right: NonNullable<Value>): [string | number, string | number] {
  const [a, b] = [unwrap(left), unwrap(right)];
  if (a instanceof Date || b instanceof Date) return [timeOf(a).getTime(), timeOf(b).getTime()];
  if (typeof a === "boolean" || typeof b === "boolean") return [Number(booleanOf(a)), Number(booleanOf(b))];
  if (typeof a === "number" || typeof b === "number") return [numberOf(a), numberOf(b)];
  return [textOf(a), textOf(b)];
}

function unwrap(value: NonNullable<Value>): NonNullable<Value> {
  if (!(value instanceof Json)) return value;
  const { data } = value;
  return typeof data === "string" || typeof data === "number" || typeof data === "boolean"
    ? data
    : JSON.stringify(data);
}

export function numberOf(value: NonNullable<Value>): number {
  const plain = unwrap(value);
  if (typeof plain === "number") return plain;
  if (typeof plain === "boolean") return Number(plain);
  const text = String(plain).trim();
  if (text === "" || Number.isNaN(Number(text))) throw badValue("100038", `Numeric value '${text}' is not recognized`);
  return readNumber(text);
}

const TRUE = ["true", "t", "yes", "y", "on", "1"];
const FALSE = ["false", "f", "no", "n", "off", "0"];

export function booleanOf(value: NonNullable<Value>): boolean {
  const plain = unwrap(value);
  if (typeof plain === "boolean") return plain;
  if (typeof plain === "number") return plain !== 0;
  const text = String(plain).toLowerCase();
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  throw badValue("100037", `Boolean value '${plain}' is not recognized`);
}

/** An instant; text without a zone is read as UTC, in which the emulator works. */
export function timeOf(value: NonNullable<Value>): Date {
  const plain = unwrap(value);
  if (plain instanceof Date) return plain;
  if (typeof plain === "number") return new Date(plain * 1000);
  const text = String(plain).trim();
  if (/^\d{1,10}(\.\d+)?$/.test(text)) return new Date(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return new Date(Number(text));
  const [, day, clock = "00:00:00", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(text) ?? [];
  if (/\.\d{3}\d*[1-9]/.test(clock)) throw unknownToEmulator(`parts of a millisecond: ${text}`);
  const time = new Date(
    `${day}T${clock.replace(/(\.\d{3})\d+$/, "$1")}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2").toUpperCase()}`,
  );
  if (!day || Number.isNaN(time.getTime())) throw badValue("100035", `Timestamp '${text}' is not recognized`);
  return time;
}

/** A value as text; times in the default output formats, in UTC. */
export function textOf(value: NonNullable<Value>, type?: DataType): string {
  if (typeof value === "string") return value;
  if (typeof value === "number")
    return type?.name === "NUMBER" && type.scale ? value.toFixed(type.scale) : String(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Json) return typeof value.data === "string" ? value.data : JSON.stringify(value.data);
  return timeText(value, type);
}

function timeText(time: Date, type?: DataType): string {
  const iso = time.toISOString();
  switch (type?.name) {
    case "DATE":
      return iso.slice(0, 10);
    case "TIME":
      return iso.slice(11, 19);
    case "TIMESTAMP_LTZ":
    case "TIMESTAMP_TZ":
      return `${iso.slice(0, 10)} ${iso.slice(11, 23)} +0000`;
    default:
      return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
  }
}

/** CAST; also what happens to a value that is stored in a column. */
export function castTo(value: Value, to: DataType, from?: DataType): Value {
  if (value === null) return null;
  if (isTimestamp(to)) return momentOf(value, to);
  switch (to.name) {
    case "NUMBER":
      return fitNumber(numberOf(value), to);
    case "FLOAT":
      return numberOf(value);
    case "VARCHAR":
      return fitText(textOf(value, from), to);
    case "BOOLEAN":
      return booleanOf(value);
    case "DATE":
      return new Date(Math.floor(timeOf(value).getTime() / 86_400_000) * 86_400_000);
    case "TIME":
    case "BINARY":
      return textOf(value, from);
    default:
      return toJson(value);
  }
}

/** What the TRY_ functions and TRY_CAST do: NULL in place of a value that does not fit. */
export function orNull(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (isBadValue(error)) return null;
    throw error;
  }
}

/** What has an offset keeps it, or loses it (TIMESTAMP_NTZ, DATE), where the emulator has only UTC. */
function momentOf(value: NonNullable<Value>, { name }: DataType): Date {
  const offset = typeof value === "string" ? /:\d{2}[^+-]*([+-]\d{2}:?\d{2})$/.exec(value.trim())?.[1] : undefined;
  if (offset && /[1-9]/.test(offset) && name !== "TIMESTAMP_LTZ")
    throw unknownToEmulator(`offset ${offset} in ${name}`);
  return timeOf(value);
}

function fitNumber(value: number, { precision = 38, scale = 0 }: DataType): number {
  const rounded = roundTo(value, scale);
  if (Math.abs(rounded) < 10 ** (precision - scale)) return rounded;
  throw badValue("100039", `Numeric value '${value}' is out of range`);
}

function fitText(text: string, { length }: DataType): string {
  if (length === undefined || text.length <= length) return text;
  throw badValue("100078", `String '${text}' is too long and would be truncated`);
}

function toJson(value: NonNullable<Value>): Json {
  return value instanceof Json ? value : new Json(value instanceof Date ? value.toISOString() : value);
}

/** Half away from zero, as Snowflake rounds. */
export function roundTo(value: number, scale: number): number {
  // By moving the point, as it is written: 1.255 * 100 is less than 125.5.
  const moved = (number: number, by: number) => {
    const [digits, exponent = "0"] = String(number).split("e");
    return Number(`${digits}e${Number(exponent) + by}`);
  };
  return Math.sign(value) * moved(Math.round(moved(Math.abs(value), scale)), -scale);
}

export function parseJson(text: string): Json {
  try {
    return new Json(JSON.parse(text));
  } catch {
    throw new SnowflakeError("100069", "22P02", `Error parsing JSON: ${text.slice(0, 80)}`);
  }
}

/** What is inside a semi-structured value, as a value. What is not there is NULL; JSON null is there. */
export function fromJson(data: unknown): Value {
  return data === undefined ? null : new Json(data);
}
