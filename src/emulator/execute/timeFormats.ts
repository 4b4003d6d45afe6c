/** Formats of dates and times ("Conversion functions", date and time formats). In UTC. */
const ELEMENTS: readonly [string, (time: Date) => string][] = [
  ["YYYY", (time) => String(time.getUTCFullYear())],
  ["YY", (time) => String(time.getUTCFullYear()).slice(2)],
  ["MM", (time) => two(time.getUTCMonth() + 1)],
  ["DD", (time) => two(time.getUTCDate())],
  ["HH24", (time) => two(time.getUTCHours())],
  ["MI", (time) => two(time.getUTCMinutes())],
  ["SS", (time) => two(time.getUTCSeconds())],
  ["FF3", (time) => String(time.getUTCMilliseconds()).padStart(3, "0")],
  ["FF", (time) => `${String(time.getUTCMilliseconds()).padStart(3, "0")}000000`],
  ["TZHTZM", () => "+0000"],
  ["TZH:TZM", () => "+00:00"],
];

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** What is in double quotes stands for itself, as does all that is no element. */
export function formatTime(time: Date, format: string): string {
  let rest = format;
  let text = "";
  while (rest) {
    const quoted = /^"([^"]*)"/.exec(rest);
    const element = ELEMENTS.find(([name]) => rest.toUpperCase().startsWith(name));
    if (quoted) text += quoted[1];
    else if (element) text += element[1](time);
    else text += rest[0];
    rest = rest.slice(quoted?.[0].length ?? element?.[0].length ?? 1);
  }
  return text;
}
