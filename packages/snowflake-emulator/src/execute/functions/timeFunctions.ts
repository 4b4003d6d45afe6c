/** Functions of dates and times ("Date & time functions"). All in UTC. */
import { sessionParameter } from "../../catalog/session";
import { unknownToEmulator } from "../../errors";
import { DATE, type DataType, NUMBER, type Present, TIMESTAMP_LTZ, TIMESTAMP_NTZ } from "../../sql/types";
import { castTo, numberOf, orNull, textOf, timeOf } from "../query/values";
import type { ScalarFunction } from "./scalarFunction";
import { parseTime } from "./timeFormats";

const MILLISECONDS: Readonly<Record<string, number>> = {
  ...names(7 * 86_400_000, "WEEK WEEKS W"),
  ...names(86_400_000, "DAY DAYS D DD"),
  ...names(3_600_000, "HOUR HOURS HH H"),
  ...names(60_000, "MINUTE MINUTES MI M"),
  ...names(1000, "SECOND SECONDS S SEC"),
  ...names(1, "MILLISECOND MILLISECONDS MS"),
};
const MONTHS: Readonly<Record<string, number>> = {
  ...names(1, "MONTH MONTHS MM MON"),
  ...names(3, "QUARTER QUARTERS Q"),
  ...names(12, "YEAR YEARS Y YY YYYY"),
};

function names(value: number, words: string): Record<string, number> {
  return Object.fromEntries(words.split(" ").map((word) => [word, value]));
}

function add(part: string, amount: number, time: Date): Date {
  const months = MONTHS[part.toUpperCase()];
  if (months !== undefined) {
    const moved = new Date(time);
    moved.setUTCMonth(moved.getUTCMonth() + Math.trunc(amount) * months);
    return moved;
  }
  return new Date(time.getTime() + Math.trunc(amount) * unit(part));
}

function unit(part: string): number {
  const milliseconds = MILLISECONDS[part.toUpperCase()];
  if (milliseconds === undefined) throw unknownToEmulator(`date part ${part}`);
  return milliseconds;
}

/** "DATEDIFF": how many boundaries of the part lie between. */
function difference(part: string, from: Date, to: Date): number {
  const months = MONTHS[part.toUpperCase()];
  if (months !== undefined) {
    const count = (time: Date) => Math.floor((time.getUTCFullYear() * 12 + time.getUTCMonth()) / months);
    return count(to) - count(from);
  }
  const size = unit(part);
  return Math.floor(to.getTime() / size) - Math.floor(from.getTime() / size);
}

function truncate(part: string, time: Date): Date {
  const months = MONTHS[part.toUpperCase()];
  if (months !== undefined) {
    const month = Math.floor(time.getUTCMonth() / months) * months;
    return new Date(Date.UTC(time.getUTCFullYear(), month, 1));
  }
  const size = unit(part);
  return new Date(Math.floor(time.getTime() / size) * size);
}

const DATEADD: ScalarFunction = {
  type: TIMESTAMP_LTZ,
  apply: ([part, amount, time]) => add(textOf(part as Present), numberOf(amount as Present), timeOf(time as Present)),
};
const DATEDIFF: ScalarFunction = {
  type: NUMBER,
  apply: ([part, from, to]) => difference(textOf(part as Present), timeOf(from as Present), timeOf(to as Present)),
};

/** Text is read by the format that is given, or else by the session's: a procedure with owner's rights has its caller's. */
function convert(type: DataType): ScalarFunction {
  const byDefault = type.name === "DATE" ? "DATE_INPUT_FORMAT" : "TIMESTAMP_INPUT_FORMAT";
  return {
    type,
    apply: ([value = null, given], env) => {
      const format = given ? textOf(given) : sessionParameter(env.viewer.context.session, byDefault);
      const isFree = typeof value !== "string" || format.toUpperCase() === "AUTO";
      return castTo(isFree ? value : parseTime(value, format), type);
    },
  };
}

function attempt({ type, apply }: ScalarFunction): ScalarFunction {
  return { type, apply: (args, env) => orNull(() => apply(args, env)) };
}

export const TIME_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  DATEADD,
  TIMEADD: DATEADD,
  DATEDIFF,
  DATE_TRUNC: {
    type: TIMESTAMP_NTZ,
    apply: ([part, time]) => truncate(textOf(part as Present), timeOf(time as Present)),
  },
  DATE_PART: { type: NUMBER, apply: ([part, time]) => datePart(textOf(part as Present), timeOf(time as Present)) },
  TO_TIMESTAMP: convert(TIMESTAMP_NTZ),
  TO_TIMESTAMP_NTZ: convert(TIMESTAMP_NTZ),
  TO_TIMESTAMP_LTZ: convert(TIMESTAMP_LTZ),
  TO_TIMESTAMP_TZ: convert({ name: "TIMESTAMP_TZ", scale: 9 }),
  TRY_TO_TIMESTAMP: attempt(convert(TIMESTAMP_NTZ)),
  TRY_TO_TIMESTAMP_NTZ: attempt(convert(TIMESTAMP_NTZ)),
  TO_DATE: convert(DATE),
  TRY_TO_DATE: attempt(convert(DATE)),
  CONVERT_TIMEZONE: {
    type: TIMESTAMP_NTZ,
    apply: ([zone, time]) => inUtc(textOf(zone as Present), timeOf(time as Present)),
  },
  YEAR: { type: NUMBER, apply: ([time]) => timeOf(time as Present).getUTCFullYear() },
  MONTH: { type: NUMBER, apply: ([time]) => timeOf(time as Present).getUTCMonth() + 1 },
  DAY: { type: NUMBER, apply: ([time]) => timeOf(time as Present).getUTCDate() },
};

/** The emulator works in UTC, and knows no other zone. */
function inUtc(zone: string, time: Date): Date {
  if (zone.toUpperCase() !== "UTC") throw unknownToEmulator(`time zone ${zone}`);
  return time;
}

function datePart(part: string, time: Date): number {
  switch (part.toUpperCase()) {
    case "EPOCH_SECOND":
    case "EPOCH":
      return Math.floor(time.getTime() / 1000);
    case "EPOCH_MILLISECOND":
      return time.getTime();
    case "YEAR":
      return time.getUTCFullYear();
    case "MONTH":
      return time.getUTCMonth() + 1;
    case "DAY":
      return time.getUTCDate();
    case "HOUR":
      return time.getUTCHours();
    case "MINUTE":
      return time.getUTCMinutes();
    default:
      throw unknownToEmulator(`date part ${part}`);
  }
}
