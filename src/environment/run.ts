import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";
import { CI_SCHEMA, schemaName } from "../names";

/** A run, as a regular expression that matches the whole of it; the functions that open runs are given this one. */
export const RUN_PATTERN = "[a-z0-9]+(_[a-z0-9]+)*";

/** Characters of a run at most: its name and a source's make the name of a schema. */
export const LONGEST_RUN = 20;

/** The form of a run, for help texts. */
export const RUN_FORM = `a run is 1 to ${LONGEST_RUN} lower-case letters and digits, in words joined by single underscores`;

/**
 * The prefix of a run's schemas: `42` → `ci_42`.
 *
 * A bad run is refused and never mended: two runs that become one would write into the same schemas. The help has the
 * nearest good one, for whoever knows that it is free.
 *
 * @throws UserError
 */
export function runPrefix(run: string): string {
  if (isRun(run)) return schemaName(CI_SCHEMA, run);
  const near = run
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, LONGEST_RUN)
    .replaceAll(/^_+|_+$/g, "");
  throw new UserError(`bad run ${quote(run)}`, isRun(near) ? `${RUN_FORM}: ${quote(near)}` : RUN_FORM);
}

function isRun(text: string): boolean {
  return new RegExp(`^${RUN_PATTERN}$`).test(text) && text.length <= LONGEST_RUN;
}
