import { deriveAccess } from "../../src/access/derive";
import { type AccessPaths, accessPaths } from "../../src/access/paths";
import { parseRoster } from "../../src/roster/parse";
import { formatProblem } from "../../src/roster/problem";
import type { Roster } from "../../src/roster/roster";
import type { RosterModel } from "./rosters";

/** When the tests of the access model take place. */
export const NOW = new Date("2026-06-15T12:00:00Z");

/** The roster that a text describes; fails when it has an error. */
export function rosterOf(text: string): Roster {
  const { roster, problems } = parseRoster(text, "team.yaml");
  if (!roster) throw new Error(problems.map(formatProblem).join("\n"));
  return roster;
}

/** A model as a roster that has no file. Parsing one takes a hundred times as long as all that is asked of it here. */
export function withoutFile(model: RosterModel): Roster {
  return { ...model, file: "team.yaml", audit: [], positions: new Map() };
}

export function pathsOf(roster: Roster, now = NOW): AccessPaths {
  return accessPaths(deriveAccess(roster, now));
}

/** The roster that the file would describe after this member's lines were deleted. */
export function withoutMember(roster: Roster, leaver: string): Roster {
  const stays = ({ name }: { name: string }) => name !== leaver;
  return {
    ...roster,
    developers: roster.developers.filter(stays),
    services: roster.services.filter(stays),
    sources: roster.sources.map((source) =>
      source.readers ? { ...source, readers: source.readers.filter((name) => name !== leaver) } : source,
    ),
    expect: [],
  };
}
