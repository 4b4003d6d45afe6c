import type { DatedAccess } from "../../access/dated";
import type { AccessChange } from "../../access/diff/change";
import { groupBy } from "../../collections";
import { escapeControls } from "../../messages/quote";
import { formatPosition } from "../../roster/roster";
import { codeSpan } from "../markdown";
import { capitalize, format } from "../sentences/phrases";
import { blocksOf, closing, countWarnings, type Fold, RISK_TITLES, type Sentence } from "../sentences/sentences";
import { NO_CHANGES } from "./diffText";

/** A comment of a pull request holds 65,536 characters; this many sentences are well below. */
const MOST_SENTENCES = 200;

/** Permission changes as the comment of a pull request. */
export function renderDiffMarkdown(changes: readonly AccessChange[], before: DatedAccess, after: DatedAccess): string {
  if (changes.length === 0) return `### Permission changes\n\n${NO_CHANGES}`;
  const blocks = blocksOf(changes, before, after);
  const warnings = countWarnings(blocks);
  const loud = warnings === 0 ? [] : [`**${warnings} warning${warnings === 1 ? "" : "s"}**, marked with ⚠️ below.`];
  let room = MOST_SENTENCES;
  const sections = [...groupBy(blocks, ({ risk }) => risk)].map(([risk, group]) => {
    const list = (sentences: readonly Sentence[]) => {
      const shown = sentences.slice(0, Math.max(0, room));
      room -= shown.length;
      const left = sentences.length - shown.length;
      const more = left > 0 ? [`- … and ${format(left)} more: run \`one-env diff\``] : [];
      return [...shown.map(bullet), ...more].join("\n");
    };
    const told = list(group.flatMap(({ sentences }) => sentences));
    const folds = group.flatMap(({ folded }) => (folded ? [fold(folded, list(folded.sentences))] : []));
    return [`#### ${capitalize(RISK_TITLES[risk])}`, ...(told === "" ? [] : [told]), ...folds].join("\n\n");
  });
  return ["### Permission changes", ...loud, ...sections, `${capitalize(closing(changes))}.`].join("\n\n");
}

function bullet({ text, warning, at }: Sentence): string {
  return `- ${warning ? "⚠️ **Warning:** " : ""}${text} (${codeSpan(escapeControls(formatPosition(at)))})`;
}

function fold({ text }: Fold, list: string): string {
  return `<details><summary>${text}</summary>\n\n${list}\n\n</details>`;
}
