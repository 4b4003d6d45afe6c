import type { Roster } from "../roster/roster";
import { deriveAccess } from "./derive";
import { type AccessPaths, accessPaths } from "./paths";

/** A roster, and what it means at a moment: on another day somebody's access may have ended. */
export interface DatedAccess {
  readonly roster: Roster;
  /** What it means; `paths.plan` is the plan. */
  readonly paths: AccessPaths;
  readonly now: Date;
}

/** What a roster means at a moment. */
export function accessAt(roster: Roster, now: Date): DatedAccess {
  return { roster, paths: accessPaths(deriveAccess(roster, now)), now };
}
