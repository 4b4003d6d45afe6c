import { ACT_AS, type Explanation } from "../access/explain";
import type { Step } from "../access/paths";
import { formatPosition, locate, type Roster } from "../roster/roster";
import { listNames } from "./sentences/phrases";

/** An explanation as text: the answer, the way to it with its roster lines, and what else was looked at. */
export function renderExplanation(explanation: Explanation, roster: Roster): string {
  const { who, action, target, allowed, reasons, besides, instead } = explanation;
  const verb = action === ACT_AS ? `act as \`${target}\`` : `${action} \`${target}\``;
  const line = ({ text, because }: Step) => `  ${text} (${formatPosition(locate(roster, because))})`;
  return [
    `${allowed ? "ALLOWED" : "DENIED"}: \`${who}\` ${allowed ? "may" : "may not"} ${verb}`,
    ...section("because:", reasons.map(line)),
    ...section("also looked at:", besides.map(line)),
    ...(allowed
      ? []
      : section("who may:", [`  ${instead.length === 0 ? "nobody but the deploying admin" : listNames(instead)}`])),
  ].join("\n");
}

/** The same for machines: every step with its place. */
export function describeExplanation({ reasons, besides, ...rest }: Explanation, roster: Roster) {
  const place = ({ text, because }: Step) => ({ text, path: because, ...locate(roster, because) });
  return { ...rest, reasons: reasons.map(place), besides: besides.map(place) };
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}
