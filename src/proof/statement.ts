import type { Action } from "../access/decide";

/** Something to try, and how to see that it had an effect. */
export interface Statement {
  readonly sql: string;
  /**
   * A query with one boolean column. A GRANT by somebody who may not grant can succeed with a warning and do nothing
   * (PG-20), so success alone proves nothing there.
   */
  readonly effect?: string;
  /** What takes it back where a warehouse commits at once. */
  readonly undo?: readonly string[];
}

/** A statement that needs a certain action in a schema. */
export interface ActionStatement extends Statement {
  readonly action: Action;
}

/** What came of it. */
export interface Outcome {
  readonly allowed: boolean;
  /** The refusal's code, as the warehouse numbers them. */
  readonly code?: string;
  readonly message?: string;
}

/** What a warehouse has refused; its adapter makes it of the driver's error. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

/** A warehouse's refusal as an outcome; any other error is thrown on. */
export function refusal(error: unknown): Outcome {
  if (!(error instanceof Refusal)) throw error;
  return { allowed: false, code: error.code, message: error.message };
}

/** An outcome in words: `ALLOWED`, or the refusal. */
export function describeOutcome({ allowed, code, message }: Outcome): string {
  return allowed ? "ALLOWED" : `${code}: ${message}`;
}

/** What came of work on each of many things; when the work is refused as a whole, such as at the login, that is what came of each. */
export async function outcomesOf<T>(
  things: readonly T[],
  work: Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  return work.catch((error) => {
    const refused = refusal(error);
    return things.map(() => refused);
  });
}

/** Whether the warehouse lets the work be done. */
export async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  return work.then(() => ({ allowed: true }), refusal);
}
