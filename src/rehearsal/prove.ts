import type { Client } from "pg";
import { DENIED, NOT_GRANTED, type Outcome, Session } from "./postgresql/session";
import type { Probe } from "./probes";
import { addVerdicts, expectWorks, type Fault, NOTHING_PROVEN, type Verdict } from "./verdict";

/** How the proof reaches the database. */
export interface Doors {
  /** Logs in over TCP as an identity of the roster, with its own password. */
  login(identity: string): Promise<Client>;
  /** The same, with the timeouts that the roster gives. */
  loginAsIs(identity: string): Promise<Client>;
  /** Logs in as the cluster's superuser, for positive controls. */
  superuser(): Promise<Client>;
  /** Logs in as anybody. */
  connect(user: string, password: string): Promise<Client>;
}

/** What a probe gave. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly outcome: Outcome;
}

/** A verdict with the results that led to it. */
export interface Proof {
  readonly verdict: Verdict;
  readonly results: readonly ProbeResult[];
}

/**
 * Executes every probe as its identity and compares with the plan.
 *
 * A denial counts only as SQLSTATE 42501 (or, for a GRANT, as the warning that nothing was granted), and only when the
 * same statement works for somebody else, so that a statement which fails for another reason proves nothing.
 *
 * @param onProgress called before each identity
 */
export async function prove(
  probes: ReadonlyMap<string, readonly Probe[]>,
  doors: Doors,
  onProgress: (identity: string, count: number) => void,
): Promise<Proof> {
  const results: ProbeResult[] = [];
  const logins: Verdict[] = [];
  for (const [identity, own] of probes) {
    onProgress(identity, own.length);
    const login = await expectWorks(`${identity} may log in`, [], () => doors.login(identity));
    logins.push(login.verdict);
    if (login.value) results.push(...(await execute(login.value, own)));
  }
  const worked = new Set(results.filter(({ outcome }) => outcome.allowed).map(({ probe }) => probe.sql));
  const uncontrolled = new Map(
    results.filter(({ probe }) => !probe.expected && !worked.has(probe.sql)).map(({ probe }) => [probe.sql, probe]),
  );
  const controls = await control(await doors.superuser(), [...uncontrolled.values()]);
  return { verdict: addVerdicts(...logins, ...results.map(judge), controls), results };
}

async function execute(client: Client, probes: readonly Probe[]): Promise<ProbeResult[]> {
  try {
    const session = await Session.begin(client);
    const results: ProbeResult[] = [];
    for (const probe of probes) results.push({ probe, outcome: await session.attempt(probe) });
    await session.end();
    return results;
  } finally {
    await client.end();
  }
}

function judge({ probe, outcome }: ProbeResult): Verdict {
  if (probe.expected && outcome.allowed) return { ...NOTHING_PROVEN, allowed: 1 };
  const isDenial = outcome.code === DENIED || (outcome.code === NOT_GRANTED && probe.effect !== undefined);
  if (!probe.expected && isDenial) return { ...NOTHING_PROVEN, denied: 1 };
  return { ...NOTHING_PROVEN, faults: [faultOf(probe, outcome)] };
}

/** Statements that nobody of the roster may execute must still work for the superuser. */
async function control(superuser: Client, probes: readonly Probe[]): Promise<Verdict> {
  const outcomes = await execute(superuser, probes);
  const faults = outcomes
    .filter(({ outcome }) => !outcome.allowed)
    .map(({ probe, outcome }) => ({
      ...faultOf(probe, outcome),
      expected: "that it works for the superuser (positive control)",
    }));
  return { ...NOTHING_PROVEN, faults };
}

function faultOf({ who, action, target, expected, sql, reasons }: Probe, { allowed, code, message }: Outcome): Fault {
  return {
    subject: `${who} may ${action} ${target}`,
    expected: expected ? "ALLOWED" : "DENIED",
    got: allowed ? "ALLOWED" : `${code}: ${message}`,
    sql,
    reasons,
  };
}
