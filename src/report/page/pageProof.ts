import type { DatedAccess } from "../../access/dated";
import { describeRepresentation } from "../../proof/representatives";
import { countFaults } from "../../proof/verdict";
import { formatPosition, locate } from "../../roster/roster";
import { countPacked } from "../measuredFile";
import type { RehearsalFile } from "../rehearsalFile";
import { format } from "../sentences/phrases";
import { type Html, html, prose } from "./html";
import { section } from "./pageSections";

/** What a rehearsal showed: the counts, the applies, the attacks, what is wrong, and what came of the statements. */
export function renderProof(rehearsal: RehearsalFile, team: DatedAccess): Html {
  const { roster } = team;
  const { verdict, steps, engine, warehouse, measured, representation } = rehearsal;
  const { allowed, denied, faults, furtherFaults } = verdict;
  const wrong = countFaults(verdict);
  const attacks = [...new Set(verdict.repelled)];
  const mismatch = unmatchedIdentities(rehearsal, team);
  return section(
    "proof",
    "Proof",
    html`<p class="lead">Every permission was executed on a throw-away warehouse (${warehouse}), as each identity; engine: ${engine}. A denial counts only when the warehouse refuses for want of privilege, and the same statement works for somebody who may.</p>
${mismatch === 0 ? "" : html`<p class="wrong">⚠ This rehearsal was of another roster: ${format(mismatch)} identities are only in one of the two.</p>`}
${representation ? html`<p class="lead">Not everybody tried everything: ${describeRepresentation(representation)}</p>` : ""}
<ul class="tiles" aria-label="Counts of the proof">
<li><b>${format(allowed)}</b><span>allowed, and worked</span></li>
<li><b>${format(denied)}</b><span>denied, and refused</span></li>
<li><b>${format(attacks.length)}</b><span>attacks repelled</span></li>
<li${wrong > 0 ? html` class="alarm"` : ""}><b>${wrong > 0 ? `✗ ${format(wrong)}` : "✓ 0"}</b><span>wrong</span></li>
</ul>
${faults.length === 0 ? "" : html`<h3>Wrong</h3><ul class="faults">${faults.map((fault) => renderFault(fault, roster))}</ul>`}
${furtherFaults === 0 ? "" : html`<p class="wrong">✗ ${format(furtherFaults)} more are not listed</p>`}
<p class="paper">What came of ${format(countPacked(measured))} statements is in this file, not on paper.</p>
<div class="statements"><h3>Statements</h3>
<search class="filters" aria-label="Filter the statements" hidden>
<label>Search <input id="proof-search" type="search" placeholder="who, action, schema" autocomplete="off" spellcheck="false"></label>
<label>Outcome <select id="proof-outcome"><option value="">any</option><option>allowed</option><option>denied</option><option>wrong</option></select></label>
</search>
<p id="proof-status" class="status" role="status" aria-live="polite"></p>
<div class="scroll" role="region" aria-label="Statements" tabindex="0"><table id="proof-table"><thead><tr><th scope="col">who</th><th scope="col">action</th><th scope="col">target</th><th scope="col">outcome</th><th scope="col">statements</th></tr></thead><tbody></tbody></table></div></div>
${attacks.length === 0 ? "" : html`<h3>Attacks repelled</h3><ul class="attacks">${attacks.map((name) => html`<li>${name}</li>`)}</ul>`}
<h3>Applied</h3><ul>${steps.map(renderStep)}</ul>`,
  );
}

/** How many identities are only in the rehearsal, or only in the roster. */
export function unmatchedIdentities({ measured }: RehearsalFile, { paths }: DatedAccess): number {
  const rehearsed = new Set(Object.keys(measured.identities));
  const unknown = [...rehearsed].filter((name) => !paths.identities.has(name));
  const unproven = [...paths.identities.keys()].filter((name) => !rehearsed.has(name));
  return unknown.length + unproven.length;
}

function renderStep({ label, changes }: RehearsalFile["steps"][number]): Html {
  const counts = Object.entries(changes).filter(([, names]) => names.length > 0);
  const words = counts.map(([verb, names]) => `${format(names.length)} ${verb}`).join(", ");
  return html`<li><code>${label}</code>: ${words === "" ? "no changes" : words}</li>`;
}

function renderFault(
  { subject, expected, got, sql, reasons }: RehearsalFile["verdict"]["faults"][number],
  roster: DatedAccess["roster"],
): Html {
  const because = reasons.map(
    ({ text, because }) =>
      html`<br>because: ${prose(text)} <span class="line">${formatPosition(locate(roster, because))}</span>`,
  );
  return html`<li>✗ ${subject}: expected ${expected}, got ${got}${sql === "" ? "" : html`<br><code>${sql}</code>`}${because}</li>`;
}
