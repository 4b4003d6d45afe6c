/** Parts of sentences and statements. */
import type { AuditFinding, Severity } from "../../../audit/finding";
import { LEFT } from "../../../names";
import type { Mend } from "./mend";
import type { Rule } from "./rules";

/** A finding of one of the rules. */
export function found(
  rule: Rule,
  severity: Severity,
  what: string,
  path: string,
  mend: Mend,
  rest: Pick<AuditFinding, "otherwise" | "destroys"> & { because?: string | undefined } = {},
): AuditFinding {
  const { because, ...others } = rest;
  return { rule, severity, what, path, ...mend, ...others, ...(because === undefined ? {} : { because }) };
}

/** `` `prod.orders` `` or `` 7 tables in `prod` ``. */
export function thingsText(kind: string, names: readonly string[], schema: string): string {
  const [name = ""] = names;
  return names.length === 1 ? `${kind} \`${name}\`` : `${names.length} ${kind}s in \`${schema}\``;
}

/** The first of some names, and how many more. */
export function abridged(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}

/** A role that keeps what somebody left. */
export function isLeft(role: string): boolean {
  return role.startsWith(LEFT);
}
