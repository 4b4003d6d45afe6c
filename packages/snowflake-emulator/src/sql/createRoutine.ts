/** CREATE PROCEDURE and CREATE FUNCTION ("CREATE PROCEDURE", "CREATE FUNCTION"). */

import type { Argument, Routine } from "../catalog/securables";
import { unknownToEmulator } from "../errors";
import type { RoutineKind } from "../kinds";
import { type Creation, type Modifiers, parseCreation } from "./createAccountObject";
import type { Cursor } from "./cursor";
import { parseExpression } from "./parseExpression";
import { parseType } from "./types";

export interface CreateRoutine extends Creation {
  readonly type: "createRoutine";
  readonly kind: RoutineKind;
  readonly arguments: readonly Argument[];
  readonly returns: Routine["returns"];
  readonly language: string;
  readonly executeAs: Routine["executeAs"];
  readonly secure: boolean;
  readonly comment: string;
  readonly body: string;
  readonly copyGrants: boolean;
}

export function parseCreateRoutine(cursor: Cursor, kind: RoutineKind, { orReplace, secure }: Modifiers): CreateRoutine {
  const creation = parseCreation(cursor, orReplace);
  const args = cursor.parenthesized(() => parseArgument(cursor));
  const copyGrants = cursor.takeWord("COPY GRANTS");
  cursor.expectWord("RETURNS");
  const returns = parseReturns(cursor);
  const options = parseRoutineOptions(cursor);
  return { type: "createRoutine", kind, secure, ...creation, arguments: args, copyGrants, returns, ...options };
}

function parseArgument(cursor: Cursor): Argument {
  const name = cursor.identifier();
  cursor.takeWord("IN");
  const type = parseType(cursor);
  return { name, type, default: cursor.takeWord("DEFAULT") ? parseExpression(cursor) : null };
}

function parseReturns(cursor: Cursor): Routine["returns"] {
  if (!cursor.takeWord("TABLE")) {
    const type = parseType(cursor);
    cursor.takeWord("NOT NULL");
    return type;
  }
  cursor.parenthesized(() => [cursor.identifier(), parseType(cursor)]);
  return "TABLE";
}

/** Clauses that are taken and change nothing here. */
const IGNORED = [
  "CALLED ON NULL INPUT",
  "RETURNS NULL ON NULL INPUT",
  "STRICT",
  "VOLATILE",
  "IMMUTABLE",
  "MEMOIZABLE",
  "NOT NULL",
  "NULL",
];

function parseRoutineOptions(cursor: Cursor) {
  let language = "SQL";
  let executeAs: Routine["executeAs"] = "OWNER";
  let comment = "";
  while (!cursor.takeWord("AS")) {
    if (cursor.takeWord("LANGUAGE")) language = cursor.identifier();
    else if (cursor.takeWord("EXECUTE AS")) executeAs = parseRights(cursor);
    else if (cursor.takeWord("COMMENT")) {
      cursor.expectSymbol("=");
      comment = cursor.string();
    } else if (!cursor.takeOneOf(IGNORED)) cursor.expectEnd();
    if (cursor.atEnd) throw cursor.unexpected();
  }
  if (language !== "SQL") throw unknownToEmulator(`language ${language}`);
  const body = cursor.token?.kind === "string" ? cursor.string() : cursor.takeRest();
  return { language, executeAs, comment, body };
}

export function parseRights(cursor: Cursor): Routine["executeAs"] {
  const rights = cursor.takeOneOf(["OWNER", "CALLER"]);
  if (!rights) throw unknownToEmulator(`EXECUTE AS ${cursor.token?.text}`);
  return rights;
}
