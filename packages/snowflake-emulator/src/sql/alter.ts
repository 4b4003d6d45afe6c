/** ALTER of any object. */

import { settableOf } from "../catalog/properties";
import type { Column, Routine, Trigger } from "../catalog/securables";
import { unknownToEmulator } from "../errors";
import { type Kind, titleOf } from "../kinds";
import type { Reference } from "../privileges/resolve";
import { parseMonitor } from "./createAccountObject";
import { parseRights } from "./createRoutine";
import { parseColumn } from "./createSchemaObject";
import type { Cursor } from "./cursor";
import type { Path } from "./names";
import { type Properties, parseNames, parseProperties } from "./properties";
import { parseReference } from "./references";

export type AlterAction =
  | { readonly action: "rename"; readonly to: Path }
  | { readonly action: "swap"; readonly with: Path }
  | { readonly action: "set"; readonly properties: Properties; readonly triggers: readonly Trigger[] | undefined }
  | { readonly action: "unset"; readonly names: readonly string[] }
  | { readonly action: "managedAccess"; readonly enabled: boolean }
  | { readonly action: "suspend" | "resume" | "abort" | "refresh" }
  | { readonly action: "secure"; readonly secure: boolean }
  | { readonly action: "executeAs"; readonly rights: Routine["executeAs"] }
  | { readonly action: "addColumns"; readonly columns: readonly Column[] }
  | { readonly action: "dropColumns"; readonly names: readonly string[] }
  | { readonly action: "renameColumn"; readonly from: string; readonly to: string };

export interface Alter {
  readonly type: "alter";
  readonly reference: Reference;
  readonly ifExists: boolean;
  readonly change: AlterAction;
}

export function parseAlter(cursor: Cursor, kind: Kind): Alter {
  const ifExists = cursor.takeWord("IF EXISTS");
  const reference = parseReference(cursor, kind);
  return { type: "alter", reference, ifExists, change: parseAction(cursor, kind) };
}

function parseAction(cursor: Cursor, kind: Kind): AlterAction {
  if (cursor.takeWord("RENAME TO")) return { action: "rename", to: cursor.path() };
  const own = parseOwnAction(cursor, kind);
  if (own) return own;
  if (kind === "RESOURCE MONITOR") return { action: "set", ...parseMonitor(cursor) };
  if (cursor.takeWord("SET")) {
    return { action: "set", properties: parseProperties(cursor, kind, settableOf(kind)), triggers: undefined };
  }
  if (cursor.takeWord("UNSET")) return { action: "unset", names: parseNames(cursor, kind, settableOf(kind)) };
  throw unknownToEmulator(`ALTER ${titleOf(kind).toUpperCase()} … ${cursor.token?.text ?? "<EOF>"}`);
}

/** What only some kinds can be told. */
function parseOwnAction(cursor: Cursor, kind: Kind): AlterAction | undefined {
  switch (kind) {
    case "SCHEMA":
      if (cursor.takeWord("SWAP WITH")) return { action: "swap", with: cursor.path() };
      if (cursor.takeWord("ENABLE MANAGED ACCESS")) return { action: "managedAccess", enabled: true };
      if (cursor.takeWord("DISABLE MANAGED ACCESS")) return { action: "managedAccess", enabled: false };
      return undefined;
    case "WAREHOUSE":
      return parseWarehouseAction(cursor);
    case "USER":
      return cursor.takeWord("ABORT ALL QUERIES") ? { action: "abort" } : undefined;
    case "VIEW":
    case "MATERIALIZED VIEW":
      if (cursor.takeWord("SET SECURE")) return { action: "secure", secure: true };
      return cursor.takeWord("UNSET SECURE") ? { action: "secure", secure: false } : undefined;
    case "PROCEDURE":
      return cursor.takeWord("EXECUTE AS") ? { action: "executeAs", rights: parseRights(cursor) } : undefined;
    case "DYNAMIC TABLE":
      return parseDynamicTableAction(cursor);
    case "TABLE":
      return parseTableAction(cursor);
    default:
      return undefined;
  }
}

function parseWarehouseAction(cursor: Cursor): AlterAction | undefined {
  if (cursor.takeWord("SUSPEND")) return { action: "suspend" };
  if (cursor.takeWord("RESUME")) {
    cursor.takeWord("IF SUSPENDED");
    return { action: "resume" };
  }
  return cursor.takeWord("ABORT ALL QUERIES") ? { action: "abort" } : undefined;
}

function parseDynamicTableAction(cursor: Cursor): AlterAction | undefined {
  const action = cursor.takeOneOf(["SUSPEND", "RESUME", "REFRESH"]);
  return action && { action: action.toLowerCase() as "suspend" | "resume" | "refresh" };
}

function parseTableAction(cursor: Cursor): AlterAction | undefined {
  if (cursor.takeWord("SWAP WITH")) return { action: "swap", with: cursor.path() };
  if (cursor.takeWord("ADD")) {
    cursor.takeWord("COLUMN");
    return { action: "addColumns", columns: cursor.list(() => parseColumn(cursor)) };
  }
  if (cursor.takeWord("RENAME COLUMN")) {
    const from = cursor.identifier();
    cursor.expectWord("TO");
    return { action: "renameColumn", from, to: cursor.identifier() };
  }
  if (!cursor.takeWord("DROP")) return undefined;
  cursor.takeWord("COLUMN");
  return { action: "dropColumns", names: cursor.list(() => cursor.identifier()) };
}
