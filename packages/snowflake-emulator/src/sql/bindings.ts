/** Values put in for `?`, `:1` and `:name` before a statement is parsed. */
import { SnowflakeError } from "../errors";
import { type Token, tokenize } from "./tokens";
import type { Value } from "./types";

/** The value of a placeholder: `"1"`, `"2"` … for `?` and `:1`; a variable's name for `:name`. Undefined: none such. */
export type Bindings = (name: string) => { readonly value: Value } | undefined;

/**
 * Tokens of a text in which placeholders stand as bound values. `SELECT … INTO :a` keeps its targets, `v:key` is no
 * placeholder: there the colon follows the value at once.
 */
export function bindTokens(text: string, bindings: Bindings): Token[] {
  const tokens = tokenize(text);
  const bound: Token[] = [];
  let marks = 0;
  let isTarget = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    const name = tokens[at + 1];
    if (token.kind === "word") isTarget = token.text === "INTO" || (isTarget && bound.at(-1)?.text === ":");
    if (isPlaceholder(token, name, bound.at(-1)) && name && !isTarget) {
      bound.push(bind(bindings, name.text, token.start, name.end));
      at += 1;
    } else if (token.kind === "symbol" && token.text === "?") {
      marks += 1;
      bound.push(bind(bindings, String(marks), token.start, token.end));
    } else bound.push(token);
  }
  return bound;
}

function isPlaceholder(colon: Token, name: Token | undefined, before: Token | undefined): boolean {
  if (colon.kind !== "symbol" || colon.text !== ":" || !name || name.start !== colon.end) return false;
  if (name.kind !== "word" && name.kind !== "quoted" && name.kind !== "number") return false;
  const follows = before && before.end === colon.start;
  return !follows || (before.kind === "symbol" && before.text !== ")" && before.text !== "]");
}

function bind(bindings: Bindings, name: string, start: number, end: number): Token {
  const found = bindings(name);
  if (!found) {
    const message = `SQL compilation error: error line 1 at position ${start}\nBind variable :${name} not set.`;
    throw new SnowflakeError("002049", "42601", message);
  }
  return { kind: "bound", text: String(found.value), start, end, value: found.value };
}
