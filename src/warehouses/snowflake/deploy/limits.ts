import type { AccessPlan, Identity } from "../../../access/plan";
import type { Duty } from "../../../roster/roster";

/** The largest STATEMENT_TIMEOUT_IN_SECONDS: seven days ("Parameters"). */
export const MAX_TIMEOUT = 604_800;

/**
 * STATEMENT_TIMEOUT_IN_SECONDS of a duty's warehouse: the longest of those who use it; none if one of them has none. The
 * lower of the warehouse's and the session's counts, and the warehouse's is out of the session's reach ("Parameters").
 */
export function warehouseTimeout({ identities }: AccessPlan, duty: Duty): number | undefined {
  const timeouts = identities.filter((identity) => identity.duty === duty).map(({ limits }) => limits.statementTimeout);
  const finite = timeouts.filter((timeout) => timeout !== undefined);
  return finite.length === timeouts.length && finite.length > 0 ? seconds(Math.max(...finite)) : undefined;
}

/** The same parameter of somebody whose limit is shorter than the warehouse's; the session may change it. */
export function userTimeout(plan: AccessPlan, { duty, limits }: Identity): number | undefined {
  if (limits.statementTimeout === undefined) return undefined;
  const own = seconds(limits.statementTimeout);
  return own === warehouseTimeout(plan, duty) ? undefined : own;
}

/** 0 would stand for the largest. */
function seconds(milliseconds: number): number {
  return Math.min(Math.max(1, Math.ceil(milliseconds / 1000)), MAX_TIMEOUT);
}
