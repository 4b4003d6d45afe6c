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
  /** In full; where there are very many, the first of them. */
  readonly faults: readonly Fault[];
  /** How many more there are. */
  readonly furtherFaults: number;
}

export const NOTHING_PROVEN: Verdict = { allowed: 0, denied: 0, repelled: [], faults: [], furtherFaults: 0 };

export function addVerdicts(verdicts: Iterable<Verdict>): Verdict {
  let [allowed, denied, furtherFaults] = [0, 0, 0];
  const repelled: string[] = [];
  const faults: Fault[] = [];
  for (const verdict of verdicts) {
    allowed += verdict.allowed;
    denied += verdict.denied;
    furtherFaults += verdict.furtherFaults;
    for (const name of verdict.repelled) repelled.push(name);
    for (const fault of verdict.faults) faults.push(fault);
  }
  return { allowed, denied, repelled, faults, furtherFaults };
}

/** How many faults there are, those that are not listed included. */
export function countFaults({
  faults,
  furtherFaults,
}: Pick<Verdict, "furtherFaults"> & { faults: readonly unknown[] }): number {
  return faults.length + furtherFaults;
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
