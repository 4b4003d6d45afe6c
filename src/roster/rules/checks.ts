/** What must hold between the entries of a roster. */

import { quote } from "../../messages/quote";
import { didYouMean } from "../../messages/suggest";
import type { Locator } from "../yaml/positions";
import type { Draft, DraftIdentity, Word } from "./draft";
import { type RosterFinding, refuseCiLimit } from "./issues";
import { refuseReserved } from "./naming";

export function checkEntries(draft: Draft, locator: Locator): RosterFinding[] {
  return [
    ...checkReservedNames(draft),
    ...checkSourcesOnce(draft, locator),
    ...checkIdentitiesOnce(draft, locator),
    ...checkReaders(draft, locator),
    ...checkDuties(draft, locator),
    ...checkExpectations(draft, locator),
    ...warnNoProd(draft),
  ];
}

function checkReservedNames({ identities }: Draft): RosterFinding[] {
  return identities.flatMap(({ name }) => {
    const message = refuseReserved(name.text);
    return message ? [error(name, message)] : [];
  });
}

function checkSourcesOnce({ sources }: Draft, locator: Locator): RosterFinding[] {
  return findRepeats(sources, ({ name }) => name).map(({ entry, first }) =>
    error(entry.name, `duplicate source ${quote(entry.name.text)}`, firstAt(locator, first.name)),
  );
}

function checkIdentitiesOnce({ identities }: Draft, locator: Locator): RosterFinding[] {
  return findRepeats(identities, ({ name }) => name).map(({ entry, first }) => {
    const name = quote(entry.name.text);
    if (entry.kind !== first.kind) {
      const help = `the ${first.kind} is at ${locator.name(first.name.path)}; give one of them another name`;
      return error(entry.name, `${name} is a developer and a service`, help);
    }
    if (entry.duty && first.duty && entry.duty.text !== first.duty.text) {
      const help = `the first one is at ${locator.name(first.name.path)}; give each duty a service of its own`;
      return error(
        entry.name,
        `service ${name} has two duties, ${quote(first.duty.text)} and ${quote(entry.duty.text)}`,
        help,
      );
    }
    return error(entry.name, `duplicate ${entry.kind} ${name}`, firstAt(locator, first.name));
  });
}

function checkReaders({ sources, identities, readable }: Draft, locator: Locator): RosterFinding[] {
  const known = byName(identities);
  return sources.flatMap(({ name, readers }): RosterFinding[] => {
    if (!readers) return [];
    if (readers.length === 0) {
      const path = [...name.path.slice(0, -1), "readers"];
      const message = `source ${quote(name.text)} has no readers: only prod reads it`;
      return [{ severity: "warning", path, onKey: true, message }];
    }
    return [
      ...checkWords(readers, "identity", readable.identities ? known : undefined, locator),
      ...readers.flatMap((reader) => checkReader(name, reader, known.get(reader.text))),
    ];
  });
}

function checkReader(source: Word, reader: Word, identity: DraftIdentity | undefined): RosterFinding[] {
  if (identity?.duty?.text === "prod") {
    return [
      error(reader, `${quote(reader.text)} is a service of duty \`prod\`: prod services read every source already`),
    ];
  }
  if (identity?.duty?.text === "reader" && !identity.sources?.words.some(({ text }) => text === source.text)) {
    const message = `reader service ${quote(reader.text)} does not list ${quote(source.text)} in its \`sources\`, so it does not read it`;
    return [warning(reader, message, `add ${quote(source.text)} to the \`sources\` of ${quote(reader.text)}`)];
  }
  return [];
}

