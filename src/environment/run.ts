import { quote } from "../messages/quote";
import { UserError } from "../messages/userError";
import { CI_SCHEMA, schemaName } from "../names";

/** What `ci.open` takes for a run (src/warehouses/postgresql/sql/open.sql says the same). */
const RUN = /^[a-z0-9]+(_[a-z0-9]+)*$/;
const LONGEST_RUN = 20;

/** The form of a run, for help texts. */
export const RUN_FORM = "a run is 1 to 20 lower-case letters and digits, in words joined by single underscores";

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
  return RUN.test(text) && text.length <= LONGEST_RUN;
}
