import { escapeIdentifier, escapeLiteral } from "pg";

/** A string as an SQL literal. */
export const literal: (text: string) => string = escapeLiteral;

/** Names as an SQL identifier, qualified from left to right. */
export function identifier(...names: string[]): string {
  return names.map(escapeIdentifier).join(".");
}
