import type { Claim, Source } from "../../roster/roster";
import type { DatedAccess } from "../dated";
import { matching } from "../expectations";
import type { AccessChange, Cause } from "./change";
import type { Statuses } from "./status";

/** Sources that come, go, or change who may read them. */
export function diffSources(before: DatedAccess, after: DatedAccess, statuses: Statuses): AccessChange[] {
  const names = new Set([...before.roster.sources, ...after.roster.sources].map(({ name }) => name));
  return [...names].flatMap((name) => sourceChanges(name, statuses));
}

function sourceChanges(name: string, statuses: Statuses): AccessChange[] {
  const { before, after } = statuses.sources(name);
  const subject = { kind: "source", name } as const;
  const cause = (side: Cause["side"], below = ""): Cause => ({ side, path: `sources.${name}${below}` });
  const common = { who: [], subject, risk: "restricted", warning: false } as const;
  const readers = (source: Source | undefined) => (source?.readers ? { readers: source.readers } : {});
  switch (statuses.source(name)) {
    case "added": {
      const more = { kind: "source-added", ...readers(after), direction: "neutral" } as const;
      return [{ ...common, ...more, risk: "ordinary", because: cause("after") }];
    }
    case "removed": {
      const more = { kind: "source-removed", ...readers(before), direction: "narrower", warning: true } as const;
      return [{ ...common, ...more, risk: "safeguard", because: cause("before") }];
    }
    case "restricted": {
      const more = { kind: "source-restricted", readers: after?.readers ?? [], direction: "narrower" } as const;
      return [{ ...common, ...more, because: cause("after", ".readers") }];
    }
    case "unrestricted":
      return [{ ...common, kind: "source-unrestricted", direction: "wider", warning: true, because: cause("after") }];
    case "readers":
      return readersChanges(before?.readers ?? [], after?.readers ?? [], statuses).map(({ reader, ...change }) => {
        const side = change.kind === "source-widened" ? "after" : "before";
        return { ...common, ...change, who: [reader], because: cause(side, `.readers.${reader}`) };
      });
    case "same":
      return [];
  }
}

function readersChanges(were: readonly string[], are: readonly string[], { entries }: Statuses) {
  const added = are.filter((reader) => !were.includes(reader)).sort();
  // A reader who leaves the team is reported as that, and not as a narrower list too.
  const gone = were.filter((reader) => !are.includes(reader) && entries.after.has(reader)).sort();
  return [
    ...added.map((reader) => ({ reader, kind: "source-widened", direction: "wider", warning: true }) as const),
    ...gone.map((reader) => ({ reader, kind: "source-narrowed", direction: "narrower", warning: false }) as const),
  ];
}

/** Claims that the roster makes no longer, or for the first time. */
export function diffExpectations(before: DatedAccess, after: DatedAccess): AccessChange[] {
  const stays = new Set([...after.roster.developers, ...after.roster.services].map(({ name }) => name));
  const removed = claimsOf(before).map((found) => ({
    ...found,
    // A claim about nobody, or about no schema, has to go: the change that takes them away is what counts.
    who:
      matching(after.paths.plan.schemas, found.claim.target).length > 0
        ? found.who.filter((name) => stays.has(name))
        : [],
  }));
  return [
    ...unmatched(removed, claimsOf(after)).map(
      (found): AccessChange => ({
        ...describe("expectation-removed", found),
        risk: "safeguard",
        direction: "wider",
        warning: true,
        because: { side: "before", path: found.claim.path },
      }),
    ),
    ...unmatched(claimsOf(after), claimsOf(before)).map(
      (found): AccessChange => ({
        ...describe("expectation-added", found),
        risk: "ordinary",
        direction: "neutral",
        warning: false,
        because: { side: "after", path: found.claim.path },
      }),
    ),
  ];
}

interface FoundClaim {
  readonly who: readonly string[];
  readonly expected: "can" | "cannot";
  readonly claim: Claim;
}

function claimsOf({ roster }: DatedAccess): FoundClaim[] {
  return roster.expect.flatMap(({ who, can, cannot }) => [
    ...can.map((claim) => ({ who, expected: "can" as const, claim })),
    ...cannot.map((claim) => ({ who, expected: "cannot" as const, claim })),
  ]);
}

/** The claims without the identities of whom the other roster claims the same. */
function unmatched(claims: readonly FoundClaim[], others: readonly FoundClaim[]): FoundClaim[] {
  const key = ({ expected, claim }: FoundClaim, name: string) => `${name} ${expected} ${claim.action} ${claim.target}`;
  const known = new Set(others.flatMap((other) => other.who.map((name) => key(other, name))));
  return claims
    .map((found) => ({ ...found, who: found.who.filter((name) => !known.has(key(found, name))).toSorted() }))
    .filter(({ who }) => who.length > 0);
}

function describe<K extends "expectation-added" | "expectation-removed">(
  kind: K,
  { who, expected, claim }: FoundClaim,
) {
  const { action, target } = claim;
  return { kind, expected, action, target, who, subject: { kind: "expectations", name: "" } } as const;
}
