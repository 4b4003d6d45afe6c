/** Objects as statements name them: a kind, a path, and for routines the types of the arguments. */

import { unknownToEmulator } from "../errors";
import { ACCOUNT_OBJECT_KINDS, isRoutineKind, type Kind, SCHEMA_OBJECT_KINDS } from "../kinds";
import type { Reference } from "../privileges/resolve";
import type { Cursor } from "./cursor";
import { parseType } from "./types";

const KINDS: readonly Kind[] = ["ACCOUNT", ...ACCOUNT_OBJECT_KINDS, "SCHEMA", ...SCHEMA_OBJECT_KINDS];

/** The words of a kind, if they come next. */
export function takeKind(cursor: Cursor): Kind | undefined {
  for (const other of ["DATABASE ROLE", "APPLICATION ROLE", "SCHEMA EVOLUTION"]) {
    if (cursor.isWord(other)) throw unknownToEmulator(other);
  }
  return cursor.takeOneOf(KINDS);
}

/** @throws SnowflakeError 001003 for a kind that the emulator does not have */
export function parseKind(cursor: Cursor): Kind {
  const kind = takeKind(cursor);
  if (!kind) throw unknownToEmulator(`objects of kind ${cursor.token?.text ?? "<EOF>"}`);
  return kind;
}

export function parseReference(cursor: Cursor, kind: Kind = parseKind(cursor)): Reference {
  if (kind === "ACCOUNT") return { kind, path: [], signature: null };
  const path = cursor.path();
  const signature = isRoutineKind(kind) && cursor.isSymbol("(") ? parseSignature(cursor) : null;
  return { kind, path, signature };
}

/** `(VARCHAR, NUMBER)`: sizes do not tell routines apart. */
function parseSignature(cursor: Cursor): string {
  return `(${cursor.parenthesized(() => parseType(cursor).name).join(", ")})`;
}
