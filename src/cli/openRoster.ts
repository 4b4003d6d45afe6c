import { loadBase, readBase } from "../load/base";
import { type LoadedAccess, loadAccess } from "../load/loadAccess";
import { tellProblems } from "./problems";

/**
 * The roster that a command is about, and what it means now; what `one-env check` would warn of is told on stderr.
 *
 * @throws BadInput with all that `one-env check` would say when one problem is an error
 */
export function openRoster(team: string): LoadedAccess {
  return withWarnings(loadAccess(team, new Date()));
}

/**
 * The roster to compare with, at the moment of the other.
 *
 * @param base file, or anything that git resolves to a commit
 * @throws BadInput when its form has an error; what is wrong with its meaning is told as a warning
 */
export function openBase(base: string, { roster, now }: LoadedAccess): LoadedAccess {
  return withWarnings(loadBase(base, roster.file, now));
}

/**
 * The roster to rehearse a change on, at the moment of the other; nothing when the commit does not have it.
 *
 * @param base file, or anything that git resolves to a commit
 * @throws BadInput when anything speaks against deploying it, as that is what the rehearsal does with it
 */
export function openDeployedBase(base: string, { roster, now }: LoadedAccess): LoadedAccess | undefined {
  const { label, text } = readBase(base, roster.file);
  return text === undefined ? undefined : loadAccess({ label, text }, now);
}

function withWarnings(access: LoadedAccess): LoadedAccess {
  tellProblems(access.problems);
  return access;
}
