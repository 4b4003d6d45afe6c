import { compareText } from "../../collections";
import type { DatedAccess } from "../dated";
import { type AccessChange, RISKS, type Subject } from "./change";
import { diffEntries } from "./diffEntries";
import { diffLevels } from "./diffLevels";
import { diffLimits } from "./diffLimits";
import { diffExpectations, diffSources } from "./diffSources";
import { statusesOf } from "./status";

/**
 * How what two rosters mean differs: effective access first of all, and everything else of the roster that guards it.
 * Sorted by risk, worst first, then by subject. Cost grows with the change, not with identities × schemas.
 */
export function diffAccess(before: DatedAccess, after: DatedAccess): AccessChange[] {
  const statuses = statusesOf(before, after);
  return [
    ...diffEntries(before, after, statuses),
    ...diffSources(before, after, statuses),
    ...diffLevels(before, after, statuses),
    ...diffLimits(before, after),
    ...diffExpectations(before, after),
  ].sort(
    (a, b) =>
      RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) ||
      SUBJECTS.indexOf(a.subject.kind) - SUBJECTS.indexOf(b.subject.kind) ||
      compareText(a.subject.name, b.subject.name),
  );
}

const SUBJECTS: readonly Subject["kind"][] = ["source", "identity", "duty", "expectations"];
