/** Every statement that the emulator knows, and how its text is parsed. */

import { SnowflakeError, unknownToEmulator } from "../errors";
import { isTableKind, type Kind } from "../kinds";
import type { Reference } from "../privileges/resolve";
import { type Alter, parseAlter } from "./alter";
import { type ChangeStatement, parseChange } from "./changes";
import {
  type CreateAccountObject,
  type CreateSchema,
  type Modifiers,
  parseCreateAccountObject,
  parseCreateSchema,
} from "./createAccountObject";
import { type CreateRoutine, parseCreateRoutine } from "./createRoutine";
import {
  type CreateSchemaObject,
  parseCreateNamed,
  parseCreateSequence,
  parseCreateStream,
  parseCreateTable,
  parseCreateView,
} from "./createSchemaObject";
import { Cursor } from "./cursor";
import type { Expression, Query } from "./expressions";
import { type GrantStatement, parseGrant, parseRevoke } from "./grants";
import type { Path } from "./names";
import { parseExpression } from "./parseExpression";
import { parseQuery } from "./parseQuery";
import { parseReference, takeKind } from "./references";
import { parseAlterSession, parseSet, parseTransaction, parseUse, type SessionStatement } from "./sessions";
import { type Describe, parseDescribe, parseShow, type ShowStatement } from "./show";
import { parseCopy, parseRemove, type StageStatement } from "./stages";
import type { Token } from "./tokens";

export interface Drop {
  readonly type: "drop";
  readonly reference: Reference;
  readonly ifExists: boolean;
  readonly restrict: boolean;
}

export interface Undrop {
  readonly type: "undrop";
  readonly reference: Reference;
}

export interface CommentOn {
  readonly type: "comment";
  readonly reference: Reference;
  readonly ifExists: boolean;
  readonly text: string;
}

export interface Call {
  readonly type: "call";
  readonly path: Path;
  readonly args: readonly { readonly name: string | null; readonly value: Expression }[];
}

export type Statement =
  | CreateAccountObject
  | CreateSchema
  | CreateSchemaObject
  | CreateRoutine
  | Alter
  | Drop
  | Undrop
  | CommentOn
  | GrantStatement
  | ShowStatement
  | Describe
  | SessionStatement
  | ChangeStatement
  | StageStatement
  | Call
  | { readonly type: "query"; readonly query: Query }
  | { readonly type: "executeImmediate"; readonly text: Expression }
  /** A block of Snowflake Scripting. */
  | { readonly type: "block"; readonly text: string };

/**
 * @throws SnowflakeError 001003 for what the emulator does not know, 000900 for nothing
 */
export function parseStatement(text: string, tokens?: readonly Token[]): Statement {
  const cursor = new Cursor(text, tokens);
  if (cursor.atEnd) throw new SnowflakeError("000900", "42601", "SQL compilation error:\nEmpty SQL statement.");
  const statement = parseFirst(cursor);
  cursor.expectEnd();
  return statement;
}

function parseFirst(cursor: Cursor): Statement {
  const word = cursor.token?.text ?? "";
  switch (word) {
    case "SELECT":
    case "WITH":
    case "VALUES":
    case "(":
      return { type: "query", query: parseQuery(cursor) };
    case "CREATE":
      return parseCreate(cursor);
    case "ALTER":
      return parseAnyAlter(cursor);
    case "DROP":
      return parseDrop(cursor);
    case "UNDROP":
      cursor.next();
      return { type: "undrop", reference: parseReference(cursor) };
    case "COMMENT":
      return parseComment(cursor);
    case "GRANT":
      return parseGrant(cursor);
    case "REVOKE":
      return parseRevoke(cursor);
    case "SHOW":
      return parseShow(cursor);
    case "DESC":
    case "DESCRIBE":
      return parseDescribe(cursor);
    case "USE":
      return parseUse(cursor);
    case "SET":
    case "UNSET":
      return parseSet(cursor);
    case "INSERT":
    case "UPDATE":
    case "DELETE":
    case "TRUNCATE":
    case "MERGE":
      return parseChange(cursor);
    case "COPY":
      return parseCopy(cursor);
    case "REMOVE":
    case "RM":
      return parseRemove(cursor);
    case "START":
    case "COMMIT":
    case "ROLLBACK":
      return parseTransaction(cursor);
    case "BEGIN":
      return isTransaction(cursor) ? parseTransaction(cursor) : { type: "block", text: cursor.takeRest() };
    case "DECLARE":
      return { type: "block", text: cursor.takeRest() };
    case "CALL":
      return parseCall(cursor);
    case "EXECUTE":
      cursor.expectWord("EXECUTE IMMEDIATE");
      return { type: "executeImmediate", text: parseExpression(cursor) };
    default:
      throw unknownToEmulator(`statement ${word}`);
  }
}

