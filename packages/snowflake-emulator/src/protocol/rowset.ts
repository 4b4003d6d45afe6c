/** Results as the drivers read them: JSON rowsets in which every value is text. */
import type { Result, ResultColumn } from "../catalog/session";
import { unknownToEmulator } from "../errors";
import { textOf } from "../execute/query/values";
import { wireTypeName } from "../execute/show/showColumns";
import { type DataType, Json, type Value } from "../sql/types";

export function encodeColumns(columns: readonly ResultColumn[]) {
  return columns.map(({ name, type, nullable = true }) => ({
    name,
    type: wireTypeName(type),
    nullable,
    database: "",
    schema: "",
    table: "",
    collation: null,
    scale: type.name === "NUMBER" || type.name.startsWith("TIME") ? (type.scale ?? 0) : null,
    precision: type.name === "NUMBER" ? (type.precision ?? 38) : type.name.startsWith("TIME") ? 0 : null,
    length: type.length ?? null,
    byteLength: type.length ?? null,
  }));
}

export function encodeRows({ columns, rows }: Pick<Result, "columns" | "rows">): (string | null)[][] {
  return rows.map((row) => columns.map(({ type }, index) => encodeValue(row[index] ?? null, type)));
}

/** Times are seconds since 1970 with nine digits, dates days since then, booleans 1 and 0. */
function encodeValue(value: Value, type: DataType): string | null {
  if (value === null) return null;
  switch (type.name) {
    case "BOOLEAN":
      return typeof value === "boolean" ? (value ? "1" : "0") : textOf(value, type);
    case "DATE":
      return value instanceof Date ? String(Math.floor(value.getTime() / 86_400_000)) : textOf(value, type);
    case "TIMESTAMP_LTZ":
    case "TIMESTAMP_NTZ":
      return value instanceof Date ? seconds(value) : textOf(value, type);
    case "TIMESTAMP_TZ":
      return value instanceof Date ? `${seconds(value)} 1440` : textOf(value, type);
    case "NUMBER":
      if (Math.abs(Number(value)) > Number.MAX_SAFE_INTEGER) throw unknownToEmulator(`numbers as long as ${value}`);
      return textOf(value, type);
    case "VARIANT":
    case "OBJECT":
    case "ARRAY":
      return JSON.stringify(value instanceof Json ? value.data : value);
    default:
      return textOf(value, type);
  }
}

function seconds(time: Date): string {
  const milliseconds = time.getTime();
  return `${Math.floor(milliseconds / 1000)}.${String(((milliseconds % 1000) + 1000) % 1000).padStart(3, "0")}000000`;
}
