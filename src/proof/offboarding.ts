import type { Identity } from "../access/plan";
import { describeOutcome, type Outcome } from "./statement";
import { faulty, NOTHING_PROVEN, type Verdict } from "./verdict";

/** Whether somebody who was removed is refused with the very code. */
export function expectRefused({ name, because }: Identity, what: string, outcome: Outcome, code: string): Verdict {
  if (outcome.code === code) return { ...NOTHING_PROVEN, denied: 1 };
  return faulty({
    subject: `${name}, removed: ${what}`,
    expected: code,
    got: describeOutcome(outcome),
    sql: what,
    reasons: [{ text: "was in the base roster", because }],
  });
}

/** Whether a table of somebody who was removed has lost no row. */
export function expectRows({ name }: Identity, table: string, before: number, after: number | undefined): Verdict {
  if (before === after) return { ...NOTHING_PROVEN, allowed: 1 };
  return faulty({ subject: `${name}, removed: rows of ${table}`, expected: `${before}`, got: `${after}` });
}
