import type { Probe, Probes, ProvenSchema } from "./probes";
import { type Representation, representativesOf } from "./representatives";
import { describeOutcome, type Outcome } from "./statement";
import { IdentityTally, type Measured, type Tally } from "./tally";
import type { ProbeSession, TestWarehouse } from "./testWarehouse";
import { addVerdicts, expectWorks, type Fault, NOTHING_PROVEN, type Verdict } from "./verdict";

/** A verdict with what led to it, added up. */
export interface Proof {
  readonly verdict: Verdict;
  readonly measured: Measured;
  /** Who was tried for whom; absent: everybody tried everything. */
  readonly representation?: Representation;
}

export interface ProveOptions {
  /** Called before each identity. */
  readonly onProgress?: (line: string) => void;
  /** Has everybody try everything, however long it takes. */
  readonly exhaustive?: boolean;
}

/** How many statements are on their way at once. */
const BATCH = 500;

/** More faults than this are only counted: whoever opens everything to everybody must not fill the memory too. */
const MOST_FAULTS = 1_000;

/**
 * Executes every probe as its identity and compares with the plan. What came of it is added up at once; no list of
 * statements is kept.
 *
 * A denial counts only when the warehouse refuses for want of a permission, and only when the same statement works for
 * somebody else, so that a statement which fails for another reason proves nothing.
 * Where that would be more than the warehouse can be asked, whoever has the same memberships is represented.
 */
export async function prove(
  testWarehouse: TestWarehouse,
  schemas: readonly ProvenSchema[],
  { onProgress = () => {}, exhaustive = false }: ProveOptions = {},
): Promise<Proof> {
  const { representation, all } = choose(testWarehouse, schemas, exhaustive);
  const verdict = new VerdictBuilder(testWarehouse);
  const measured = new Map<string, ReadonlyMap<string, readonly Tally[]>>();
  const patterns = new Map<string, readonly Tally[]>();
  const logins: Verdict[] = [];
  for (const [who, probes] of all) {
    onProgress(progressOf(who, probes, measured.size + logins.length + 1, all.size));
    const login = await expectWorks(`${who} may log in`, [], () => testWarehouse.enter(who));
    if (!login.value) {
      logins.push(login.verdict);
      continue;
    }
    const tally = new IdentityTally(patterns);
    await execute(login.value, probes, (probe, outcome) =>
      tally.add({ ...probe, outcome, wrong: verdict.judge(probe, outcome) }),
    );
    measured.set(who, tally.close());
  }
  const controls = await control(await testWarehouse.enterAsAdmin(), verdict.uncontrolled());
  return {
    verdict: addVerdicts([...logins, verdict.build(), controls]),
    measured,
    ...(representation ? { representation } : {}),
  };
}

/** What everybody tries, or, where that is too much, what is left when representatives try for others. */
function choose(testWarehouse: TestWarehouse, schemas: readonly ProvenSchema[], exhaustive: boolean) {
  const all = testWarehouse.probesOf(schemas);
  const count = [...all.values()].reduce((sum, probes) => sum + probes.count, 0);
  if (exhaustive || count <= testWarehouse.mostStatements) return { all };
  const representation = representativesOf(testWarehouse.paths);
  return { all: testWarehouse.probesOf(schemas, representation), representation };
}

/** Adds up what is right and wrong, and remembers the refused statements that have not worked for anybody yet. */
class VerdictBuilder {
  private readonly counts = { allowed: 0, denied: 0, furtherFaults: 0 };
  private readonly faults: Fault[] = [];
  private readonly worked = new Set<string>();
  private readonly unproven = new Map<string, Probe>();

  constructor(private readonly testWarehouse: TestWarehouse) {}

  /** @returns whether it came out otherwise than the plan says */
  judge(probe: Probe, outcome: Outcome): boolean {
    const { sql, expected } = probe;
    if (outcome.allowed) {
      this.worked.add(sql);
      this.unproven.delete(sql);
    } else if (!expected && !this.worked.has(sql)) this.unproven.set(sql, probe);
    if (expected && outcome.allowed) this.counts.allowed++;
    else if (!expected && this.testWarehouse.isDenial(outcome)) this.counts.denied++;
    else {
      if (this.faults.length < MOST_FAULTS) this.faults.push(faultOf(probe, outcome));
      else this.counts.furtherFaults++;
      return true;
    }
    return false;
  }

  uncontrolled(): Iterable<Probe> {
    return this.unproven.values();
  }

  build(): Verdict {
    return { ...NOTHING_PROVEN, ...this.counts, faults: this.faults };
  }
}

/** Tries the probes in batches and ends the session. */
async function execute(
  session: ProbeSession,
  probes: Iterable<Probe>,
  onOutcome: (probe: Probe, outcome: Outcome) => void,
): Promise<void> {
  const tryAll = async (batch: readonly Probe[]) => {
    const outcomes = await session.attemptAll(batch);
    for (const [index, outcome] of outcomes.entries()) {
      const probe = batch[index];
      if (probe) onOutcome(probe, outcome);
    }
  };
  try {
    let batch: Probe[] = [];
    for (const probe of probes) {
      if (batch.push(probe) < BATCH) continue;
      await tryAll(batch);
      batch = [];
    }
    await tryAll(batch);
  } finally {
    await session.end();
  }
}

/** Statements that nobody of the roster may execute must still work for somebody who may do everything. */
async function control(admin: ProbeSession, probes: Iterable<Probe>): Promise<Verdict> {
  const expected = "that it works for the admin (positive control)";
  const faults: Fault[] = [];
  let furtherFaults = 0;
  await execute(admin, probes, (probe, outcome) => {
    if (outcome.allowed) return;
    if (faults.length < MOST_FAULTS) faults.push({ ...faultOf(probe, outcome), expected });
    else furtherFaults++;
  });
  return { ...NOTHING_PROVEN, faults, furtherFaults };
}

/** `alice: 964 statements (2 of 6)`. */
function progressOf(who: string, { count }: Probes, turn: number, turns: number): string {
  return `${who}: ${count.toLocaleString("en-US")} statements (${turn} of ${turns})`;
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
