import { type Base, loadBase } from "../load/base";
import { type LoadedAccess, loadAccess } from "../load/loadAccess";
import { tellProblems } from "./problems";

/**
 * The roster that a command is about, and what it means now. What `one-env check` would warn of is told on stderr.
 *
 * @throws BadInput with all that `one-env check` would say when one problem is an error
 */
export function openRoster(team: string): LoadedAccess {
  return telling(loadAccess(team, new Date()));
}

/** The roster before the change, at the moment of the one after it; see {@link loadBase}. */
export function openBase(base: string, { roster, now }: LoadedAccess): Base {
  return telling(loadBase(base, roster.file, now));
}

function telling<T extends LoadedAccess>(access: T): T {
  tellProblems(access.problems);
  return access;
}
