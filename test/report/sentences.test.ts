import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatedAccess } from "../../src/access/dated";
import { decide } from "../../src/access/decide";
import { diffAccess } from "../../src/access/diff/diff";
import { blocksOf } from "../../src/report/sentences/sentences";
import { accessFrom, arbitraryChange } from "../support/changes";
import { readSentences, type Told } from "../support/readSentences";

const SEED = { seed: 20_261_124 };

describe("the sentences of a permission diff", () => {
  it("say what the decisions say, all of it and nothing else", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const blocks = blocksOf(diffAccess(before, after), before, after);
        const texts = blocks.flatMap(({ sentences }) => sentences.map(({ text }) => text));
        const told = readSentences(texts, before, after);
        for (const key of ownedByOthers(told, before, after)) told.delete(key);
        expect([...told].sort(), texts.join("\n")).toEqual([...decided(before, after)].sort());
      }),
      { ...SEED, numRuns: 200 },
    );
  });

  it("have a line each, of the roster that holds it", () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        for (const { sentences } of blocksOf(diffAccess(before, after), before, after)) {
          for (const { at } of sentences) {
            expect(at.line).toBeGreaterThan(0);
            expect([before.roster.file, after.roster.file]).toContain(at.file);
          }
        }
      }),
      { ...SEED, numRuns: 100 },
    );
  });

  it("use `every developer` only for every developer", () => {
    const people = (names: string[]) => `sources: [a, b]\ndevelopers: [${names.map((name) => `{ name: ${name} }`)}]\n`;
    const before = accessFrom(people(["kim", "lee", "mia"]));
    const after = accessFrom(people(["kim", "lee", "mia", "noa"]).replace("[a, b]", "[a, b, c]"));
    const texts = blocksOf(diffAccess(before, after), before, after).flatMap((b) => b.sentences.map((s) => s.text));
    expect(texts).toEqual([
      "source `c` is new: its schema is `prod_c`",
      "every present developer can now read `prod_c`",
      "every present developer gets `<user>_c` of their own",
      "`noa` joins as a developer",
      "`noa` can now read `prod`, `prod_a`, `prod_b` and `prod_c`, and gets `noa` and `noa_<source>` of their own",
    ]);
  });
});

/** What `decide` answers differently after than before; unknown names are denied. */
function decided(before: DatedAccess, after: DatedAccess): Told {
  const told: Told = new Map();
  const names = new Set([...before.paths.identities.keys(), ...after.paths.identities.keys()]);
  const schemas = new Set([...before.paths.schemas.keys(), ...after.paths.schemas.keys()]);
  for (const who of names) {
    for (const schema of schemas) {
      for (const action of ["read", "write"] as const) {
        const [was, is] = [before, after].map(
          ({ paths }) =>
            paths.identities.has(who) && paths.schemas.has(schema) && decide(paths, who, action, schema).allowed,
        );
        if (was !== is) told.set(`${who} ${action} ${schema}`, is ? "+" : "-");
      }
    }
  }
  return told;
}

/** `every other developer` leaves out the owner of what it is about: whose schemas they are says so. */
function ownedByOthers(told: Told, before: DatedAccess, after: DatedAccess): string[] {
  return [...told.keys()].filter((key) => {
    const [who, action, schema = ""] = key.split(" ");
    const owners = [before, after].map(({ paths }) => paths.schemas.get(schema)?.owner);
    return action === "read" && owners.every((owner) => owner === who);
  });
}
