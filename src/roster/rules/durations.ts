import { quote } from "../../messages/quote";

const UNITS = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A whole number and a unit; also the `pattern` of the JSON schema. */
export const DURATION_PATTERN = "^[0-9]+(ms|s|min|h|d)$";

/** Longest timeout that every warehouse can hold: 32-bit milliseconds. */
export const MAX_TIMEOUT = 2_147_483_647;

/** Longest life of a CI schema: ten years, far beyond any use and far below where arithmetic gets inexact. */
export const MAX_TTL = 3_650 * UNITS.d;

const FORM = "write a whole number and a unit: `500ms`, `30s`, `15min`, `24h`, `7d`";

/** `15min` → 900000; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined;
  const digits = Number.parseInt(text, 10);
  return digits * UNITS[text.replace(/^\d+/, "") as keyof typeof UNITS];
}

/** What is wrong with a duration, if anything. @param instead what to do about one that is no time at all */
export function refuseDuration(
  text: string,
  most: number,
  instead: string,
): { message: string; help: string } | undefined {
  const duration = parseDuration(text.trim());
  if (text.trim().startsWith("-") && parseDuration(text.trim().slice(1)) !== undefined) {
    return { message: `duration ${quote(text)} is negative`, help: instead };
  }
  if (duration === undefined || text !== text.trim()) {
    return { message: `${quote(text)} is not a duration`, help: FORM };
  }
  if (duration === 0) return { message: `duration ${quote(text)} is zero`, help: instead };
  if (duration > most) {
    return { message: `duration ${quote(text)} is too long`, help: `at most \`${Math.floor(most / UNITS.d)}d\`` };
  }
  return undefined;
}

/** The longest unit that says it exactly: 900000 → `15min`. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] =
    Object.entries(UNITS)
      .reverse()
      .find(([, size]) => milliseconds % size === 0) ?? (["ms", 1] as const);
  return `${milliseconds / size}${unit}`;
}
