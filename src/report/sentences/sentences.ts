/** Permission changes in sentences, one per thing that a reviewer should know, each with its roster line. */
import type { DatedAccess } from "../../access/dated";
import { type AccessChange, locateCause, RISKS, type Risk, type Subject } from "../../access/diff/change";
import { groupBy } from "../../collections";
import { schemaName } from "../../names";
import type { Position } from "../../roster/roster";
import { accessSentence, type LevelsChange, type Telling, type TemplatedChange } from "./accessSentence";
import {
  type EntryChange,
  type ExpectationChange,
  entrySentence,
  expectationSentence,
  isExpectation,
} from "./entrySentence";
import { crowdOf, format } from "./phrases";

export interface Sentence {
  /** Names stand in backticks. */
  readonly text: string;
  readonly warning: boolean;
  readonly at: Position;
}

/** Sentences that give nobody anything and are many, and the one that stands for them. */
export interface Fold extends Sentence {
  readonly sentences: readonly Sentence[];
}

/** All that changes for one subject, under the worst of its risks. */
export interface Block {
  readonly risk: Risk;
  readonly subject: Subject;
  readonly sentences: readonly Sentence[];
  readonly folded?: Fold;
}

/** New expectations of more people than this are folded. */
const MOST_EXPECTATIONS = 3;

export const RISK_TITLES = {
  production: "who writes production",
  restricted: "restricted sources",
  safeguard: "safeguards, and what is left behind",
  ordinary: "everything else",
} as const satisfies Record<Risk, string>;

/** The changes by subject, worst risk first. */
export function blocksOf(changes: readonly AccessChange[], before: DatedAccess, after: DatedAccess): Block[] {
  const telling = { before, after, crowd: crowdOf(before, after) };
  const bySubject = groupBy(changes, ({ subject }) => `${subject.kind} ${subject.name}`);
  return [...bySubject.values()]
    .map((group) => {
      const { subject } = group[0] as AccessChange;
      const risk = RISKS.find((risk) => group.some((change) => change.risk === risk)) ?? "ordinary";
      return subject.kind === "expectations"
        ? { risk, subject, ...expectationsOf(group.filter(isExpectation), telling) }
        : { risk, subject, sentences: sentencesOf(group, telling) };
    })
    .sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk));
}

/** What is said last: that it is all. */
export function closing(changes: readonly AccessChange[]): string {
  return changes.some(({ kind }) => kind === "access")
    ? "nobody else gains or loses access"
    : "nobody gains or loses access";
}

/** Those that warn are what a reviewer must not overlook. */
export function countWarnings(blocks: readonly Block[]): number {
  return blocks.flatMap(({ sentences }) => sentences).filter(({ warning }) => warning).length;
}

/** What the roster checks of the same people is one sentence. */
function expectationsOf(changes: readonly ExpectationChange[], telling: Telling): Omit<Block, "risk" | "subject"> {
  const [removed, added] = (["expectation-removed", "expectation-added"] as const).map((wanted) => {
    const alike = groupBy(
      changes.filter(({ kind }) => kind === wanted),
      ({ who }) => who.join(" "),
    );
    return [...alike.values()].flatMap((group) =>
      group.slice(0, 1).map(({ because }) => ({
        text: expectationSentence(group),
        warning: group.some(({ warning }) => warning),
        at: locateCause(telling.before, telling.after, because),
      })),
    );
  }) as [Sentence[], Sentence[]];
  const [first] = added;
  if (!first || added.length <= MOST_EXPECTATIONS) return { sentences: [...removed, ...added] };
  const count = changes.filter(({ kind }) => kind === "expectation-added").length;
  const text = `the roster now checks ${format(count)} expectations more`;
  return { sentences: removed, folded: { text, warning: false, at: first.at, sentences: added } };
}

function sentencesOf(changes: readonly AccessChange[], telling: Telling): Sentence[] {
  const levels = changes.filter((change): change is LevelsChange => change.kind === "access");
  const entries = changes
    .filter((change): change is EntryChange => change.kind !== "access" && !isExpectation(change))
    .sort((a, b) => rank(a) - rank(b));
  const [first, last] = [true, false].map((isFirst) =>
    entries.filter(({ kind }) => COMES_LAST.has(kind) !== isFirst).map((change) => entryOf(change, telling)),
  );
  return [...(first ?? []), ...accessOf(levels, telling), ...(last ?? [])];
}

function entryOf(change: EntryChange, { before, after }: Telling): Sentence {
  return { text: entrySentence(change), warning: change.warning, at: locateCause(before, after, change.because) };
}

/** What the same people gain, or lose, for the same reason is one sentence. */
function accessOf(levels: readonly LevelsChange[], telling: Telling): Sentence[] {
  const together = groupBy(withTemplates(levels), ({ who, template, because, direction }) =>
    [template ?? who.join(","), because.side, because.path, direction].join(" "),
  );
  return [...together.values()].flatMap((group) =>
    group.slice(0, 1).map(({ because }) => ({
      text: accessSentence(group, telling),
      warning: group.some(({ warning }) => warning),
      at: locateCause(telling.before, telling.after, because),
    })),
  );
}

/** Joining comes before what it brings. */
function rank({ kind }: EntryChange): number {
  return kind.startsWith("identity-") || kind === "duty-changed" ? 0 : 1;
}

const COMES_LAST: ReadonlySet<AccessChange["kind"]> = new Set(["expiry-changed", "limit", "rotation"]);

/** Everybody's own schema of one source is one change, not one for each person: `<user>_stripe`. */
function withTemplates(changes: readonly LevelsChange[]): TemplatedChange[] {
  const template = ({ subject, who, schemas }: LevelsChange) =>
    subject.kind === "source" &&
    who.length === 1 &&
    schemas.length === 1 &&
    schemas[0] === schemaName(who[0] ?? "", subject.name)
      ? `\`<user>_${subject.name}\``
      : undefined;
  const groups = groupBy(changes, (change) => {
    const found = template(change);
    return found === undefined ? change : `${found} ${change.before} ${change.after}`;
  });
  return [...groups.values()].map((group) => {
    const first = group[0] as LevelsChange;
    const found = template(first);
    if (found === undefined || group.length === 1) return first;
    return { ...first, who: group.flatMap(({ who }) => who).sort(), template: found };
  });
}
