const LONGEST = 80;

/**
 * User text as a message shows it: in backticks, control characters escaped, long text cut. A roster may come from
 * anybody's pull request, so nothing of it may reach a terminal or a log as a control sequence or as a line of its own.
 */
export function quote(text: string): string {
  const letters = Array.from(text);
  const shown = letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : text;
  return `\`${escapeControls(shown)}\``;
}

/** Text on one line, with nothing in it that a terminal would act upon or not show. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

/** What a value is, in the words of a message: `a list`, `the number `12``. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
    case "bigint":
      return `the number \`${value}\``;
    case "boolean":
      return `\`${value}\``;
    default:
      return "a mapping";
  }
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (character === "\r") return "\\r";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
