/** Walks tokens; what every parser here is written with. */
import { syntaxError, unknownToEmulator } from "../errors";
import type { Path } from "./names";
import { type Token, tokenize } from "./tokens";

/** A place in a statement. `text` is the statement as sent, for the parts that are kept as they are (bodies of views). */
export class Cursor {
  private at = 0;

  constructor(
    readonly text: string,
    private readonly tokens: readonly Token[] = tokenize(text),
  ) {}

  get token(): Token | undefined {
    return this.tokens[this.at];
  }

  peek(offset = 1): Token | undefined {
    return this.tokens[this.at + offset];
  }

  /** Whether nothing is left but a closing semicolon. */
  get atEnd(): boolean {
    return !this.token || (this.isSymbol(";") && !this.peek());
  }

  mark(): number {
    return this.at;
  }

  reset(mark: number): void {
    this.at = mark;
  }

  next(): Token {
    const token = this.token;
    if (!token) throw this.unexpected();
    this.at += 1;
    return token;
  }

  /** Tokens from a mark up to here. */
  since(mark: number): Token[] {
    return this.tokens.slice(mark, this.at);
  }

  /** The text from the present token on, without a closing semicolon; the cursor goes to the end. */
  takeRest(): string {
    const rest = this.token ? this.text.slice(this.token.start) : "";
    this.at = this.tokens.length;
    return rest.replace(/;\s*$/, "");
  }

  /** The text between a mark and the present token. */
  textSince(mark: number): string {
    const first = this.tokens[mark];
    const last = this.tokens[this.at - 1];
    return first && last ? this.text.slice(first.start, last.end) : "";
  }

  /** Whether the words of a phrase (`"RENAME TO"`) come next. */
  isWord(phrase: string): boolean {
    return phrase.split(" ").every((word, offset) => {
      const token = this.peek(offset);
      return token?.kind === "word" && token.text === word;
    });
  }

  takeWord(phrase: string): boolean {
    if (!this.isWord(phrase)) return false;
    this.at += phrase.split(" ").length;
    return true;
  }

  /** The first of some phrases that comes next. */
  takeOneOf<T extends string>(phrases: readonly T[]): T | undefined {
    return phrases.find((phrase) => this.takeWord(phrase));
  }

  expectWord(phrase: string): void {
    if (!this.takeWord(phrase)) throw this.unexpected();
  }

  isSymbol(symbol: string, offset = 0): boolean {
    const token = this.peek(offset);
    return token?.kind === "symbol" && token.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  /** One or more of something, with commas between. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(",")) items.push(item());
    return items;
  }

  /** `( a, b )`; an empty list is allowed. */
  parenthesized<T>(item: () => T): T[] {
    this.expectSymbol("(");
    if (this.takeSymbol(")")) return [];
    const items = this.list(item);
    this.expectSymbol(")");
    return items;
  }

  identifier(): string {
    const token = this.token;
    if (token?.kind !== "word" && token?.kind !== "quoted") throw this.unexpected();
    this.at += 1;
    return token.text;
  }

  /** An identifier with qualifiers, or `IDENTIFIER('…')` (page "IDENTIFIER keyword"). */
  path(): Path {
    if (this.isWord("IDENTIFIER") && this.isSymbol("(", 1)) {
      this.at += 2;
      const name = this.next();
      if (name.kind !== "string" && name.kind !== "bound")
        throw unknownToEmulator("IDENTIFIER of anything but a string");
      this.expectSymbol(")");
      return parsePath(name.kind === "bound" ? String(name.value) : name.text);
    }
    const parts = [this.identifier()];
    for (;;) {
      if (this.takeSymbol("..")) parts.push("PUBLIC", this.identifier());
      else if (this.takeSymbol(".")) parts.push(this.identifier());
      else return parts;
    }
  }

  /** A single name of something that has no qualifiers (a role, a user). */
  name(): string {
    const path = this.path();
    if (path.length !== 1) throw syntaxError(`syntax error unexpected '.' after '${path[0]}'.`);
    return path[0] as string;
  }

  string(): string {
    const token = this.next();
    if (token.kind !== "string") throw this.unexpected(-1);
    return token.text;
  }

  integer(): number {
    const token = this.next();
    if (token.kind !== "number" || !/^\d+$/.test(token.text)) throw this.unexpected(-1);
    return Number(token.text);
  }

  /** The syntax error of Snowflake for the token at hand. */
  unexpected(offset = 0): Error {
    const token = this.peek(offset);
    const text = token ? this.text.slice(token.start, token.end) || token.text : "<EOF>";
    return syntaxError(`syntax error line 1 at position ${token?.start ?? this.text.length} unexpected '${text}'.`);
  }

  /** Nothing may be left: an unknown clause fails here. */
  expectEnd(): void {
    if (this.atEnd) return;
    const clause = this.text.slice(this.token?.start ?? 0).trim();
    throw unknownToEmulator(`what follows here: \`${clause.slice(0, 80)}\``);
  }
}

/** The path in a string, as IDENTIFIER reads it. */
export function parsePath(text: string): Path {
  const cursor = new Cursor(text);
  const path = cursor.path();
  cursor.expectEnd();
  return path;
}
