import { type CheckedAccess, checkAccess } from "./access/check";
import { loadRoster } from "./roster/load";
import { BadInput } from "./roster/problem";
import type { Roster } from "./roster/roster";

/**
 * A roster from a file with what it means at a moment; its problems are warnings at most.
 *
 * @throws BadInput when anything speaks against deploying it
 */
export function loadAccess(team: string, now: Date): CheckedAccess & { readonly roster: Roster } {
  const roster = loadRoster(team);
  const checked = checkAccess(roster, now);
  if (checked.problems.some(({ severity }) => severity === "error")) throw new BadInput(checked.problems);
  return { ...checked, roster };
}
