/** SQL text to tokens. */
import { syntaxError } from "../errors";

/**
 * One token. `text` is what it means: an unquoted word in upper case, a quoted identifier or string without its quotes.
 * `bound` marks a value that was put in for `?`, `:1` or `:name`: it is data, and stands only where an expression may.
 */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol" | "bound";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly value?: unknown;
}

const SYMBOLS = ["::", ":=", "=>", "->", "||", "<>", "!=", "<=", ">=", ".."];
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0", b: "\b", f: "\f" };

/**
 * Tokens of a text; comments (`--`, `//`, block) are left out.
 * @throws SnowflakeError 001003 for an unfinished string, identifier or comment
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = skipBlank(text, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function skipBlank(text: string, at: number): number {
  const rest = text.slice(at, at + 2);
  if (/^\s/.test(rest)) return at + 1;
  if (rest === "--" || rest === "//") {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end + 1;
  }
  if (rest === "/*") return endOf(text, "*/", at + 2, "comment") + 2;
  return at;
}

function readToken(text: string, start: number): Token {
  const first = text[start] as string;
  if (text.startsWith("$$", start)) {
    const end = endOf(text, "$$", start + 2, "$$ string");
    return { kind: "string", text: text.slice(start + 2, end), start, end: end + 2 };
  }
  if (first === "'") return readString(text, start);
  if (first === '"') return readQuoted(text, start);
  const word = match(/[A-Za-z_$][A-Za-z0-9_$]*/y, text, start);
  if (word) return { kind: "word", text: word.toUpperCase(), start, end: start + word.length };
  const number = match(/\d+(\.\d+)?([eE][+-]?\d+)?/y, text, start);
  if (number) return { kind: "number", text: number, start, end: start + number.length };
  const symbol = SYMBOLS.find((each) => text.startsWith(each, start)) ?? first;
  return { kind: "symbol", text: symbol, start, end: start + symbol.length };
}

function readString(text: string, start: number): Token {
  let value = "";
  let at = start + 1;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === "\\") {
      const escaped = text[at + 1] ?? "";
      value += ESCAPES[escaped] ?? escaped;
      at += 2;
    } else if (char !== "'") {
      value += char;
      at += 1;
    } else if (text[at + 1] === "'") {
      value += "'";
      at += 2;
    } else {
      return { kind: "string", text: value, start, end: at + 1 };
    }
  }
  throw syntaxError(`parse error line 1 at position ${start} near '<EOF>': unfinished string.`);
}

function readQuoted(text: string, start: number): Token {
  const quoted = match(/"(?:[^"]|"")*"/y, text, start);
  if (!quoted) throw syntaxError(`parse error line 1 at position ${start} near '<EOF>': unfinished identifier.`);
  return { kind: "quoted", text: quoted.slice(1, -1).replaceAll('""', '"'), start, end: start + quoted.length };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function endOf(text: string, mark: string, from: number, what: string): number {
  const end = text.indexOf(mark, from);
  if (end < 0) throw syntaxError(`parse error line 1 near '<EOF>': unfinished ${what}.`);
  return end;
}
