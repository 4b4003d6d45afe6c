/** The parts of the page that need no script. */

import type { DatedAccess } from "../../access/dated";
import { dutyLimits } from "../../access/derive";
import type { AccessChange } from "../../access/diff/change";
import type { Identity } from "../../access/plan";
import { groupBy } from "../../collections";
import { DUTIES, formatPosition, type Limits } from "../../roster/roster";
import { NO_CHANGES } from "../diff/diffText";
import { DUTY_TITLES, formatLimit, LIMIT_TITLES } from "../sentences/entrySentence";
import { capitalize, format } from "../sentences/phrases";
import { blocksOf, closing, type Fold, RISK_TITLES, type Sentence } from "../sentences/sentences";
import { type Html, html, prose } from "./html";

/** What changed against the base, in sentences. */
export function renderDiffSection(changes: readonly AccessChange[], before: DatedAccess, after: DatedAccess): Html {
  const lead = html`<p class="lead">From <code>${before.roster.file}</code> to <code>${after.roster.file}</code>: who gains and loses what.</p>`;
  if (changes.length === 0) return section("diff", "Changes", html`${lead}<p>${NO_CHANGES}</p>`);
  const byRisk = groupBy(blocksOf(changes, before, after), ({ risk }) => risk);
  const groups = [...byRisk].map(
    ([risk, blocks]) => html`<h3>${capitalize(RISK_TITLES[risk])}</h3>
${renderSentences(blocks.flatMap(({ sentences }) => sentences))}${blocks.map(({ folded }) => (folded ? renderFolded(folded) : ""))}`,
  );
  return section("diff", "Changes", html`${lead}${groups}<p class="closing">${capitalize(closing(changes))}.</p>`);
}

function renderSentences(sentences: readonly Sentence[]): Html {
  if (sentences.length === 0) return html``;
  const items = sentences.map(
    ({ text, warning, at }) =>
      html`<li${warning ? html` class="warning"` : ""}>${warning ? html`<span class="mark">⚠ Warning</span> ` : ""}${prose(text)} <span class="line">${formatPosition(at)}</span></li>
`,
  );
  return html`<ul class="sentences">${items}</ul>`;
}

function renderFolded({ text, sentences }: Fold): Html {
  return html`<details><summary>${prose(text)}</summary>${renderSentences(sentences)}</details>`;
}

const LIMITS = Object.keys(LIMIT_TITLES) as (keyof Limits)[];

/** Limits of each duty, and of those who have others. */
export function renderLimits({ roster, paths }: DatedAccess): Html {
  const used = LIMITS.filter((limit) => paths.plan.identities.some(({ limits }) => limits[limit] !== undefined));
  const duties = DUTIES.filter((duty) => paths.plan.identities.some((identity) => identity.duty === duty));
  const row = (title: Html, limits: Limits) =>
    html`<tr><th scope="row">${title}</th>${used.map((limit) => html`<td class="number">${formatLimit(limit, limits[limit])}</td>`)}</tr>
`;
  const differs = ({ duty, limits }: Identity) => {
    const usual = dutyLimits(roster, duty);
    return used.some((limit) => limits[limit] !== usual[limit]);
  };
  const rows = duties.flatMap((duty) => {
    const own = paths.plan.identities.filter((identity) => identity.duty === duty);
    const usual = own.length - own.filter(differs).length;
    return [
      row(html`<b>${DUTY_TITLES[duty].many}</b> (${format(usual)})`, dutyLimits(roster, duty)),
      ...own.filter(differs).map((identity) => row(html`<code>${identity.name}</code>`, identity.limits)),
    ];
  });
  const lead = html`<p class="lead">What one mistake can cost the others. A <span class="soft">soft</span> limit is a default that a session may change, a <span class="wall">wall</span> holds whatever it does.</p>`;
  if (used.length === 0) return section("limits", "Limits", html`${lead}<p>No limits.</p>`);
  const head = used.map((limit) => html`<th scope="col">${LIMIT_TITLES[limit]} ${STRENGTHS[limit]}</th>`);
  return section(
    "limits",
    "Limits",
    html`${lead}<div class="scroll" role="region" aria-labelledby="limits-title" tabindex="0"><table><thead><tr><th scope="col">who</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

const SOFT = html`<span class="soft">soft</span>`;
const WALL = html`<span class="wall">wall</span>`;
const STRENGTHS: Record<keyof Limits, Html> = {
  statementTimeout: SOFT,
  idleInTransaction: SOFT,
  connections: WALL,
  schemaTtl: WALL,
  runs: WALL,
};

export function section(id: string, title: string, content: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}
