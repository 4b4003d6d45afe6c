import { quote } from "./quote";

/** "did you mean": the candidate nearest to what was typed, if it is near enough to be what was meant. */
export function suggest(typed: string, candidates: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  let best: string | undefined;
  // A third of the letters may be wrong: `stirpe` finds `stripe`, `hr` does not find `ci`.
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  for (const candidate of candidates) {
    // Longer or shorter by more than the limit can never be near: spares the table below for most candidates.
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > limit || distance >= wanted.length) continue;
    if (distance < limit || best === undefined) best = candidate;
    limit = distance;
  }
  return best;
}

/** `did you mean …?` as a help text, or nothing. */
export function didYouMean(typed: string, candidates: Iterable<string>): { help?: string } {
  const found = suggest(typed, candidates);
  return found === undefined ? {} : { help: `did you mean ${quote(found)}?` };
}

/** Insertions, deletions, substitutions and swaps of neighbours each cost 1 (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(before, j - 2) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
