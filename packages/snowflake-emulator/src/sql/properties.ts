/** `NAME = value` pairs, as CREATE and ALTER take them. */
import { unknownToEmulator } from "../errors";
import type { Cursor } from "./cursor";

/** A property: text, number as written, `TRUE`/`FALSE`, or a list; `null` for NULL. */
export type PropertyValue = string | readonly string[] | null;
export type Properties = ReadonlyMap<string, PropertyValue>;

/**
 * Pairs up to the end or up to a word in `until`. Only names in `known` are taken; another one is refused by name.
 * @throws SnowflakeError 001003 for a property that the emulator does not know
 */
export function parseProperties(cursor: Cursor, of: string, known: readonly string[], until: readonly string[] = []) {
  const found = new Map<string, PropertyValue>();
  while (!cursor.atEnd && !until.some((word) => cursor.isWord(word))) {
    if (cursor.takeSymbol(",")) continue;
    const name = cursor.identifier();
    if (!known.includes(name)) throw unknownToEmulator(`property ${name} of ${of}`);
    cursor.expectSymbol("=");
    found.set(name, propertyValue(cursor));
  }
  return found;
}

function propertyValue(cursor: Cursor): PropertyValue {
  if (cursor.isSymbol("(")) return cursor.parenthesized(() => scalar(cursor));
  return cursor.takeWord("NULL") ? null : scalar(cursor);
}

function scalar(cursor: Cursor): string {
  const sign = cursor.takeSymbol("-") ? "-" : "";
  const token = cursor.next();
  if (token.kind === "symbol" || token.kind === "bound") throw cursor.unexpected(-1);
  const path = [token.text];
  while (cursor.takeSymbol(".")) path.push(cursor.identifier());
  return sign + path.join(".");
}

/** Names of properties to unset: `UNSET A, B`. */
export function parseNames(cursor: Cursor, of: string, known: readonly string[]): string[] {
  return cursor.list(() => {
    const name = cursor.identifier();
    if (!known.includes(name)) throw unknownToEmulator(`property ${name} of ${of}`);
    return name;
  });
}

/** A property as one text: lists joined with commas. */
export function propertyText(value: PropertyValue | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? value : value.join(",");
}

export function isTrue(value: PropertyValue | undefined): boolean {
  return typeof value === "string" && value.toUpperCase() === "TRUE";
}
