/** The names that a roster generates: each must fit the warehouse, and belong to one owner. */

import { quote } from "../../messages/quote";
import { CI_SCHEMA, MAX_NAME_BYTES, schemaName } from "../../names";
import type { Locator } from "../yaml/positions";
import type { Draft, Word } from "./draft";
import type { RosterFinding } from "./issues";
import { refuseReserved } from "./naming";

/** Longest run identifier that CI may use in `ci_<run>_<source>`. */
const MAX_RUN_BYTES = 20;

/** Longest source name: it must leave room for CI, even before there is a CI service. */
const MAX_SOURCE_BYTES = MAX_NAME_BYTES - bytes(`${CI_SCHEMA}_${"r".repeat(MAX_RUN_BYTES)}_`);

export function checkGeneratedNames(draft: Draft, locator: Locator): RosterFinding[] {
  return [...checkSourceLengths(draft), ...checkIdentityLengths(draft), ...checkCollisions(draft, locator)];
}

function checkSourceLengths({ sources }: Draft): RosterFinding[] {
  return sources.flatMap(({ name }) => {
    if (fitsSource(name)) return [];
    const message = `source ${quote(name.text)} is ${bytes(name.text)} bytes long: at most ${MAX_SOURCE_BYTES} fit`;
    return [tooLong(name, message, `\`${CI_SCHEMA}_<run>_<source>\``, `runs take up to ${MAX_RUN_BYTES}`)];
  });
}

function checkIdentityLengths({ sources, identities }: Draft): RosterFinding[] {
  // One source tells it all: the longest of those that are not reported themselves.
  const [longest] = sources
    .map(({ name }) => name)
    .filter(fitsSource)
    .sort((a, b) => bytes(b.text) - bytes(a.text));
  return identities.flatMap(({ kind, name }) => {
    const source = kind === "developer" ? longest?.text : undefined;
    const schema = schemaName(name.text, source);
    if (bytes(schema) <= MAX_NAME_BYTES) return [];
    if (source === undefined || bytes(name.text) > MAX_NAME_BYTES) {
      return [
        tooLong(name, `${kind} ${quote(name.text)} is ${bytes(name.text)} bytes long: at most ${MAX_NAME_BYTES} fit`),
      ];
    }
    const room = MAX_NAME_BYTES - bytes(source) - 1;
    const message = `developer ${quote(name.text)} is ${bytes(name.text)} bytes long: at most ${room} fit`;
    return [tooLong(name, message, `\`<user>_${source}\``)];
  });
}

function tooLong({ path }: Word, message: string, name?: string, more?: string): RosterFinding {
  const limit = `names of the warehouse have at most ${MAX_NAME_BYTES} bytes`;
  const help = name === undefined ? limit : `${limit}, and ${name} must fit${more ? `; ${more}` : ""}`;
  return { severity: "error", path, message, help };
}

/** The one schema of the warehouse that a developer's name (`information`) and a source's (`schema`) can build. */
const CATALOG = "information_schema";

/** Whom a schema belongs to: a developer, and the source it is for (none: the base schema). */
interface Claimant {
  readonly owner: Word;
  readonly source: Word | undefined;
}

function checkCollisions({ sources, identities }: Draft, locator: Locator): RosterFinding[] {
  // What has a reserved name, or stands twice in the file, is reported as that, and would only repeat itself here.
  const owners = firstOfEachName(
    identities.filter(({ kind, name }) => kind === "developer" && !refuseReserved(name.text)),
  ).map(({ name }) => name);
  const perSource = firstOfEachName(sources).map(({ name }) => name);
  return [...findCatalog(owners, perSource), ...findShared(withKin(owners), [undefined, ...perSource], locator)];
}

function findCatalog(owners: readonly Word[], sources: readonly Word[]): RosterFinding[] {
  return owners
    .filter(({ text }) => CATALOG.startsWith(`${text.toLowerCase()}_`))
    .flatMap((owner) =>
      sources
        .map((source) => ({ source, schema: schemaName(owner.text, source.text) }))
        .filter(({ schema }) => schema.toLowerCase() === CATALOG)
        .map(({ source, schema }): RosterFinding => {
          const message = `schema ${quote(schema)} of developer ${quote(owner.text)} and source ${quote(source.text)} is the warehouse's own catalog`;
          return { severity: "error", path: owner.path, message, help: "rename one of them" };
        }),
    );
}

/**
 * The developers whose schemas may meet those of another: `alice` and `alice_b`, because the longer of two names that
 * build the same schema goes on where the shorter one ends.
 */
function withKin(owners: readonly Word[]): Word[] {
  const byName = new Map(owners.map((owner) => [owner.text.toLowerCase(), owner]));
  const found = new Set<Word>();
  for (const [name, owner] of byName) {
    for (let at = name.indexOf("_"); at !== -1; at = name.indexOf("_", at + 1)) {
      const shorter = byName.get(name.slice(0, at));
      if (shorter) found.add(shorter).add(owner);
    }
  }
  return owners.filter((owner) => found.has(owner));
}

function findShared(
  owners: readonly Word[],
  sources: readonly (Word | undefined)[],
  locator: Locator,
): RosterFinding[] {
  const schemas = new Map<string, Claimant>();
  const found: RosterFinding[] = [];
  for (const owner of owners) {
    for (const source of sources) {
      const schema = schemaName(owner.text, source?.text);
      // Case-folded, as a warehouse may do it.
      const key = schema.toLowerCase();
      const other = schemas.get(key);
      if (!other) schemas.set(key, { owner, source });
      else found.push(describeCollision(schema, { owner, source }, other, locator));
    }
  }
  return found;
}

function describeCollision(schema: string, claimant: Claimant, other: Claimant, locator: Locator): RosterFinding {
  const message = `developers ${quote(other.owner.text)} and ${quote(claimant.owner.text)} would share the schema ${quote(schema)}`;
  const [one, two] = [other, claimant].map(({ owner, source }) => {
    const prefix = `${quote(owner.text)} (${locator.name(owner.path)})`;
    return source ? `${prefix} + ${quote(source.text)} (${locator.name(source.path)})` : `${prefix} alone`;
  });
  const help = `${one} and ${two} make the same name; rename one of them`;
  return { severity: "error", path: claimant.owner.path, message, help };
}

function firstOfEachName<T extends { readonly name: Word }>(entries: readonly T[]): T[] {
  const seen = new Set<string>();
  return entries.filter(({ name }) => {
    const folded = name.text.toLowerCase();
    const first = !seen.has(folded);
    seen.add(folded);
    return first;
  });
}

function fitsSource({ text }: Word): boolean {
  return bytes(text) <= MAX_SOURCE_BYTES;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
