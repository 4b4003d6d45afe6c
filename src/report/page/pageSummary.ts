/** What is asked first: who writes production, who reads what is restricted, whose access ends. */
import type { DatedAccess } from "../../access/dated";
import { entriesOf } from "../../access/diff/status";
import { includes } from "../../access/plan";
import { select } from "../../access/selection";
import { groupBy } from "../../collections";
import { PROD, schemaName } from "../../names";
import { format, joinWords, listNames, schemaParts } from "../sentences/phrases";
import { type Html, html, prose } from "./html";

/** Access that ends within so many days ends soon. */
const SOON = 90;
const DAY = 24 * 60 * 60 * 1_000;

/** More lines than this are folded, and so are more names in a line. */
const MOST_LINES = 6;

export function renderSummary(team: DatedAccess): Html {
  const part = (title: string, lines: readonly Html[]) => html`<div><h3>${title}</h3>${list(lines)}</div>
`;
  return html`<div class="summary">
${part("Who writes production", writers(team))}
${part("Who reads what is restricted", restrictedReaders(team))}
${part("Whose access ends soon", endings(team))}
</div>`;
}

/** In one sentence, how much there is. */
export function countAll({ roster, paths }: DatedAccess): string {
  const people = paths.plan.identities.filter(({ duty }) => duty === "developer").length;
  const restricted = roster.sources.filter(({ readers }) => readers).length;
  const count = (number: number, noun: string) => `${format(number)} ${noun}${number === 1 ? "" : "s"}`;
  return joinWords([
    count(people, "developer"),
    count(paths.plan.identities.length - people, "service"),
    `${count(roster.sources.length, "source")} (${restricted} restricted)`,
    count(paths.plan.schemas.length, "schema"),
  ]);
}

/** Whoever writes the same schemas of production is one line. */
function writers(team: DatedAccess): Html[] {
  const { identities, cellsOf } = select(team.paths, { action: "write" });
  const isProd = (schema: string) => team.paths.schemas.get(schema)?.kind === "prod";
  const written = identities
    .map(({ name }) => ({ name, schemas: [...cellsOf(name).keys()].filter(isProd) }))
    .filter(({ schemas }) => schemas.length > 0);
  const alike = groupBy(written, ({ schemas }) => schemas.join(" "));
  const lines = [...alike.values()].map((group) => {
    const schemas = group[0]?.schemas ?? [];
    return html`${names(group.map(({ name }) => name))}: ${prose(joinWords(schemaParts(schemas, team, true)))}`;
  });
  return lines.length === 0 ? [html`nobody`] : [...lines, html`nobody else`];
}

function restrictedReaders({ roster, paths }: DatedAccess): Html[] {
  const restricted = roster.sources.filter(({ readers }) => readers).map(({ name }) => schemaName(PROD, name));
  if (restricted.length === 0) return [html`nothing is restricted`];
  return restricted.map((schema) => {
    const holders = [...paths.accessTo(schema)].filter(([, { level }]) => !includes(level, "write"));
    const readers = holders.map(([name]) => name);
    return html`<code>${schema}</code>: ${readers.length === 0 ? "only who writes it" : names(readers.sort())}`;
  });
}

function endings(team: DatedAccess): Html[] {
  const { identities } = team.paths;
  const days = (date: string) => Math.ceil((Date.parse(date) - team.now.getTime()) / DAY);
  const entries = [...entriesOf(team).values()].flatMap(({ name, expires }) => (expires ? [{ name, expires }] : []));
  const [ended, ending] = [false, true].map((isLive) =>
    entries.filter(({ name }) => identities.has(name) === isLive).sort((a, b) => (a.expires < b.expires ? -1 : 1)),
  ) as [typeof entries, typeof entries];
  const soon = ending.filter(({ expires }) => days(expires) <= SOON);
  const later = ending.length - soon.length;
  const next = ending[soon.length];
  return [
    ...soon.map(({ name, expires }) => html`<code>${name}</code> on ${expires}, in ${plural(days(expires), "day")}`),
    ...(soon.length === 0 ? [html`nobody's in the next ${SOON} days`] : []),
    ...(next
      ? [html`later: ${plural(later, "identity", "identities")}, first <code>${next.name}</code> on ${next.expires}`]
      : []),
    ...ended.map(({ name, expires }) => html`<code>${name}</code>: ended on ${expires}, still in the roster`),
  ];
}

function list(lines: readonly Html[]): Html {
  const items = (some: readonly Html[]) => html`<ul>${some.map((line) => html`<li>${line}</li>`)}</ul>`;
  if (lines.length <= MOST_LINES + 1) return items(lines);
  const rest = lines.slice(MOST_LINES);
  return html`${items(lines.slice(0, MOST_LINES))}<details><summary>${format(rest.length)} more</summary>${items(rest)}</details>`;
}

/** All of the names; many are folded. */
function names(all: readonly string[]): Html {
  const short = listNames(all);
  const whole = joinWords(all.map((name) => `\`${name}\``));
  if (short === whole) return prose(whole);
  return html`<details><summary>${prose(short)}</summary>${prose(whole)}</details>`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${format(count)} ${count === 1 ? one : many}`;
}
