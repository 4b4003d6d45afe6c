/** Formats of dates and times ("Conversion functions", date and time formats). In UTC. */
import { badValue, unknownToEmulator } from "../../errors";

interface Element {
  readonly name: string;
  readonly print: (time: Date) => string;
  /** How many digits are read at most, fewer are read too (note 1 of the page); none where reading is not known. */
  readonly digits?: number;
}

const ELEMENTS: readonly Element[] = [
  { name: "YYYY", print: (time) => String(time.getUTCFullYear()), digits: 4 },
  { name: "YY", print: (time) => String(time.getUTCFullYear()).slice(2) },
  { name: "MM", print: (time) => two(time.getUTCMonth() + 1), digits: 2 },
  { name: "DD", print: (time) => two(time.getUTCDate()), digits: 2 },
  { name: "HH24", print: (time) => two(time.getUTCHours()), digits: 2 },
  { name: "MI", print: (time) => two(time.getUTCMinutes()), digits: 2 },
  { name: "SS", print: (time) => two(time.getUTCSeconds()), digits: 2 },
  { name: "FF3", print: (time) => String(time.getUTCMilliseconds()).padStart(3, "0") },
  { name: "FF", print: (time) => `${String(time.getUTCMilliseconds()).padStart(3, "0")}000000` },
  { name: "TZHTZM", print: () => "+0000" },
  { name: "TZH:TZM", print: () => "+00:00" },
];

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** A format in its parts. What is in double quotes stands for itself, as does all that is no element. */
function* partsOf(format: string): Iterable<{ readonly element?: Element; readonly text: string }> {
  let rest = format;
  while (rest) {
    const quoted = /^"([^"]*)"/.exec(rest);
    const element = ELEMENTS.find(({ name }) => rest.toUpperCase().startsWith(name));
    if (quoted) yield { text: quoted[1] as string };
    else yield element ? { element, text: element.name } : { text: rest[0] as string };
    rest = rest.slice(quoted?.[0].length ?? element?.name.length ?? 1);
  }
}

export function formatTime(time: Date, format: string): string {
  return [...partsOf(format)].map(({ element, text }) => element?.print(time) ?? text).join("");
}

/** Reads a time by a format, all of it. @throws SnowflakeError 100096 */
export function parseTime(text: string, format: string): Date {
  const found = new Map<string, number>();
  let rest = text;
  for (const { element, text: literal } of partsOf(format)) {
    if (element && element.digits === undefined) throw unknownToEmulator(`reading a time with ${element.name}`);
    const digits = element && new RegExp(`^\\d{1,${element.digits}}`).exec(rest)?.[0];
    if (element ? digits === undefined : !rest.startsWith(literal)) throw unreadable(text, format);
    if (element) found.set(element.name, Number(digits));
    rest = rest.slice((digits ?? literal).length);
  }
  const [year, month, day] = ["YYYY", "MM", "DD"].map((name, index) => found.get(name) ?? (index === 0 ? 1970 : 1));
  const [hour = 0, minute = 0, second = 0] = ["HH24", "MI", "SS"].map((name) => found.get(name));
  const time = new Date(Date.UTC(1970, 0, 1, hour, minute, second));
  time.setUTCFullYear(year as number, (month as number) - 1, day);
  // What is too large was carried over: the 31st month is a month of later years.
  const isWhole = [...found].every(([name, value]) => Number(formatTime(time, name)) === value);
  if (rest || !isWhole) throw unreadable(text, format);
  return time;
}

function unreadable(text: string, format: string) {
  return badValue("100096", `Can't parse '${text}' as timestamp with format '${format}'`);
}
