import type { DatedAccess } from "../../access/dated";
import type { AccessChange } from "../../access/diff/change";
import { includes } from "../../access/plan";
import { groupBy } from "../../collections";
import { type Crowd, joinWords, phraseWho, schemaParts } from "./phrases";

export type LevelsChange = Extract<AccessChange, { kind: "access" }>;

/** A change of access; `template` stands for schemas that differ from person to person. */
export type TemplatedChange = LevelsChange & { readonly template?: string };

/** What sentences are told from. */
export interface Telling {
  readonly before: DatedAccess;
  readonly after: DatedAccess;
  readonly crowd: Crowd;
}

/** One sentence of what the same people gain, or lose, for the same reason. */
export function accessSentence(changes: readonly TemplatedChange[], { before, after, crowd }: Telling): string {
  const [first] = changes;
  if (!first) return "";
  const isGain = first.direction === "wider";
  const access = isGain ? after : before;
  const about =
    first.subject.kind === "identity" && !first.who.includes(first.subject.name) ? first.subject.name : undefined;
  const who = phraseWho(first.who, crowd, about);
  const found = { read: [], write: [], both: [], owned: [], lessened: [] } as Record<Part, string[]>;
  for (const [part, alike] of groupBy(changes, (change) => partOf(change, access))) {
    const schemas = alike.flatMap(({ template, schemas }) => (template === undefined ? schemas : []));
    const templates = alike.flatMap(({ template }) => template ?? []);
    found[part] = [...schemaParts(schemas.sort(), access, part !== "read"), ...templates];
  }
  return isGain ? gain(who, found) : loss(who.text, found);
}

type Part = "read" | "write" | "both" | "owned" | "lessened";

function partOf(change: LevelsChange, { paths }: DatedAccess): Part {
  const { before, after, direction } = change;
  const reads = includes(before, "read") !== includes(after, "read");
  const writes = includes(before, "write") !== includes(after, "write");
  if (!writes) return "read";
  if (!reads) return direction === "wider" ? "write" : "lessened";
  const isPersonal = change.schemas.every((name) => paths.schemas.get(name)?.kind === "personal");
  return direction === "wider" && isPersonal ? "owned" : "both";
}

function gain(who: { text: string; isOne: boolean }, { read, write, both, owned }: Record<Part, string[]>): string {
  const may = [
    ...(both.length > 0 ? [`read and write ${joinWords(both)}`] : []),
    ...(write.length > 0 ? [`write ${joinWords(write)}`] : []),
    ...(read.length > 0 ? [`read ${joinWords(read)}`] : []),
  ];
  const gets = `${who.isOne ? "gets" : "get"} ${joinWords(owned)} of their own`;
  if (may.length === 0) return `${who.text} ${gets}`;
  return `${who.text} can now ${may.join(", and ")}${owned.length > 0 ? `, and ${gets}` : ""}`;
}

function loss(who: string, { read, both, lessened }: Record<Part, string[]>): string {
  const mayNot = [
    ...(both.length > 0 ? [`read or write ${joinWords(both)}`] : []),
    ...(lessened.length > 0 ? [`write ${joinWords(lessened)} (but still reads it)`] : []),
    ...(read.length > 0 ? [`read ${joinWords(read)}`] : []),
  ];
  return `${who} can no longer ${mayNot.join(", nor ")}`;
}
