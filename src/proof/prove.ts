import type { Probe, ProvenSchema } from "./probes";
import { describeOutcome, type Outcome } from "./statement";
import type { ProbeSession, TestWarehouse } from "./testWarehouse";
import { addVerdicts, expectWorks, type Fault, NOTHING_PROVEN, type Verdict } from "./verdict";

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
 * A denial counts only when the warehouse refuses for want of a permission, and only when the same statement works for
 * somebody else, so that a statement which fails for another reason proves nothing.
 *
 * @param onProgress called before each identity
 */
export async function prove(
  testWarehouse: TestWarehouse,
  schemas: readonly ProvenSchema[],
  onProgress: (identity: string, count: number) => void,
): Promise<Proof> {
  const results: ProbeResult[] = [];
  const logins: Verdict[] = [];
  for (const [identity, own] of testWarehouse.probesOf(schemas)) {
    onProgress(identity, own.length);
    const login = await expectWorks(`${identity} may log in`, [], () => testWarehouse.enter(identity));
    logins.push(login.verdict);
    if (login.value) results.push(...(await execute(login.value, own)));
  }
  const worked = new Set(results.filter(({ outcome }) => outcome.allowed).map(({ probe }) => probe.sql));
  const uncontrolled = new Map(
    results.filter(({ probe }) => !probe.expected && !worked.has(probe.sql)).map(({ probe }) => [probe.sql, probe]),
  );
  const controls = await control(await testWarehouse.enterAsAdmin(), [...uncontrolled.values()]);
  const judged = results.map((result) => judge(result, testWarehouse));
  return { verdict: addVerdicts(...logins, ...judged, controls), results };
}

async function execute(session: ProbeSession, probes: readonly Probe[]): Promise<ProbeResult[]> {
  try {
    const results: ProbeResult[] = [];
    for (const probe of probes) results.push({ probe, outcome: await session.attempt(probe) });
    return results;
  } finally {
    await session.end();
  }
}

function judge({ probe, outcome }: ProbeResult, testWarehouse: TestWarehouse): Verdict {
  if (probe.expected && outcome.allowed) return { ...NOTHING_PROVEN, allowed: 1 };
  if (!probe.expected && testWarehouse.isDenial(outcome)) return { ...NOTHING_PROVEN, denied: 1 };
  return { ...NOTHING_PROVEN, faults: [faultOf(probe, outcome)] };
}

/** Statements that nobody of the roster may execute must still work for somebody who may do everything. */
async function control(admin: ProbeSession, probes: readonly Probe[]): Promise<Verdict> {
  const outcomes = await execute(admin, probes);
  const faults = outcomes
    .filter(({ outcome }) => !outcome.allowed)
    .map(({ probe, outcome }) => ({
      ...faultOf(probe, outcome),
      expected: "that it works for the admin (positive control)",
    }));
  return { ...NOTHING_PROVEN, faults };
}

function faultOf({ who, action, target, expected, sql, reasons }: Probe, outcome: Outcome): Fault {
  return {
    subject: `${who} may ${action} ${target}`,
    expected: expected ? "ALLOWED" : "DENIED",
    got: describeOutcome(outcome),
    sql,
    reasons,
  };
}
