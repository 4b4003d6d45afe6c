import type { Outcome } from "./statement";

/** What came of the statements of one action that one identity tried on one target. */
export interface Tally {
  /** `insert`, `set role`, … */
  readonly action: string;
  /** Whether the plan lets the statements work. */
  readonly expected: boolean;
  /** How many the warehouse let work. */
  readonly allowed: number;
  /** How many it refused. */
  readonly refused: number;
  /** How many came out otherwise than the plan says. */
  readonly wrong: number;
  /** The codes of the refusals, each once, in order of appearance. */
  readonly codes: readonly string[];
}

/** Identity → schema, role or other target → what came of it, action by action. */
export type Measured = ReadonlyMap<string, ReadonlyMap<string, readonly Tally[]>>;

/** A statement that was tried, and what came of it. */
export interface Tried {
  readonly action: string;
  readonly target: string;
  readonly expected: boolean;
  readonly outcome: Outcome;
  readonly wrong: boolean;
}

/**
 * Adds up what one identity tried, so that statements need not be kept. Most targets come out like many others: their
 * lists are one object, and the same for all identities that were given the same `patterns`.
 */
export class IdentityTally {
  private readonly byTarget = new Map<string, Map<string, Tally>>();

  /** @param patterns the lists there are so far; grows */
  constructor(private readonly patterns: Map<string, readonly Tally[]>) {}

  add({ action, target, expected, outcome, wrong }: Tried): void {
    const tallies = this.byTarget.get(target) ?? new Map<string, Tally>();
    this.byTarget.set(target, tallies);
    const key = `${action} ${expected}`;
    const { allowed, refused, codes, ...before } = tallies.get(key) ?? nothingTried(action, expected);
    const { code } = outcome;
    tallies.set(key, {
      ...before,
      allowed: allowed + Number(outcome.allowed),
      refused: refused + Number(!outcome.allowed),
      wrong: before.wrong + Number(wrong),
      codes: code === undefined || codes.includes(code) ? codes : [...codes, code],
    });
  }

  /** Target → its tallies. */
  close(): ReadonlyMap<string, readonly Tally[]> {
    return new Map([...this.byTarget].map(([target, tallies]) => [target, this.shared([...tallies.values()])]));
  }

  private shared(tallies: readonly Tally[]): readonly Tally[] {
    const key = JSON.stringify(tallies);
    const known = this.patterns.get(key) ?? tallies;
    this.patterns.set(key, known);
    return known;
  }
}

function nothingTried(action: string, expected: boolean): Tally {
  return { action, expected, allowed: 0, refused: 0, wrong: 0, codes: [] };
}

/** How many statements were tried in all. */
export function countStatements(measured: Measured): number {
  let count = 0;
  for (const targets of measured.values())
    for (const tallies of targets.values()) for (const { allowed, refused } of tallies) count += allowed + refused;
  return count;
}
