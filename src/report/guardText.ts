/** What a guard has seen and done, for people and as JSON. */
import type { Offender, Outcome, Overstep } from "../guard/guard";
import { quote } from "../messages/quote";
import { formatDuration } from "../roster/rules/durations";

/** `ana (developer), session 4711: a statement runs for 16min 1s (limit 15min): ended`. */
export function guardLine(offender: Offender, outcome?: Outcome): string {
  const { session, who, duty, beyond } = offender;
  const told = beyond.map((overstep) => sentence(offender, overstep)).join("; ");
  return `${who} (${duty}), session ${session}: ${told}${outcome ? `: ${outcomeText(outcome)}` : ""}`;
}

/** The same as an object for a line of JSON; durations are milliseconds. */
export function guardJson({ session, who, duty, beyond, blocks }: Offender, outcome?: Outcome) {
  const { kind, ...why } = outcome ?? {};
  return { who, duty, session, beyond, blocks, ...(kind === undefined ? {} : { outcome: kind, ...why }) };
}

function sentence({ blocks }: Offender, { rail, lasts, limit }: Overstep): string {
  const time = `${shortly(lasts)} (limit ${formatDuration(limit)})`;
  switch (rail) {
    case "statement":
      return `a statement runs for ${time}`;
    case "idle-in-transaction":
      return `idle in a transaction for ${time}`;
    case "blocks-production":
      return `blocks ${blocks.join(", ")} for ${time}`;
    case "old-snapshot":
      return `keeps deleted rows from being cleaned up for ${time}`;
  }
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "ended":
      return "ended";
    case "over":
      return "over by itself";
    case "refused": {
      const able = outcome.able.map(quote).join(", ");
      return `NOT ended, ${outcome.reason}${able === "" ? "" : `; who may: ${able}`}`;
    }
  }
}

/** Two units are enough: 961500 → `16min 1s`. */
function shortly(milliseconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  let rest = Math.floor(milliseconds / 1000);
  const parts = units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  });
  const first = parts.findIndex((part) => part !== "");
  return first === -1
    ? "0s"
    : parts
        .slice(first, first + 2)
        .filter(Boolean)
        .join(" ");
}
