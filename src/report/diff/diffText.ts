import type { DatedAccess } from "../../access/dated";
import type { AccessChange } from "../../access/diff/change";
import { groupBy } from "../../collections";
import { escapeControls } from "../../messages/quote";
import { formatPosition } from "../../roster/roster";
import { type Block, blocksOf, closing, countWarnings, RISK_TITLES, type Sentence } from "../sentences/sentences";

export const NO_CHANGES = "No permission changes.";

/** Permission changes as text: a paragraph for each risk, a line for each sentence, the roster line behind it. */
export function renderDiff(changes: readonly AccessChange[], before: DatedAccess, after: DatedAccess): string {
  if (changes.length === 0) return NO_CHANGES;
  const blocks = blocksOf(changes, before, after);
  const paragraphs = [...groupBy(blocks, ({ risk }) => risk)].map(([risk, group]) =>
    [
      `${RISK_TITLES[risk]}:`,
      ...group.flatMap(({ sentences, folded }) => [...sentences, ...(folded ? [folded] : [])].map(line)),
    ].join("\n"),
  );
  return [summary(blocks, before, after), ...paragraphs, closing(changes)].join("\n\n");
}

/** `permission changes from HEAD:team.yaml to team.yaml: 2 warnings`. */
export function summary(blocks: readonly Block[], before: DatedAccess, after: DatedAccess): string {
  const warnings = countWarnings(blocks);
  const loud = warnings === 0 ? "" : `: ${warnings} warning${warnings === 1 ? "" : "s"}`;
  return `permission changes from ${escapeControls(before.roster.file)} to ${escapeControls(after.roster.file)}${loud}`;
}

function line({ text, warning, at }: Sentence): string {
  return `  ${warning ? "WARNING: " : ""}${text.replaceAll("`", "")} (${escapeControls(formatPosition(at))})`;
}
