/** What statements answer with. */
import type { Result, ResultColumn } from "../../catalog/session";
import { BOOLEAN, type DataType, NUMBER, type Row, TIMESTAMP_LTZ, VARCHAR } from "../../sql/types";

/** Numbers that the wire protocol gives kinds of statements. */
export const STATEMENT_TYPES = {
  select: 0x1000,
  insert: 0x3100,
  update: 0x3200,
  delete: 0x3300,
  merge: 0x3400,
  call: 0x5000,
  other: 0x4000,
} as const;

export function status(message = "Statement executed successfully."): Result {
  return { columns: [{ name: "status", type: VARCHAR }], rows: [[message]], statementType: STATEMENT_TYPES.other };
}

/** `number of rows inserted` and the like: one number for each. */
export function counts(
  type: "insert" | "update" | "delete" | "merge",
  numbers: Readonly<Record<string, number>>,
): Result {
  const columns = Object.keys(numbers).map((name) => ({ name, type: NUMBER }));
  return { columns, rows: [Object.values(numbers)], statementType: STATEMENT_TYPES[type] };
}

const SHORT_TYPES: Readonly<Record<string, DataType>> = {
  text: VARCHAR,
  number: NUMBER,
  time: TIMESTAMP_LTZ,
  boolean: BOOLEAN,
};

/** Columns in short: `"created_on:time name rows:number"`; text unless told. */
export function columnsOf(names: string): ResultColumn[] {
  return names
    .trim()
    .split(/\s+/)
    .map((each) => {
      const [name = "", type = "text"] = each.split(":");
      return { name: name.replaceAll("~", " "), type: SHORT_TYPES[type] ?? VARCHAR };
    });
}

export function table(columns: readonly ResultColumn[], rows: readonly Row[]): Result {
  return { columns, rows, statementType: STATEMENT_TYPES.other };
}

/** The first letter large, as in `Role R successfully created.` */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
