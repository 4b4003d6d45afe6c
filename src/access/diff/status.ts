import { remembered } from "../../collections";
import type { Developer, Duty, RosterPath, Service, Source } from "../../roster/roster";
import type { DatedAccess } from "../dated";
import type { Cause, Subject } from "./change";

/** What became of an identity between two rosters. `expired`, `revived`: its entry stays, its access does not. */
export type IdentityStatus = "added" | "removed" | "expired" | "revived" | "duty" | "same";

/** What became of a source. `readers`: restricted before and after, but to others. */
export type SourceStatus = "added" | "removed" | "restricted" | "unrestricted" | "readers" | "same";

/** What became of the entries of two rosters; each answer is calculated once. */
export interface Statuses {
  readonly entries: Readonly<Record<Cause["side"], ReadonlyMap<string, Entry>>>;
  identity(name: string): IdentityStatus;
  /** The entry that makes an identity's access what it is. */
  identityCause(name: string): Cause;
  source(name: string): SourceStatus;
  sources(name: string): { readonly before?: Source; readonly after?: Source };
}

export function statusesOf(before: DatedAccess, after: DatedAccess): Statuses {
  const entries = { before: entriesOf(before), after: entriesOf(after) };
  const sources = { before: byName(before.roster.sources), after: byName(after.roster.sources) };
  const identity = (name: string): IdentityStatus => {
    const was = before.paths.identities.get(name);
    const is = after.paths.identities.get(name);
    if (was && is) return was.duty === is.duty ? "same" : "duty";
    if (is) return entries.before.has(name) ? "revived" : "added";
    return entries.after.has(name) ? "expired" : "removed";
  };
  const identityCause = (name: string): Cause => {
    const path = entries.after.get(name)?.path ?? "";
    switch (identity(name)) {
      case "added":
      case "same":
        return { side: "after", path };
      case "revived":
      case "expired":
        return { side: "after", path: `${path}.expires` };
      case "duty":
        return { side: "after", path: `${path}.duty` };
      case "removed":
        return { side: "before", path: entries.before.get(name)?.path ?? "" };
    }
  };
  const source = (name: string): SourceStatus => {
    const was = sources.before.get(name);
    const is = sources.after.get(name);
    if (!was) return "added";
    if (!is) return "removed";
    if (!was.readers) return is.readers ? "restricted" : "same";
    if (!is.readers) return "unrestricted";
    return equalSets(was.readers, is.readers) ? "same" : "readers";
  };
  const both = (name: string) => {
    const was = sources.before.get(name);
    const is = sources.after.get(name);
    return { ...(was ? { before: was } : {}), ...(is ? { after: is } : {}) };
  };
  return { entries, identity: remembered(identity), identityCause, source: remembered(source), sources: both };
}

/** Everybody of either plan, sorted. */
export function everybody(before: DatedAccess, after: DatedAccess): string[] {
  return [...new Set([...before.paths.identities.keys(), ...after.paths.identities.keys()])].sort();
}

export function aboutIdentity(name: string): Subject {
  return { kind: "identity", name };
}

export function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

/** An identity as the roster has it, whether its access has ended or not. */
export interface Entry {
  readonly name: string;
  readonly duty: Duty;
  readonly expires?: string;
  readonly path: RosterPath;
  /** Developers only. */
  readonly share?: Developer["share"];
}

export function entriesOf({ roster }: DatedAccess): Map<string, Entry> {
  const entry = (member: Developer | Service, duty: Duty, path: RosterPath): Entry => ({
    name: member.name,
    duty,
    ...(member.expires === undefined ? {} : { expires: member.expires }),
    path,
  });
  return byName([
    ...roster.developers.map((person) => ({
      ...entry(person, "developer", `developers.${person.name}`),
      share: person.share,
    })),
    ...roster.services.map((service) => entry(service, service.duty, `services.${service.name}`)),
  ]);
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
