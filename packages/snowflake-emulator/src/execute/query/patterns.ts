/** LIKE and RLIKE ("LIKE", "RLIKE"). */
import { SnowflakeError } from "../../errors";

/** Whether a text matches a LIKE pattern: `%` any text, `_` any character, `escapedBy` makes the next one literal. */
export function matchesLike(
  text: string,
  pattern: string,
  { ignoreCase = false, escapedBy = "\\" }: { readonly ignoreCase?: boolean; readonly escapedBy?: string | null } = {},
): boolean {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] as string;
    if (char === escapedBy && at + 1 < pattern.length) source += literal(pattern[++at] as string);
    else source += char === "%" ? "[^]*" : char === "_" ? "[^]" : literal(char);
  }
  return new RegExp(`^${source}$`, ignoreCase ? "i" : "").test(text);
}

function literal(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** RLIKE and REGEXP_LIKE anchor at both ends ("RLIKE", usage notes). */
export function matchesRegexp(text: string, pattern: string, flags = ""): boolean {
  return compile(`^(?:${pattern})$`, flags).test(text);
}

export function compile(pattern: string, flags: string): RegExp {
  try {
    const known = ["i", "s", "m"].filter((flag) => flags.includes(flag));
    return new RegExp(pattern, known.join(""));
  } catch {
    throw new SnowflakeError("100048", "2201B", `Invalid regular expression: '${pattern}'`);
  }
}
