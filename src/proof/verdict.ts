import type { Step } from "../access/paths";
import { describeOutcome, refusal } from "./statement";

/** Something the warehouse does that it should not, or does not do that it should. */
export interface Fault {
  /** `villoro may insert prod_stripe`, or the name of an attack. */
  readonly subject: string;
  readonly expected: string;
  readonly got: string;
  /** The statement that showed it. */
  readonly sql: string;
  /** Why the plan expects what it expects. */
  readonly reasons: readonly Step[];
}

/** The counts and faults of a proof; proofs add up. */
export interface Verdict {
  /** Statements that were to work and did. */
  readonly allowed: number;
  /** Statements that were to be refused and were, each with a positive control. */
  readonly denied: number;
  /** Names of the attacks that were repelled. */
  readonly repelled: readonly string[];
  readonly faults: readonly Fault[];
}

export const NOTHING_PROVEN: Verdict = { allowed: 0, denied: 0, repelled: [], faults: [] };

export function addVerdicts(...verdicts: readonly Verdict[]): Verdict {
  const sum = (count: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + count(verdict), 0);
  return {
    allowed: sum(({ allowed }) => allowed),
    denied: sum(({ denied }) => denied),
    repelled: verdicts.flatMap(({ repelled }) => repelled),
    faults: verdicts.flatMap(({ faults }) => faults),
  };
}

/** A verdict of one fault. */
export function faulty(fault: Pick<Fault, "subject" | "expected" | "got"> & Partial<Fault>): Verdict {
  return { ...NOTHING_PROVEN, faults: [{ sql: "", reasons: [], ...fault }] };
}

/**
 * What has to work before anything can be proven, such as logging in: a refusal of the database is a fault, not a
 * crash.
 */
export async function expectWorks<T>(
  subject: string,
  reasons: readonly Step[],
  work: () => Promise<T>,
): Promise<{ value?: T; verdict: Verdict }> {
  try {
    return { value: await work(), verdict: NOTHING_PROVEN };
  } catch (error) {
    return { verdict: faulty({ subject, expected: "ALLOWED", got: describeOutcome(refusal(error)), reasons }) };
  }
}
