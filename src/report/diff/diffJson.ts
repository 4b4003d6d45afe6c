import type { DatedAccess } from "../../access/dated";
import { type AccessChange, locateCause } from "../../access/diff/change";
import { blocksOf } from "../sentences/sentences";

/** Permission changes for machines: every change with all its names and its place, and the sentences for people. */
export function describeDiff(changes: readonly AccessChange[], before: DatedAccess, after: DatedAccess) {
  const blocks = blocksOf(changes, before, after);
  const sentences = blocks.flatMap(({ risk, subject, sentences, folded }) =>
    [...sentences, ...(folded?.sentences ?? [])].map((sentence) => ({ risk, subject, ...sentence })),
  );
  return {
    before: before.roster.file,
    after: after.roster.file,
    warnings: sentences.filter(({ warning }) => warning).length,
    changes: changes.map(({ because, ...change }) => ({
      ...change,
      because: { ...because, ...locateCause(before, after, because) },
    })),
    sentences,
  };
}
