/** Parsing blocks of Snowflake Scripting. */
import { unknownToEmulator } from "../errors";
import { Cursor } from "./cursor";
import { parseExpression } from "./parseExpression";
import type { Block, Branch, Declaration, Handler, Instruction, InstructionKind, Source, SqlText } from "./scripting";
import { isTypeNext, parseType } from "./types";

/** @throws SnowflakeError 001003 for what the emulator does not know of the language */
export function parseBlock(text: string): Block {
  const cursor = new Cursor(text);
  const block = parseBlockAt(cursor);
  cursor.expectEnd();
  return block;
}

function parseBlockAt(cursor: Cursor): Block {
  const declarations: Declaration[] = [];
  if (cursor.takeWord("DECLARE")) {
    while (!cursor.isWord("BEGIN")) {
      declarations.push(parseDeclaration(cursor));
      cursor.expectSymbol(";");
    }
  }
  cursor.expectWord("BEGIN");
  const body = parseBody(cursor, ["END", "EXCEPTION"]);
  const handlers = cursor.takeWord("EXCEPTION") ? parseHandlers(cursor) : [];
  cursor.expectWord("END");
  return { declarations, body, handlers };
}

function parseHandlers(cursor: Cursor): Handler[] {
  const handlers: Handler[] = [];
  while (cursor.takeWord("WHEN")) {
    const exceptions = [cursor.identifier()];
    while (cursor.takeWord("OR")) exceptions.push(cursor.identifier());
    cursor.expectWord("THEN");
    handlers.push({ exceptions, body: parseBody(cursor, ["WHEN", "END"]) });
  }
  return handlers;
}

/** Instructions up to one of some words, each with its semicolon. */
function parseBody(cursor: Cursor, until: readonly string[]): Instruction[] {
  const body: Instruction[] = [];
  while (!until.some((word) => cursor.isWord(word))) {
    const at = cursor.token?.start ?? 0;
    body.push({ ...parseInstruction(cursor), at });
    cursor.expectSymbol(";");
  }
  return body;
}

/** `name TYPE DEFAULT …`, `name RESULTSET …`, `name CURSOR FOR …`, `name EXCEPTION (…)`; also what follows LET. */
function parseDeclaration(cursor: Cursor): Declaration {
  const name = cursor.identifier();
  if (cursor.takeWord("EXCEPTION")) return { declares: "exception", name, ...parseException(cursor) };
  if (cursor.takeWord("CURSOR")) {
    cursor.expectWord("FOR");
    return { declares: "cursor", name, of: cursor.isWord("SELECT") ? takeSql(cursor) : cursor.identifier() };
  }
  if (cursor.takeWord("RESULTSET")) return { declares: "resultset", name, value: parseInitial(cursor) };
  const type = isTypeNext(cursor) ? parseType(cursor) : null;
  return { declares: "variable", name, type, value: parseInitial(cursor) };
}

/** "RAISE": an exception without a number has -20000. */
function parseException(cursor: Cursor): { code: number; message: string } {
  if (!cursor.takeSymbol("(")) return { code: -20_000, message: "" };
  cursor.expectSymbol("-");
  const code = -cursor.integer();
  const message = cursor.takeSymbol(",") ? cursor.string() : "";
  cursor.expectSymbol(")");
  return { code, message };
}

function parseInitial(cursor: Cursor): Source | null {
  return cursor.takeSymbol(":=") || cursor.takeWord("DEFAULT") ? parseSource(cursor) : null;
}

const STATEMENTS = [
  "SELECT",
  "WITH",
  "SHOW",
  "DESC",
  "DESCRIBE",
  "CALL",
  "EXECUTE",
  "INSERT",
  "UPDATE",
  "DELETE",
  "MERGE",
];

/** An expression, or a statement in parentheses whose result is meant. */
function parseSource(cursor: Cursor): Source {
  const first = cursor.isSymbol("(") ? cursor.peek() : undefined;
  if (first?.kind !== "word" || !STATEMENTS.includes(first.text)) return { expression: parseExpression(cursor) };
  cursor.expectSymbol("(");
  const statement = parseSql(cursor);
  cursor.expectSymbol(")");
  return { statement };
}

function parseSql(cursor: Cursor): SqlText {
  if (!cursor.takeWord("EXECUTE IMMEDIATE")) return takeSql(cursor);
  const expression = parseExpression(cursor);
  if (cursor.isWord("USING")) throw unknownToEmulator("EXECUTE IMMEDIATE … USING");
  return { expression };
}

