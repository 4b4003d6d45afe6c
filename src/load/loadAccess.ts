import { type CheckedAccess, checkAccess } from "../access/check";
import { loadRoster } from "../roster/load";
import { parseRoster } from "../roster/parse";
import { BadInput } from "../roster/problem";
import type { Roster } from "../roster/roster";

/** A roster, with what it means at a moment; its problems are warnings at most. */
export interface LoadedAccess extends CheckedAccess {
  readonly roster: Roster;
}

/** @throws BadInput when anything speaks against deploying the roster in this file */
export function loadAccess(team: string, now: Date): LoadedAccess {
  return accepted(loadRoster(team), now);
}

/** The same for a roster's text; problems name it by its label. */
export function parseAccess(text: string, label: string, now: Date): LoadedAccess {
  const { roster, problems } = parseRoster(text, label);
  if (!roster) throw new BadInput(problems);
  return accepted(roster, now);
}

function accepted(roster: Roster, now: Date): LoadedAccess {
  const checked = checkAccess(roster, now);
  if (checked.problems.some(({ severity }) => severity === "error")) throw new BadInput(checked.problems);
  return { ...checked, roster };
}
