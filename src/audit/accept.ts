/** Which findings the roster accepts, and until when. */
import { fits } from "../access/pattern";
import { quote } from "../messages/quote";
import { didYouMean } from "../messages/suggest";
import type { Acceptance, Roster } from "../roster/roster";
import { type AuditFinding, inOrder } from "./finding";

/** What an audit finds in the roster itself, on any warehouse: rule → what it finds. */
export const ROSTER_RULES: Readonly<Record<string, string>> = {
  "accepts-nothing": "an entry of the roster's `audit` accepts nothing that is found",
};

/** A finding that nobody accepts, or nobody any more. */
export interface OpenFinding extends AuditFinding {
  /** It was accepted, and that is over. */
  readonly expired?: Acceptance;
}

export interface AcceptedFinding extends AuditFinding {
  readonly accepted: Acceptance;
}

/** An audit after the roster's `audit` was held against it. */
export interface Judgement {
  /** What is wrong with the warehouse, the worst first. */
  readonly open: readonly OpenFinding[];
  readonly accepted: readonly AcceptedFinding[];
  /** What is wrong with the roster's `audit`, in the order of the file. */
  readonly unused: readonly AuditFinding[];
}

/**
 * Tells what is accepted from what is not.
 *
 * @param rules names of the warehouse's rules
 * @param now decides which acceptances are over
 */
export function judge(
  findings: readonly AuditFinding[],
  { audit }: Roster,
  rules: readonly string[],
  now: Date,
): Judgement {
  const today = now.toISOString().slice(0, 10);
  const open: OpenFinding[] = [];
  const accepted: AcceptedFinding[] = [];
  for (const finding of inOrder(findings)) {
    const fitting = audit.filter((acceptance) => accepts(acceptance, finding));
    const holds = fitting.find(({ until }) => today < until);
    const [expired] = fitting;
    if (holds) accepted.push({ ...finding, accepted: holds });
    else open.push(expired ? { ...finding, expired } : finding);
  }
  const unused = audit
    .filter((acceptance) => !findings.some((finding) => accepts(acceptance, finding)))
    .map((acceptance) => acceptsNothing(acceptance, rules));
  return { open, accepted, unused };
}

/** Everything that the audit has to say, the worst first. */
export function toTell({ open, unused }: Judgement): OpenFinding[] {
  return inOrder([...open, ...unused]);
}

/** The rule is the finding's, and every pattern fits one of its names. */
function accepts({ rule, of }: Acceptance, finding: AuditFinding): boolean {
  if (rule !== finding.rule) return false;
  const names = namesOf(finding);
  return of.every((pattern) => names.some((name) => fits(name, pattern)));
}

/** The names in backticks, and each hop of the path. */
function namesOf({ what, path }: AuditFinding): string[] {
  const said = [...what.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  return [...said, ...path.split(" ← ")];
}

function acceptsNothing({ rule, of, path }: Acceptance, rules: readonly string[]): AuditFinding {
  const known = rules.includes(rule);
  const what = `${quote(rule)} is accepted of ${of.map(quote).join(", ")}, and ${known ? "there is none" : "there is no such rule"}`;
  const { help = "remove the entry" } = known ? {} : didYouMean(rule, rules);
  return { rule: "accepts-nothing", severity: "low", what, path: "", because: path, mend: [], otherwise: help };
}