/** The text of a statement, up to its semicolon or the parenthesis that closes around it. */
function takeSql(cursor: Cursor): SqlText {
  const start = cursor.mark();
  let depth = 0;
  while (!cursor.isSymbol(";") && !(depth === 0 && cursor.isSymbol(")"))) {
    if (cursor.isSymbol("(")) depth += 1;
    if (cursor.isSymbol(")")) depth -= 1;
    cursor.next();
  }
  return { text: cursor.textSince(start) };
}

function parseInstruction(cursor: Cursor): InstructionKind {
  if (cursor.isSymbol(":=", 1)) {
    const name = cursor.identifier();
    cursor.next();
    return { does: "assign", name, value: parseSource(cursor) };
  }
  const word = cursor.token?.kind === "word" ? cursor.token.text : "";
  switch (word) {
    case "LET":
      cursor.next();
      return { does: "declare", declaration: parseDeclaration(cursor) };
    case "IF":
      return parseIf(cursor);
    case "FOR":
      return parseFor(cursor);
    case "WHILE":
      return parseWhile(cursor);
    case "LOOP":
      cursor.next();
      return { does: "loop", body: parseLoopBody(cursor, "LOOP") };
    case "RETURN":
      return parseReturn(cursor);
    case "RAISE":
      cursor.next();
      return { does: "raise", name: cursor.isSymbol(";") ? null : cursor.identifier() };
    case "BREAK":
    case "EXIT":
      cursor.next();
      return { does: "break" };
    case "CONTINUE":
    case "ITERATE":
      cursor.next();
      return { does: "continue" };
    case "NULL":
      cursor.next();
      return { does: "nothing" };
    case "DECLARE":
      return { does: "block", block: parseBlockAt(cursor) };
    case "BEGIN":
      return cursor.isSymbol(";", 1) || cursor.peek()?.text === "TRANSACTION"
        ? { does: "execute", statement: takeSql(cursor) }
        : { does: "block", block: parseBlockAt(cursor) };
    case "CASE":
    case "REPEAT":
    case "OPEN":
    case "FETCH":
    case "CLOSE":
    case "AWAIT":
    case "ASYNC":
      throw unknownToEmulator(`${word} in Snowflake Scripting`);
    default:
      return { does: "execute", statement: parseSql(cursor) };
  }
}

function parseIf(cursor: Cursor): InstructionKind {
  cursor.expectWord("IF");
  const branches = [parseBranch(cursor)];
  while (cursor.takeWord("ELSEIF")) branches.push(parseBranch(cursor));
  const otherwise = cursor.takeWord("ELSE") ? parseBody(cursor, ["END"]) : [];
  cursor.expectWord("END IF");
  return { does: "if", branches, otherwise };
}

function parseBranch(cursor: Cursor): Branch {
  const when = parseExpression(cursor);
  cursor.expectWord("THEN");
  return { when, body: parseBody(cursor, ["ELSEIF", "ELSE", "END"]) };
}

function parseFor(cursor: Cursor): InstructionKind {
  cursor.expectWord("FOR");
  const name = cursor.identifier();
  cursor.expectWord("IN");
  const reverse = cursor.takeWord("REVERSE");
  const from = parseExpression(cursor);
  if (cursor.takeWord("TO")) {
    const to = parseExpression(cursor);
    return { does: "count", name, from, to, reverse, body: parseLoopBody(cursor, "FOR", "DO") };
  }
  if (from.type !== "column" || from.path.length !== 1) throw cursor.unexpected();
  return { does: "each", name, of: from.path[0] as string, body: parseLoopBody(cursor, "FOR", "DO") };
}

function parseWhile(cursor: Cursor): InstructionKind {
  cursor.expectWord("WHILE");
  const condition = parseExpression(cursor);
  return { does: "while", condition, body: parseLoopBody(cursor, "WHILE", "DO") };
}

/** `DO … END FOR`; `LOOP` in place of `DO` is allowed too. */
function parseLoopBody(cursor: Cursor, kind: "FOR" | "WHILE" | "LOOP", opening?: "DO"): Instruction[] {
  const isLoop = opening !== undefined && cursor.takeWord("LOOP");
  if (opening && !isLoop) cursor.expectWord(opening);
  const body = parseBody(cursor, ["END"]);
  cursor.expectWord(`END ${isLoop ? "LOOP" : kind}`);
  return body;
}

function parseReturn(cursor: Cursor): InstructionKind {
  cursor.expectWord("RETURN");
  if (cursor.isSymbol(";")) return { does: "return", value: null };
  if (!cursor.isWord("TABLE") || !cursor.isSymbol("(", 1)) return { does: "return", value: parseExpression(cursor) };
  cursor.next();
  cursor.expectSymbol("(");
  const of = STATEMENTS.includes(cursor.token?.text ?? "") ? parseSql(cursor) : cursor.identifier();
  cursor.expectSymbol(")");
  return { does: "returnTable", of };
}
