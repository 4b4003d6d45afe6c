import { DUTIES, type Duty, type Limits, type RosterPath } from "../roster/roster";
import type { AccessChange, AccessSide, Cause } from "./change";
import { dutyLimits } from "./derive";
import type { Identity } from "./plan";
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
export function diffLimits(before: AccessSide, after: AccessSide): AccessChange[] {
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

function ofDuty(duty: Duty, before: AccessSide, after: AccessSide, staying: readonly Pair[]): AccessChange[] {
  const were = dutyLimits(before.roster, duty);
  const are = dutyLimits(after.roster, duty);
  return LIMITS.filter((limit) => were[limit] !== are[limit]).map((limit) => ({
    ...changeOf(limit, were[limit], are[limit], `limits.${duty}`, `limits.${duty}`),
    who: staying.filter((pair) => pair.is.duty === duty && changes(pair, limit)).map(({ is }) => is.name),
    subject: { kind: "duty", name: duty },
  }));
}

/** What changes for an identity because its own entry does: other overrides, or another duty. */
function ofIdentity(pair: Pair, before: AccessSide, after: AccessSide): AccessChange[] {
  const { was, is } = pair;
  const isMoved = was.duty !== is.duty;
  const ownBefore = dutyLimits(before.roster, is.duty);
  const ownAfter = dutyLimits(after.roster, is.duty);
  return (
    LIMITS.filter((limit) => changes(pair, limit))
      // The duty's own change says it already when both limits are the duty's.
      .filter((limit) => isMoved || was.limits[limit] !== ownBefore[limit] || is.limits[limit] !== ownAfter[limit])
      .map((limit) => ({
        ...changeOf(limit, was.limits[limit], is.limits[limit], `${was.because}.limits`, `${is.because}.limits`),
        who: [is.name],
        subject: aboutIdentity(is.name),
      }))
  );
}

function changes({ was, is }: Pair, limit: keyof Limits): boolean {
  return was.limits[limit] !== is.limits[limit];
}

function changeOf(
  limit: keyof Limits,
  before: number | undefined,
  after: number | undefined,
  pathBefore: RosterPath,
  pathAfter: RosterPath,
) {
  const isRemoved = after === undefined;
  const isWider = isRemoved || (before !== undefined && after > before);
  const key = LIMIT_KEYS[limit];
  const because: Cause = isRemoved
    ? { side: "before", path: `${pathBefore}.${key}` }
    : { side: "after", path: `${pathAfter}.${key}` };
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
