/** What holds where the roster says nothing. */

import { DUTIES, type Duty, type Limits } from "./roster";
import { formatDuration } from "./rules/durations";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The limits of whoever has no others. Without them a transaction that somebody forgets stands in production's way for
 * ever, and three developers can take every connection. No statement of production is ended: what it would lose is
 * worth more than what it blocks.
 */
export const DEFAULT_LIMITS: Readonly<Record<Duty, Limits>> = {
  developer: { statementTimeout: 15 * MINUTE, idleInTransaction: 5 * MINUTE, connections: 8 },
  prod: { idleInTransaction: HOUR, connections: 32 },
  ci: { statementTimeout: 30 * MINUTE, idleInTransaction: 5 * MINUTE, connections: 16, schemaTtl: 24 * HOUR, runs: 50 },
  reader: { statementTimeout: 5 * MINUTE, idleInTransaction: MINUTE, connections: 20 },
};

/** `developer` `15min`, `prod` `none`, …: a sentence for people. */
export function describeDefaults(limit: Exclude<keyof Limits, "schemaTtl" | "runs">): string {
  const values = DUTIES.map((duty) => {
    const value = DEFAULT_LIMITS[duty][limit];
    if (value === undefined) return `${duty} \`none\``;
    return `${duty} \`${limit === "connections" ? value : formatDuration(value)}\``;
  });
  return `Default: ${values.join(", ")}.`;
}