function isTransaction(cursor: Cursor): boolean {
  const next = cursor.peek();
  return !next || next.text === ";" || ["TRANSACTION", "WORK", "NAME"].includes(next.text);
}

const MODIFIERS = ["LOCAL", "GLOBAL", "TEMPORARY", "TEMP", "VOLATILE", "TRANSIENT", "SECURE"] as const;

function parseCreate(cursor: Cursor): Statement {
  cursor.expectWord("CREATE");
  const orReplace = cursor.takeWord("OR REPLACE");
  const modifiers = new Set<string>();
  for (let modifier = cursor.takeOneOf(MODIFIERS); modifier; modifier = cursor.takeOneOf(MODIFIERS))
    modifiers.add(modifier);
  const kind = takeKind(cursor);
  if (!kind) throw unknownToEmulator(`CREATE ${cursor.token?.text ?? "<EOF>"}`);
  const temporary = ["TEMPORARY", "TEMP", "VOLATILE"].some((each) => modifiers.has(each));
  if (temporary && kind !== "TABLE" && kind !== "VIEW") throw unknownToEmulator(`CREATE TEMPORARY ${kind}`);
  const transient = modifiers.has("TRANSIENT");
  return parseCreateKind(cursor, kind, { orReplace, transient, temporary, secure: modifiers.has("SECURE") });
}

function parseCreateKind(cursor: Cursor, kind: Kind, modifiers: Modifiers): Statement {
  const { orReplace, transient, temporary } = modifiers;
  switch (kind) {
    case "ACCOUNT":
      throw unknownToEmulator("CREATE ACCOUNT");
    case "ROLE":
    case "USER":
    case "WAREHOUSE":
    case "RESOURCE MONITOR":
    case "NETWORK POLICY":
    case "DATABASE":
      return parseCreateAccountObject(cursor, kind, modifiers);
    case "SCHEMA":
      return parseCreateSchema(cursor, modifiers);
    case "TABLE":
      return parseCreateTable(cursor, orReplace, temporary ? "temporary" : transient ? "transient" : "permanent");
    case "VIEW":
    case "MATERIALIZED VIEW":
    case "DYNAMIC TABLE":
      return parseCreateView(cursor, kind, modifiers);
    case "FUNCTION":
    case "PROCEDURE":
      return parseCreateRoutine(cursor, kind, modifiers);
    case "SEQUENCE":
      return parseCreateSequence(cursor, orReplace);
    case "STREAM":
      return parseCreateStream(cursor, orReplace);
    case "STAGE":
    case "FILE FORMAT":
      return parseCreateNamed(cursor, kind, orReplace);
  }
}

function parseAnyAlter(cursor: Cursor): Statement {
  cursor.expectWord("ALTER");
  if (cursor.takeWord("SESSION")) return parseAlterSession(cursor);
  const kind = takeKind(cursor);
  if (!kind) throw unknownToEmulator(`ALTER ${cursor.token?.text ?? "<EOF>"}`);
  return parseAlter(cursor, kind);
}

function parseDrop(cursor: Cursor): Drop {
  cursor.expectWord("DROP");
  const kind = takeKind(cursor);
  if (!kind || kind === "ACCOUNT") throw unknownToEmulator(`DROP ${cursor.token?.text ?? "<EOF>"}`);
  const ifExists = cursor.takeWord("IF EXISTS");
  const reference = parseReference(cursor, kind);
  const restrict = cursor.takeWord("RESTRICT");
  if (isTableKind(kind) || kind === "SCHEMA" || kind === "DATABASE") cursor.takeWord("CASCADE");
  return { type: "drop", reference, ifExists, restrict };
}

function parseComment(cursor: Cursor): CommentOn {
  cursor.expectWord("COMMENT");
  const ifExists = cursor.takeWord("IF EXISTS");
  cursor.expectWord("ON");
  if (cursor.isWord("COLUMN")) throw unknownToEmulator("COMMENT ON COLUMN");
  const reference = parseReference(cursor);
  cursor.expectWord("IS");
  return { type: "comment", reference, ifExists, text: cursor.string() };
}

function parseCall(cursor: Cursor): Call {
  cursor.expectWord("CALL");
  const path = cursor.path();
  const args = cursor.parenthesized(() => {
    const isNamed = cursor.isSymbol("=>", 1);
    const name = isNamed ? cursor.identifier() : null;
    if (isNamed) cursor.next();
    return { name, value: parseExpression(cursor) };
  });
  return { type: "call", path, args };
}
