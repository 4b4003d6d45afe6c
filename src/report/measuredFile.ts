import { z } from "zod";
import type { Measured, Tally } from "../proof/tally";

const tally = z.object({
  action: z.string(),
  expected: z.boolean(),
  allowed: z.int(),
  refused: z.int(),
  wrong: z.int(),
  codes: z.array(z.string()),
});

/**
 * What everybody's statements gave, with every list of tallies and every target's name once: `outcomes` and `targets`.
 * Each identity has, per list, its index and those of the targets that came out so.
 */
export const packedMeasured = z
  .object({
    outcomes: z.array(z.array(tally)),
    targets: z.array(z.string()),
    identities: z.record(z.string(), z.array(z.tuple([z.int(), z.array(z.int())]))),
  })
  .refine(hasAllItNames, "names outcomes or targets that are not in it");

export type PackedMeasured = z.infer<typeof packedMeasured>;

/** {@link Measured} as it is written to a file. */
export function packMeasured(measured: Measured): PackedMeasured {
  const outcomes = new Numbered<readonly Tally[]>();
  const targets = new Numbered<string>();
  const identities: PackedMeasured["identities"] = {};
  for (const [who, tallies] of measured) {
    const byOutcome = new Map<number, number[]>();
    for (const [target, list] of tallies) {
      const outcome = outcomes.numberOf(list);
      const alike = byOutcome.get(outcome) ?? [];
      byOutcome.set(outcome, alike);
      alike.push(targets.numberOf(target));
    }
    identities[who] = [...byOutcome];
  }
  const copy = ({ codes, ...counts }: Tally) => ({ ...counts, codes: [...codes] });
  return { outcomes: outcomes.all().map((list) => list.map(copy)), targets: targets.all(), identities };
}

/** How many statements were tried in all. */
export function countPacked({ outcomes, identities }: PackedMeasured): number {
  const sizes = outcomes.map((list) => list.reduce((sum, { allowed, refused }) => sum + allowed + refused, 0));
  const lists = Object.values(identities).flat();
  return lists.reduce((sum, [outcome, targets]) => sum + (sizes[outcome] ?? 0) * targets.length, 0);
}

function hasAllItNames({ outcomes, targets, identities }: Names): boolean {
  return Object.values(identities)
    .flat()
    .every(([outcome, named]) => outcome in outcomes && named.every((target) => target in targets));
}

/** What {@link packedMeasured} refers to by number, and the numbers. */
interface Names {
  readonly outcomes: readonly unknown[];
  readonly targets: readonly string[];
  readonly identities: Readonly<Record<string, readonly (readonly [outcome: number, targets: readonly number[]])[]>>;
}

/** Things with a number each, in order of first appearance. */
class Numbered<T> {
  private readonly numbers = new Map<T, number>();

  numberOf(thing: T): number {
    const number = this.numbers.get(thing) ?? this.numbers.size;
    this.numbers.set(thing, number);
    return number;
  }

  all(): T[] {
    return [...this.numbers.keys()];
  }
}
