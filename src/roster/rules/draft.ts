/**
 * What can be understood of a roster whose form may be partly wrong: names and references with their places. The
 * checks between entries work on it, so that one slip of the hand does not hide the other problems of the file.
 */

import { CI_LIMITS } from "../schema";
import type { YamlPath } from "../yaml/positions";

/** A text of the file and its place. */
export interface Word {
  readonly text: string;
  readonly path: YamlPath;
}

export interface DraftSource {
  readonly name: Word;
  readonly readers?: readonly Word[];
}

export interface DraftIdentity {
  readonly kind: "developer" | "service";
  readonly name: Word;
  /** As written; absent for a developer, and when it is no text. */
  readonly duty?: Word;
  readonly sources?: { readonly words: readonly Word[]; readonly path: YamlPath };
  /** Limits that only CI has. */
  readonly ciLimits: readonly YamlPath[];
}

export interface DraftExpectation {
  readonly path: YamlPath;
  readonly who: readonly Word[];
  readonly claims: number;
}

export interface Draft {
  readonly sources: readonly DraftSource[];
  /** Developers, then services. */
  readonly identities: readonly DraftIdentity[];
  readonly expect: readonly DraftExpectation[];
  /** Lists that could be read as lists: where one could not, a name that is missing may well be in it. */
  readonly readable: { readonly sources: boolean; readonly identities: boolean; readonly services: boolean };
}

/** A value and the way to it. */
interface DraftValue {
  readonly value: unknown;
  readonly path: YamlPath;
}

export function readDraft(value: unknown): Draft {
  const root: DraftValue = { value, path: [] };
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  const isList = (key: string) => Array.isArray(child(root, key).value);
  const isListOrAbsent = (key: string) => isMapping && (isList(key) || child(root, key).value === undefined);
  return {
    sources: entries(child(root, "sources")).flatMap(readSource),
    identities: [
      ...entries(child(root, "developers")).flatMap((place) => readIdentity("developer", place)),
      ...entries(child(root, "services")).flatMap((place) => readIdentity("service", place)),
    ],
    expect: entries(child(root, "expect")).flatMap(readExpectation),
    readable: {
      sources: isList("sources"),
      identities: isListOrAbsent("developers") && isListOrAbsent("services"),
      services: isListOrAbsent("services"),
    },
  };
}

function readSource(place: DraftValue): DraftSource[] {
  const [name] = [...word(place), ...word(child(place, "name"))];
  if (!name) return [];
  const readers = child(place, "readers");
  return [{ name, ...(Array.isArray(readers.value) ? { readers: entries(readers).flatMap(word) } : {}) }];
}

function readIdentity(kind: "developer" | "service", place: DraftValue): DraftIdentity[] {
  // `- carol` instead of `- name: carol`: what refers to carol is right all the same.
  const [name] = [...word(place), ...word(child(place, "name"))];
  if (!name) return [];
  const [duty] = kind === "service" ? word(child(place, "duty")) : [];
  const sources = child(place, "sources");
  const limits = child(place, "limits");
  return [
    {
      kind,
      name,
      ...(duty ? { duty } : {}),
      ...(sources.value === undefined
        ? {}
        : { sources: { words: entries(sources).flatMap(word), path: sources.path } }),
      ciLimits: CI_LIMITS.map((key) => child(limits, key)).flatMap(({ value, path }) =>
        value === undefined ? [] : [path],
      ),
    },
  ];
}

function readExpectation(place: DraftValue): DraftExpectation[] {
  if (typeof place.value !== "object" || place.value === null || Array.isArray(place.value)) return [];
  const who = child(place, "who");
  const sides = [child(place, "can"), child(place, "cannot")];
  // A claim that is no list is reported as such, and counts as one.
  const claims = sides.map(({ value }) => (Array.isArray(value) ? value.length : value === undefined ? 0 : 1));
  return [{ path: place.path, who: [...word(who), ...entries(who).flatMap(word)], claims: Math.max(...claims) }];
}

function child(place: DraftValue, key: string): DraftValue {
  const { value } = place;
  const known = typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key);
  return { value: known ? (value as Record<string, unknown>)[key] : undefined, path: [...place.path, key] };
}

function entries({ value, path }: DraftValue): DraftValue[] {
  return Array.isArray(value) ? value.map((item, index) => ({ value: item, path: [...path, index] })) : [];
}

function word({ value, path }: DraftValue): Word[] {
  return typeof value === "string" ? [{ text: value, path }] : [];
}
