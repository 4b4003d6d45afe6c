/** Environment variables as text that something else reads. Every value comes back as it was, or is refused. */

import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";

export const FORMATS = ["dotenv", "shell", "github", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** @throws UserError when a format has no way to write a value */
export function renderVariables(variables: Readonly<Record<string, string>>, format: Format): string {
  for (const [name, value] of Object.entries(variables))
    if (value.includes("\0")) throw cannotWrite(name, "an environment variable");
  switch (format) {
    case "json":
      return `${JSON.stringify(variables, null, 2)}\n`;
    case "shell":
      return lines(variables, (name, value) => `export ${name}=${shellQuoted(value)}`);
    case "github":
      return lines(variables, githubLine);
    case "dotenv":
      return lines(variables, dotenvLine);
  }
}

function lines(variables: Readonly<Record<string, string>>, line: (name: string, value: string) => string): string {
  return Object.entries(variables)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join("");
}

/** In single quotes a POSIX shell takes everything as it is but the quote itself. */
function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** A line for the file `$GITHUB_ENV`; a value of several lines goes between two lines that it does not contain. */
function githubLine(name: string, value: string): string {
  if (!/[\r\n]/.test(value)) return `${name}=${value}`;
  let end = "END";
  while (value.includes(end)) end += "_";
  return `${name}<<${end}\n${value}\n${end}`;
}

/**
 * Readers of .env files, shells among them, disagree on escapes, on `$` and on several lines, so only what all of them
 * read alike is written: bare words, and quotes without anything to escape.
 */
function dotenvLine(name: string, value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=?-]*$/.test(value)) return `${name}=${value}`;
  if (/[\\\r\n]|\$\{/.test(value) || !/^[^']*$|^[^"`$]*$/.test(value)) throw cannotWrite(name, "a .env file");
  return value.includes("'") ? `${name}="${value}"` : `${name}='${value}'`;
}

function cannotWrite(name: string, where: string): UserError {
  return new UserError(`the value of ${quote(name)} cannot be written in ${where}`, "use --format json");
}
