import { quote } from "../../messages/quote";

/** What is wrong with a calendar date, if anything. `what` says of which day it is the first. */
export function refuseDate(text: string, what = "without access"): { message: string; help: string } | undefined {
  const help = `write the first day ${what} as \`YYYY-MM-DD\``;
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return { message: `${quote(text)} is not a date`, help };
  const date = new Date(`${text}T00:00:00Z`);
  // Date turns 30 February into 2 March: a day that exists is one that comes back unchanged.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
    return { message: `there is no day ${quote(text)}`, help };
  }
  // An older one is a slip of the hand, and the warehouse's own calendar starts with year 1.
  if (text < "2000-01-01") return { message: `date ${quote(text)} is before 2000`, help };
  return undefined;
}
