import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatedAccess } from "../../src/access/dated";
import { type AccessChange, isStopped, locateCause, RISKS } from "../../src/access/diff/change";
import { diffAccess } from "../../src/access/diff/diff";
import type { Level } from "../../src/access/plan";
import { accessFrom, arbitraryChange } from "../support/changes";

const SEED = { seed: 20_261_123 };
const RUNS = { ...SEED, numRuns: 150 };

/** identity and schema → level, without `none`. */
function levelsOf({ paths }: DatedAccess): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const { name: schema } of paths.plan.schemas) {
    for (const [who, { level }] of paths.accessTo(schema)) levels.set(`${who} ${schema}`, level);
  }
  return levels;
}

function accessOf(changes: readonly AccessChange[]) {
  return changes.flatMap((change) =>
    change.kind === "access"
      ? change.who.flatMap((who) => change.schemas.map((schema) => ({ key: `${who} ${schema}`, ...change })))
      : [],
  );
}

describe("properties of the difference", () => {
  it("is nothing between a roster and itself", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        expect(diffAccess(before, before)).toEqual([]);
        expect(diffAccess(after, after)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("applied to the access before gives the access after, and tells each thing once", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const levels = levelsOf(before);
        const told = accessOf(diffAccess(before, after));
        expect(new Set(told.map(({ key }) => key)).size).toBe(told.length);
        for (const { key, before: was, after: is } of told) {
          expect(levels.get(key) ?? "none").toBe(was);
          if (is === "none") levels.delete(key);
          else levels.set(key, is);
        }
        expect(new Map([...levels].sort())).toEqual(new Map([...levelsOf(after)].sort()));
      }),
      RUNS,
    );
  });

  it("has a cause for every change, which is written in the roster it names", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        for (const change of diffAccess(before, after)) {
          const { side, path } = change.because;
          const { roster } = side === "before" ? before : after;
          // The entry itself or, for a value left out, the entry around it; never the file as a whole.
          const parents = path.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."));
          const isEntry = parents.slice(1).some((parent) => roster.positions.has(parent));
          const isDefault = path.startsWith("limits.") || path === "sources";
          expect(isEntry || isDefault, `${change.kind}: ${side} ${path}`).toBe(true);
          expect(locateCause(before, after, change.because).file).toBe(roster.file);
        }
      }),
      RUNS,
    );
  });

  it("warns of every new writer of production, and of every wider restricted source", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const changes = diffAccess(before, after);
        const writers = ({ paths }: DatedAccess) =>
          paths.plan.identities.filter(({ actsAs }) => actsAs).map((i) => i.name);
        for (const name of writers(after).filter((name) => !writers(before).includes(name))) {
          const isTold = changes.some((c) => c.warning && c.risk === "production" && c.who.includes(name));
          expect(isTold, name).toBe(true);
        }
        for (const source of before.roster.sources.filter(({ readers }) => readers)) {
          const schema = `prod_${source.name}`;
          const readers = (side: DatedAccess) =>
            [...side.paths.accessTo(schema).keys()].filter((name) => side.paths.identities.get(name)?.duty !== "prod");
          const isWider = readers(after).some(
            (name) => !readers(before).includes(name) && before.paths.identities.has(name),
          );
          if (!isWider) continue;
          expect(
            changes.some((c) => c.warning && c.risk === "restricted"),
            schema,
          ).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("does not depend on the order of the roster", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const turned = accessFrom(turn(after));
        const bare = (changes: AccessChange[]) => changes.map((change) => JSON.stringify(change)).sort();
        const plain = { ...after, roster: { ...after.roster, expect: [] } };
        expect(bare(diffAccess(before, turned))).toEqual(bare(diffAccess(before, plain)));
      }),
      { ...SEED, numRuns: 100 },
    );
  });
});

/** The same roster upside down, without its expectations: their paths are numbers. */
function turn({ roster }: DatedAccess): string {
  const { developers, services, sources, limits } = roster;
  const member = ({ limits, ...rest }: { limits: object }) => ({ ...rest, limits: snake(limits) });
  return JSON.stringify({
    limits: Object.fromEntries(Object.entries(limits).map(([duty, values]) => [duty, snake(values)])),
    services: services.map(member).reverse(),
    developers: developers.map(member).reverse(),
    sources: sources.toReversed(),
  });
}

function snake(limits: Record<string, unknown> | object) {
  return Object.fromEntries(
    Object.entries(limits).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      key === "connections" || key === "runs" || value === "none" ? value : `${value}ms`,
    ]),
  );
}

describe("gates", () => {
  const change = (part: Partial<AccessChange>) => ({ direction: "neutral", warning: false, ...part }) as AccessChange;

  it("stop what gives more or warns, at their risk or a worse one", () => {
    expect(isStopped(change({ risk: "production", direction: "wider" }), "production")).toBe(true);
    expect(isStopped(change({ risk: "production", direction: "wider" }), "safeguard")).toBe(true);
    expect(isStopped(change({ risk: "restricted", direction: "wider" }), "production")).toBe(false);
    expect(isStopped(change({ risk: "safeguard", direction: "narrower", warning: true }), "safeguard")).toBe(true);
    expect(isStopped(change({ risk: "production", direction: "narrower" }), "production")).toBe(false);
  });

  it("stop everything at the least risk", () => {
    for (const risk of RISKS) expect(isStopped(change({ risk }), "ordinary")).toBe(true);
  });
});