function checkDuties({ sources, identities, readable }: Draft, locator: Locator): RosterFinding[] {
  const known = byName(sources);
  return identities.flatMap(({ kind, name, duty, sources: read, ciLimits }): RosterFinding[] => {
    // The schema reports these keys for a developer, and a duty that does not exist.
    if (kind === "developer" || !duty || !DUTY_READS.has(duty.text)) return [];
    const found = duty.text === "ci" ? [] : ciLimits.map(refuseCiLimit);
    if (!read) return found;
    if (duty.text !== "reader") {
      const help = `a service of duty ${quote(duty.text)} reads ${DUTY_READS.get(duty.text)}`;
      found.push({ ...error({ text: "", path: read.path }, "`sources` is for duty `reader` only", help), onKey: true });
    }
    for (const word of read.words) {
      const readers = known.get(word.text)?.readers;
      if (duty.text !== "reader" || !readers || readers.some(({ text }) => text === name.text)) continue;
      const message = `source ${quote(word.text)} does not list ${quote(name.text)} in its \`readers\`, so it is not read`;
      found.push(warning(word, message, `add ${quote(name.text)} to the \`readers\` of ${quote(word.text)}`));
    }
    return [...found, ...checkWords(read.words, "source", readable.sources ? known : undefined, locator)];
  });
}

const DUTY_READS: ReadonlyMap<string, string> = new Map([
  ["prod", "every source"],
  ["ci", "every unrestricted source, and the restricted ones that name it in `readers`"],
  ["reader", "the sources it lists"],
]);

function checkExpectations({ expect, identities, readable }: Draft, locator: Locator): RosterFinding[] {
  const known = readable.identities ? byName(identities) : undefined;
  return expect.flatMap(({ path, who, claims }) => {
    const empty = error(
      { text: "", path },
      "expectation claims nothing",
      "add `can` or `cannot`, such as `cannot: [write prod_*]`",
    );
    return [...(claims === 0 ? [empty] : []), ...checkWords(who, "identity", known, locator)];
  });
}

function warnNoProd({ identities, readable }: Draft): RosterFinding[] {
  if (!readable.services) return [];
  const services = identities.filter(({ kind }) => kind === "service");
  // A service whose duty is missing or misspelt may be the one.
  if (services.some(({ duty }) => !duty || duty.text === "prod" || !DUTY_READS.has(duty.text))) return [];
  const help = "add `- { name: airflow, duty: prod }` to `services`";
  return [
    {
      severity: "warning",
      path: ["services"],
      onKey: true,
      message: "no service has duty `prod`: nobody can deploy prod",
      help,
    },
  ];
}

/** Names that must be among the known ones (absent: nobody can tell), each at most once in its list. */
function checkWords(
  words: readonly Word[],
  kind: string,
  known: ReadonlyMap<string, unknown> | undefined,
  locator: Locator,
): RosterFinding[] {
  const unknown = known ? words.filter(({ text }) => !known.has(text)) : [];
  return [
    ...unknown.map((word) =>
      error(word, `unknown ${kind} ${quote(word.text)}`, didYouMean(word.text, known?.keys() ?? []).help),
    ),
    ...findRepeats(words, (word) => word).map(({ entry, first }) =>
      error(entry, `${quote(entry.text)} is listed twice`, firstAt(locator, first)),
    ),
  ];
}

/** Entries whose name came before; case-folded, as a warehouse may do it. */
function findRepeats<T>(entries: readonly T[], nameOf: (entry: T) => Word): { entry: T; first: T }[] {
  const seen = new Map<string, T>();
  return entries.flatMap((entry) => {
    const name = nameOf(entry).text.toLowerCase();
    const first = seen.get(name);
    if (first === undefined) seen.set(name, entry);
    return first === undefined ? [] : [{ entry, first }];
  });
}

/** The first entry of each name: a second one is reported as such. */
function byName<T extends { readonly name: Word }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.toReversed().map((entry) => [entry.name.text, entry]));
}

function firstAt(locator: Locator, { path }: Word): string {
  return `the first one is at ${locator.name(path)}`;
}

function error({ path }: Word, message: string, help?: string): RosterFinding {
  return { severity: "error", path, message, ...(help === undefined ? {} : { help }) };
}

function warning(word: Word, message: string, help: string): RosterFinding {
  return { ...error(word, message, help), severity: "warning" };
}
