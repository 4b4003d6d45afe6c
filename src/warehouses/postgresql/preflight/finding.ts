/** Something in the way of the plan, or against it. */
export interface PreflightFinding {
  readonly what: string;
  /** The statements that mend it, for its owner or a superuser to run. */
  readonly mend: string;
  /** What can be done instead. */
  readonly otherwise?: string;
}

/** A finding as one line of a message. */
export function lineOf({ what, mend, otherwise }: PreflightFinding): string {
  return `${what}: ${mend}${otherwise === undefined ? "" : `, or ${otherwise}`}`;
}

/** Names for a sentence: `` `a`, `b` and 3 more ``. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
