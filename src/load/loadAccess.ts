import { checkAccess } from "../access/check";
import { accessAt, type DatedAccess } from "../access/dated";
import { readRoster } from "../roster/load";
import { parseRoster } from "../roster/parse";
import { BadInput, isError, type Problem } from "../roster/problem";

/** Where a roster is: the path of its file, or its text and what messages call it. */
export type RosterSource = string | { readonly text: string; readonly label: string };

/** A roster that can be deployed, with what it means at a moment: read once, whatever happens to its file. */
export interface LoadedAccess extends DatedAccess {
  /** Warnings; errors are thrown. */
  readonly problems: readonly Problem[];
}

/** All that can be said about a roster without a warehouse. */
interface ReadAccess {
  /** Present if and only if the roster's form has no error; what it means may have some. */
  readonly access?: DatedAccess;
  /** About its form, in the order of its lines, and then about what it means. */
  readonly problems: readonly Problem[];
}

/** Reads a roster and checks its form and its meaning. Never throws. */
export function readAccess(source: RosterSource, now: Date): ReadAccess {
  const { roster, problems } = typeof source === "string" ? readRoster(source) : parseRoster(source.text, source.label);
  if (!roster) return { problems };
  const access = accessAt(roster, now);
  return { access, problems: [...problems, ...checkAccess(access)] };
}

/**
 * The one way to a roster that is acted on, and to what it means at a moment.
 *
 * @throws BadInput with all of its problems when one is an error
 */
export function loadAccess(source: RosterSource, now: Date): LoadedAccess {
  const { access, problems } = readAccess(source, now);
  if (!access || problems.some(isError)) throw new BadInput(problems);
  return { ...access, problems };
}
