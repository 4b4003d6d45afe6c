/** What an audit finds: where the live warehouse is not as the roster says. */
import { compareText } from "../collections";
import type { RosterPath } from "../roster/roster";

/** How bad it is, the worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One cause for which the warehouse allows more, or less, than the roster says. */
export interface AuditFinding {
  /** Stable name of what was broken, in kebab-case: `grant-outside-roster`. */
  readonly rule: string;
  readonly severity: Severity;
  /** A sentence without a final period, with names in backticks. */
  readonly what: string;
  /** From who has it to how: `metabase ← reader ← GRANT SELECT ON prod.orders by root`; empty where there is none. */
  readonly path: string;
  /** The roster's entry that it contradicts, such as `sources.stripe`. */
  readonly because?: RosterPath;
  /** Statements that mend it, one after the other, for the deploying admin to execute as they are. */
  readonly mend: readonly string[];
  /** Who has to execute them instead, where the admin may not. */
  readonly by?: string;
  /** The statements take away what nothing brings back. */
  readonly destroys?: true;
  /** What can be done instead. */
  readonly otherwise?: string;
}

/** The worst first; of one severity by rule, then by sentence and path: the same for equal warehouses. */
export function inOrder(findings: readonly AuditFinding[]): AuditFinding[] {
  const rank = ({ severity }: AuditFinding) => SEVERITIES.indexOf(severity);
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) || compareText(a.rule, b.rule) || compareText(a.what, b.what) || compareText(a.path, b.path),
  );
}
