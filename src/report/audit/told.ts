/** What every form of an audit's report says alike. */
import type { Judgement, OpenFinding } from "../../audit/accept";
import { type AuditFinding, SEVERITIES } from "../../audit/finding";
import { groupBy } from "../../collections";
import { formatPosition, locate, type Roster } from "../../roster/roster";

/** An audit, and the roster that the warehouse was held against. */
export interface Audited {
  readonly roster: Roster;
  readonly judgement: Judgement;
  /** All that there is to tell, the worst first. */
  readonly findings: readonly OpenFinding[];
  readonly now: Date;
}

/** `3 findings: 1 critical, 2 low`, or that there are none. */
export function verdict(findings: readonly AuditFinding[]): string {
  if (findings.length === 0) return "the warehouse is as the roster says";
  const bySeverity = groupBy(findings, ({ severity }) => severity);
  const counts = SEVERITIES.flatMap((severity) => {
    const { length } = bySeverity.get(severity) ?? [];
    return length === 0 ? [] : [`${length} ${severity}`];
  });
  return `${count(findings.length, "finding")}: ${counts.join(", ")}`;
}

/** `2 accepted until 2027-01-01`, a line for each date. */
export function acceptedUntil({ accepted }: Judgement): string[] {
  return [...groupBy(accepted, ({ accepted: { until } }) => until)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([until, { length }]) => `${length} accepted until ${until}`);
}

/** `team.yaml:12:5`: the line of the entry that a finding contradicts. */
export function lineOf(roster: Roster, { because }: AuditFinding): string | undefined {
  return because === undefined ? undefined : formatPosition(locate(roster, because));
}

/** How a finding's statements are to be executed, where that is not by the admin and at once. */
export function conditionsOf({ by, destroys }: AuditFinding): string[] {
  return [...(by === undefined ? [] : [`by ${by}`]), ...(destroys ? ["destroys what nothing brings back"] : [])];
}

/** A statement in one line: bodies of functions are for the script. */
export function abridge(statement: string): string {
  const [first = "", ...rest] = statement.split("\n");
  return rest.length === 0 ? `${first};` : `${first} …`;
}

export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
