/** Names in sentences: who and which schemas, as short as they can be without leaving anything unsaid. */
import type { DatedAccess } from "../../access/dated";
import type { Schema } from "../../access/plan";
import { groupBy } from "../../collections";
import { PROD, schemaName } from "../../names";

/** Lists longer than this are cut for people; JSON has all of it. */
const MOST_NAMES = 6;

/** `alice, bruno and 12 others`; names in backticks. */
export function listNames(names: readonly string[]): string {
  return joinWords(nameParts(names));
}

/** The parts of {@link listNames}, to be joined with others. */
export function nameParts(names: readonly string[]): string[] {
  const shown = names.length > MOST_NAMES + 1 ? names.slice(0, MOST_NAMES) : names;
  const words = shown.map((name) => `\`${name}\``);
  return shown.length < names.length ? [...words, `${format(names.length - shown.length)} others`] : words;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[], and: "and" | "or" = "and"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${and} ${last}`;
}

/** The developers whose access has not ended, before and after; make it once per diff: {@link crowdOf}. */
export interface Crowd {
  /** In both. */
  readonly staying: readonly string[];
  /** In either. */
  readonly all: ReadonlySet<string>;
}

export function crowdOf(before: DatedAccess, after: DatedAccess): Crowd {
  const developers = ({ roster, paths }: DatedAccess) =>
    roster.developers.map(({ name }) => name).filter((name) => paths.identities.has(name));
  const present = new Set(developers(before));
  const then = developers(after);
  return { staying: then.filter((name) => present.has(name)), all: new Set([...present, ...then]) };
}

export interface Who {
  readonly text: string;
  readonly isOne: boolean;
}

/**
 * Who, in words. `every developer` when nobody is left out; `every present developer` when those who join or leave
 * are told of elsewhere; `every other developer` when it is about what belongs to one of them (`about`).
 */
export function phraseWho(who: readonly string[], crowd: Crowd, about?: string): Who {
  const named = new Set(who);
  const isNamed = (name: string) => name === about || named.has(name);
  const isEvery = who.length > 2 && crowd.staying.length > 2 && crowd.staying.every(isNamed);
  if (!isEvery) return { text: listNames(who), isOne: who.length === 1 };
  const isAll = crowd.all.size === crowd.staying.length || [...crowd.all].every(isNamed);
  const staying = new Set(crowd.staying);
  const rest = who.filter((name) => !(isAll ? crowd.all : staying).has(name));
  const isOwnerLeftOut = about !== undefined && (isAll ? crowd.all : staying).has(about);
  const every = `every ${isAll ? "" : "present "}${isOwnerLeftOut ? "other " : ""}developer`;
  return rest.length === 0
    ? { text: every, isOne: true }
    : { text: joinWords([every, ...nameParts(rest)]), isOne: false };
}

/**
 * Which schemas, in words: `alice` and `alice_<source>` for all that are alice's, all of production by that name where
 * it is written, or has restricted parts that a plain list would hide, or is long.
 */
export function schemaParts(schemas: readonly string[], access: DatedAccess, isWritten = false): string[] {
  const known = schemas.flatMap((name) => access.paths.schemas.get(name) ?? []);
  const others = schemas.filter((name) => !access.paths.schemas.has(name)).map((name) => `\`${name}\``);
  const prod = known.filter(({ kind }) => kind === "prod").map(({ name }) => name);
  const personal = groupBy(
    known.filter(({ kind }) => kind === "personal"),
    ({ owner }) => owner ?? "",
  );
  const throwaway = known.filter(({ kind }) => kind === "throwaway").map(() => "the `ci_*` schemas it opens");
  return [
    ...prodParts(prod, access, isWritten),
    ...cut([...personal].map(([owner, own]) => personalParts(owner, own, access))),
    ...throwaway,
    ...others,
  ];
}

function prodParts(names: readonly string[], { roster }: DatedAccess, isWritten: boolean): string[] {
  const open = roster.sources.filter(({ readers }) => readers === undefined);
  const hasAll = (sources: readonly { readonly name: string }[]) =>
    names.length === sources.length + 1 &&
    names.includes(PROD) &&
    sources.every(({ name }) => names.includes(schemaName(PROD, name)));
  if (
    names.length > 1 &&
    hasAll(roster.sources) &&
    (isWritten || open.length < roster.sources.length || names.length > MOST_NAMES)
  ) {
    return ["all of production"];
  }
  if (names.length > MOST_NAMES && hasAll(open)) return ["all of production that is not restricted"];
  return names.map((name) => `\`${name}\``);
}

function personalParts(owner: string, schemas: readonly Schema[], { roster }: DatedAccess): string[] {
  const isAll = schemas.length === roster.sources.length + 1 && roster.sources.length > 1;
  return isAll ? [`\`${owner}\``, `\`${owner}_<source>\``] : schemas.map(({ name }) => `\`${name}\``);
}

/** The schemas of many people are not listed one by one. */
function cut(parts: readonly (readonly string[])[]): string[] {
  if (parts.length <= MOST_NAMES) return parts.flat();
  return [...parts.slice(0, MOST_NAMES).flat(), `the schemas of ${format(parts.length - MOST_NAMES)} other developers`];
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `12,345`. */
export function format(count: number): string {
  return count.toLocaleString("en-US");
}
