import type { DatedAccess } from "../../access/dated";
import { decide } from "../../access/decide";
import type { Step } from "../../access/paths";
import type { Identity, Level, Schema } from "../../access/plan";
import { select } from "../../access/selection";
import { CI_SCHEMAS, PROD, schemaName } from "../../names";
import { format, joinWords } from "../sentences/phrases";
import { type Html, html } from "./html";

/** A column: one schema of production, or all of another kind together. */
export interface MatrixColumn {
  readonly title: string;
  readonly kind: "prod" | "restricted" | "many";
}

/** Why a cell says what it says: a claim, the way there, and for less than writing what is missing. Names stand in backticks. */
export interface Why {
  readonly claim: string;
  readonly steps: readonly Step[];
  readonly missing?: Step;
}

export interface MatrixCell {
  readonly level: Level;
  readonly text: string;
  readonly why: Why;
}

export interface MatrixRow {
  readonly identity: Identity;
  readonly email?: string;
  readonly cells: readonly MatrixCell[];
}

/** The matrix of the page: a row for everybody. */
export interface PageMatrix {
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
}

const MAY = {
  none: "may not read or write",
  read: "may read",
  write: "may write",
  own: "may read, write and own",
} as const satisfies Record<Level, string>;

// `source_2` comes before `source_10`.
const { compare } = new Intl.Collator("en", { numeric: true });

export function pageMatrix({ roster, paths }: DatedAccess): PageMatrix {
  const restricted = new Set(roster.sources.filter(({ readers }) => readers).map(({ name }) => schemaName(PROD, name)));
  const prod = paths.plan.schemas.filter(({ kind }) => kind === "prod").toSorted((a, b) => compare(a.name, b.name));
  const kinds = MANY_KINDS.filter(({ kind }) => kind === "personal" || paths.schemas.has(CI_SCHEMAS));
  const emails = new Map(roster.developers.map(({ name, email }) => [name, email]));
  const selection = select(paths);

  const one = (who: string, schema: Schema): MatrixCell => {
    const { level, allowed, reasons } = decide(paths, who, "write", schema.name);
    const claim = `\`${who}\` ${MAY[level]} \`${schema.name}\``;
    const [missing, ...steps] = reasons;
    const why = allowed || !missing ? { claim, steps: reasons } : { claim, steps, missing };
    return { level, text: level === "none" ? "–" : level, why };
  };
  /** All that somebody has of one kind, for which the first speaks: what one owner shares is shared as a whole. */
  const many = (who: string, title: string, schemas: readonly Schema[]): MatrixCell => {
    const [first] = schemas;
    if (!first) return { level: "none", text: "–", why: { claim: `\`${who}\` has none: ${title}`, steps: [] } };
    const { level, text, why } = one(who, first);
    const names = new Set(schemas.map(({ name, owner }) => (owner === undefined ? name : `${owner}*`)));
    const claim = `\`${who}\` has ${level} on ${joinWords([...names].map((name) => `\`${name}\``))}`;
    return { level, text: schemas.length === 1 ? text : `${text} ${format(schemas.length)}`, why: { ...why, claim } };
  };
  const rowOf = (identity: Identity): MatrixRow => {
    const { name } = identity;
    const email = emails.get(name);
    const usable = [...selection.cellsOf(name).keys()].flatMap((schema) => paths.schemas.get(schema) ?? []);
    const others = kinds.map(({ title, kind, isOwn }) => {
      const fits = (schema: Schema) => schema.kind === kind && (schema.owner === name) === isOwn;
      return many(name, title, usable.filter(fits));
    });
    const cells = [...prod.map((schema) => one(name, schema)), ...others];
    return { identity, ...(email === undefined ? {} : { email }), cells };
  };
  return {
    columns: [
      ...prod.map(({ name }) => ({ title: name, kind: restricted.has(name) ? "restricted" : "prod" }) as const),
      ...kinds.map(({ title }) => ({ title, kind: "many" }) as const),
    ],
    rows: paths.plan.identities.toSorted((a, b) => compare(a.name, b.name)).map(rowOf),
  };
}

/** Schemas that share a column. */
const MANY_KINDS = [
  { title: "own schemas", kind: "personal", isOwn: true },
  { title: "shared by others", kind: "personal", isOwn: false },
  { title: "CI schemas", kind: "throwaway", isOwn: false },
] as const;

/**
 * Every row is in the page, so that a browser finds and prints all of them, with or without a script. End tags and
 * quotes that HTML does not need are left out: they would be a third of the page of a large team.
 */
export function renderMatrixTable({ columns, rows }: PageMatrix): Html {
  const head = columns.map(
    ({ title, kind }) =>
      html`<th scope="col" class="${kind}"><span class="turned">${title}${kind === "restricted" ? html`<small> restricted</small>` : ""}</span></th>`,
  );
  return html`<table id="matrix-table" aria-label="Access by identity and schema"><thead><tr><th scope="col">who</th>${head}</tr></thead><tbody>${rows.map(renderRow)}</tbody></table>`;
}

/** Width of A4 across without its margins, and what the cells take there, in pixels. */
const PAPER = 1_030;
const CHARACTER = 6.5;
const [SINGLE, MANY] = [35, 60];

/** By how much the table has to shrink for every column to be on the paper; browsers cut off what is wider. */
export function paperScale({ columns, rows }: PageMatrix): number {
  const names = rows.map(({ identity }) => `${identity.name} ${aboutOf(identity)}`.length * CHARACTER + 20);
  const cells = columns.map(({ kind }) => (kind === "many" ? MANY : SINGLE));
  const width = Math.max(0, ...names) + cells.reduce((sum, cell) => sum + cell, 0);
  return Math.min(1, Math.floor((100 * PAPER) / width) / 100);
}

function aboutOf({ duty, expires }: Identity): string {
  return expires === undefined ? duty : `${duty}, until ${expires}`;
}

function renderRow({ identity, email, cells }: MatrixRow): Html {
  const title = email === undefined ? "" : html` title="${email}"`;
  const row = cells.map(({ level, text }) => (level === "none" ? html`<td>${text}` : html`<td class=${level}>${text}`));
  return html`<tr><th scope=row${title}><b>${identity.name}</b> <small>${aboutOf(identity)}</small>${row}</tr>
`;
}
