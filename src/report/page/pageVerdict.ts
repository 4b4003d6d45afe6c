import type { DatedAccess } from "../../access/dated";
import type { AccessChange } from "../../access/diff/change";
import { expectationProblems } from "../../access/expectations";
import { describeRepresentation } from "../../proof/representatives";
import { countFaults } from "../../proof/verdict";
import { formatPosition } from "../../roster/roster";
import type { RehearsalFile } from "../rehearsalFile";
import { format } from "../sentences/phrases";
import { blocksOf, countWarnings } from "../sentences/sentences";
import { type Html, html } from "./html";
import { unmatchedIdentities } from "./pageProof";

/** Worst first, as they are shown. */
const TONES = ["wrong", "warning", "open", "good"] as const;

/** One thing that is as it should be, or not. */
interface VerdictLine {
  readonly tone: (typeof TONES)[number];
  readonly text: Html;
}

const MARKS = { wrong: "✗", warning: "⚠", open: "○", good: "✓" } as const;

export interface VerdictInputs {
  readonly team: DatedAccess;
  readonly base?: DatedAccess;
  readonly changes?: readonly AccessChange[];
  readonly rehearsal?: RehearsalFile;
}

/** Whether it was proven, whether the roster's own expectations hold, and whether the change warns. */
export function renderVerdict({ team, base, changes, rehearsal }: VerdictInputs): Html {
  const findings = [
    proof(team, rehearsal),
    ...expectations(team),
    ...(base && changes ? [change(changes, base, team)] : []),
  ].sort((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone));
  return html`<ul class="verdict" aria-label="Verdict">${findings.map(
    ({ tone, text }) => html`<li class="${tone}"><span class="mark">${MARKS[tone]}</span> ${text}</li>
`,
  )}</ul>`;
}

function proof(team: DatedAccess, rehearsal: RehearsalFile | undefined): VerdictLine {
  if (!rehearsal) {
    return {
      tone: "open",
      text: html`Not proven: this is what the roster says. <code>one-env rehearse --json proof.json</code> executes it`,
    };
  }
  const { allowed, denied, repelled } = rehearsal.verdict;
  const faults = countFaults(rehearsal.verdict);
  const link = (text: string) => html`<a href="#proof">${text}</a>`;
  const unmatched = unmatchedIdentities(rehearsal, team);
  if (faults > 0) {
    const found = faults === 1 ? "1 thing" : `${format(faults)} things`;
    return { tone: "wrong", text: html`The ${link("rehearsal")} found ${found} wrong` };
  }
  if (unmatched > 0) return { tone: "wrong", text: html`Not proven: the ${link("rehearsal")} was of another roster` };
  const executed = format(allowed + denied);
  const { representation } = rehearsal;
  const attacks = format(new Set(repelled).size);
  return {
    tone: "good",
    text: html`${link("Proven")}: all ${executed} permissions were executed and came out as the roster says, ${format(allowed)} allowed and ${format(denied)} denied; ${attacks} attacks repelled${representation ? `; ${describeRepresentation(representation)}` : ""}`,
  };
}

function expectations({ roster, paths }: DatedAccess): VerdictLine[] {
  const all = roster.expect.flatMap(({ can, cannot }) => [...can, ...cannot]).length;
  if (all === 0) return [];
  const failing = new Set(expectationProblems(roster, paths).map(({ position }) => formatPosition(position)));
  if (failing.size === 0) {
    const hold =
      all === 1 ? "The one expectation of the roster holds" : `All ${format(all)} expectations of the roster hold`;
    return [{ tone: "good", text: html`${hold}` }];
  }
  const places = [...failing].map((place) => html` <span class="line">${place}</span>`);
  return [
    { tone: "wrong", text: html`${format(failing.size)} of ${format(all)} expectations of the roster fail:${places}` },
  ];
}

function change(changes: readonly AccessChange[], base: DatedAccess, team: DatedAccess): VerdictLine {
  const since = html` against <code>${base.roster.file}</code>`;
  if (changes.length === 0) return { tone: "good", text: html`No permission changes${since}` };
  const warnings = countWarnings(blocksOf(changes, base, team));
  if (warnings === 0) return { tone: "good", text: html`<a href="#diff">Changes</a>${since} without a warning` };
  const count = warnings === 1 ? "1 warning" : `${format(warnings)} warnings`;
  return { tone: "warning", text: html`<a href="#diff">${count} in the changes</a>${since}` };
}
