/**
 * Identifiers. Unquoted ones are stored in upper case, quoted ones as they are ("Identifier requirements").
 */

/** A name with its qualifiers, outermost first: `["DB", "SCHEMA", "T"]`. */
export type Path = readonly string[];

/** An identifier as Snowflake prints it: bare where that means the same, else quoted. */
export function printName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : quoteName(name);
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function printPath(path: Path): string {
  return path.map(printName).join(".");
}

/** A name that came outside of SQL (login parameters): `"as is"` or folded to upper case. */
export function foldName(text: string): string {
  return text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toUpperCase();
}
