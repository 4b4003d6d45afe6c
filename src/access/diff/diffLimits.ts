import { DUTIES, type Duty, type Limits, type RosterPath } from "../../roster/roster";
import type { DatedAccess } from "../dated";
import { dutyLimits } from "../derive";
import type { Identity } from "../plan";
import type { AccessChange, Cause } from "./change";
import { aboutIdentity } from "./status";

/** The name of each limit in the roster. */
export const LIMIT_KEYS = {
  statementTimeout: "statement_timeout",
  idleInTransaction: "idle_in_transaction",
  connections: "connections",
  schemaTtl: "schema_ttl",
  runs: "runs",
} as const satisfies Record<keyof Limits, string>;

const LIMITS = Object.keys(LIMIT_KEYS) as (keyof Limits)[];

/** Limits of duties, and of single identities where it is not their duty's that changes. */
export function diffLimits(before: DatedAccess, after: DatedAccess): AccessChange[] {
  const staying = after.paths.plan.identities.flatMap((is) => {
    const was = before.paths.identities.get(is.name);
    return was ? [{ was, is }] : [];
  });
  return [
    ...DUTIES.flatMap((duty) => ofDuty(duty, before, after, staying)),
    ...staying.flatMap((pair) => ofIdentity(pair, before, after)),
  ];
}

interface Pair {
  readonly was: Identity;
  readonly is: Identity;
}

function ofDuty(duty: Duty, before: DatedAccess, after: DatedAccess, staying: readonly Pair[]): AccessChange[] {
  const were = dutyLimits(before.roster, duty);
  const are = dutyLimits(after.roster, duty);
  return LIMITS.filter((limit) => were[limit] !== are[limit]).map((limit) => ({
    ...changeOf(limit, were[limit], are[limit], causeOf(limit, are[limit], `limits.${duty}`, `limits.${duty}`, after)),
    who: staying.filter((pair) => pair.is.duty === duty && changes(pair, limit)).map(({ is }) => is.name),
    subject: { kind: "duty", name: duty },
  }));
}

/** What changes for an identity because its own entry does: other overrides, or another duty. */
function ofIdentity(pair: Pair, before: DatedAccess, after: DatedAccess): AccessChange[] {
  const { was, is } = pair;
  const isMoved = was.duty !== is.duty;
  const ownBefore = dutyLimits(before.roster, is.duty);
  const ownAfter = dutyLimits(after.roster, is.duty);
  return (
    LIMITS.filter((limit) => changes(pair, limit))
      // The duty's own change says it already when both limits are the duty's.
      .filter((limit) => isMoved || was.limits[limit] !== ownBefore[limit] || is.limits[limit] !== ownAfter[limit])
      .map((limit) => ({
        ...changeOf(
          limit,
          was.limits[limit],
          is.limits[limit],
          causeOf(limit, is.limits[limit], `${was.because}.limits`, `${is.because}.limits`, after),
        ),
        who: [is.name],
        subject: aboutIdentity(is.name),
      }))
  );
}

function changes({ was, is }: Pair, limit: keyof Limits): boolean {
  return was.limits[limit] !== is.limits[limit];
}

/** Where it says so: a limit that is gone may have been taken away by `none`, or its line may be gone too. */
function causeOf(
  limit: keyof Limits,
  value: number | undefined,
  pathBefore: RosterPath,
  pathAfter: RosterPath,
  after: DatedAccess,
): Cause {
  const path = `${pathAfter}.${LIMIT_KEYS[limit]}`;
  if (value === undefined && !after.roster.positions.has(path))
    return { side: "before", path: `${pathBefore}.${LIMIT_KEYS[limit]}` };
  return { side: "after", path };
}

function changeOf(limit: keyof Limits, before: number | undefined, after: number | undefined, because: Cause) {
  const isRemoved = after === undefined;
  const isWider = isRemoved || (before !== undefined && after > before);
  return {
    kind: "limit",
    limit,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    risk: isWider ? "safeguard" : "ordinary",
    direction: isWider ? "wider" : "narrower",
    warning: isRemoved,
    because,
  } as const;
}
