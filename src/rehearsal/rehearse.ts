import type { AccessPaths } from "../access/paths";
import type { LoadedAccess } from "../load/loadAccess";
import { createFixtures } from "../proof/createFixtures";
import { proveLimits } from "../proof/limits";
import { type LevelChange, levelChanges, measuredLevels, plannedLevels } from "../proof/measured";
import { watchLeavers } from "../proof/offboarding";
import { type Proof, prove } from "../proof/prove";
import type { Measured } from "../proof/tally";
import type { TestServer, TestWarehouse } from "../proof/testWarehouse";
import { addVerdicts, faulty, NOTHING_PROVEN, type Verdict } from "../proof/verdict";
import type { Roster } from "../roster/roster";
import { type Applied, type Changes, type Engine, isUnchanged } from "./engines/engine";
import { startEngine } from "./engines/pulumiEngine";
import { startTestServer, type TestServerOptions } from "./testServer";

export interface RehearsalOptions extends TestServerOptions {
  /** What is applied and proven, as it was read once. */
  readonly access: LoadedAccess;
  /** The roster before the change, at the same moment; applied first. */
  readonly base?: LoadedAccess;
  /** Called with a line about what happens next. */
  readonly onProgress: (line: string) => void;
}

/** One apply and what it changed. */
export interface Step {
  readonly label: string;
  readonly changes: Changes;
}

export interface Rehearsal {
  readonly roster: Roster;
  readonly paths: AccessPaths;
  readonly steps: readonly Step[];
  /** What came of the statements that everybody tried, added up. */
  readonly measured: Measured;
  /** With a base: how everybody's access changed, as execution before and after the change showed. */
  readonly changes?: readonly LevelChange[];
  readonly verdict: Verdict;
  readonly engine: Engine["name"];
  /** What was rehearsed on: `PostgreSQL 18.4`. */
  readonly warehouse: string;
}

const BEFORE_ITS_START = { postgresql: "a throw-away PostgreSQL", snowflake: "an emulator of Snowflake" } as const;

/**
 * Applies the real program to a throw-away warehouse and proves every permission by executing it. Leaves nothing
 * behind, whatever happens.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { access, base, warehouse, onProgress } = options;
  onProgress(`starting ${BEFORE_ITS_START[warehouse]}`);
  const identities = [access, base].flatMap((each) => [...(each?.paths.identities.keys() ?? [])]);
  const testServer = await startTestServer(options, identities);
  try {
    const engine = await startEngine(testServer.target);
    try {
      onProgress(`${testServer.title}, engine: ${engine.name}, deploying as ${testServer.account}`);
      const proven = await run({ ...options, testServer, engine });
      const { roster, paths } = access;
      return { roster, paths, ...proven, engine: engine.name, warehouse: testServer.title };
    } finally {
      await engine.close();
    }
  } finally {
    await testServer.stop();
  }
}

interface Run extends RehearsalOptions {
  readonly testServer: TestServer;
  readonly engine: Engine;
}

async function run({ access, base, testServer, engine, onProgress }: Run) {
  const steps: Step[] = [];
  const apply = async (access: LoadedAccess, label = access.roster.file): Promise<TestWarehouse> => {
    onProgress(`applying ${label}`);
    const { changes, outputs }: Applied = await engine.apply(access);
    steps.push({ label, changes });
    return testServer.testWarehouseOf(access.paths, outputs);
  };

  await testServer.layOut((base ?? access).paths.plan);
  const before = base && (await examineBase(await apply(base), access.paths, onProgress));
  const testWarehouse = await apply(access);
  await testWarehouse.adopt();
  const proof = await examine(testWarehouse, onProgress);
  const change = before && (await examineChange(before, proof, testWarehouse));
  await apply(access, "again");
  return {
    steps,
    measured: proof.measured,
    ...(change ? { changes: change.changes } : {}),
    verdict: addVerdicts([...[before, proof, change].flatMap((part) => part?.verdict ?? []), unchanged(steps)]),
  };
}

/** Everything that is proven about a warehouse after an apply: every permission, every limit, every attack. */
export async function examine(testWarehouse: TestWarehouse, onProgress: (line: string) => void): Promise<Proof> {
  const fixtures = await createFixtures(testWarehouse, "after");
  const { verdict, measured } = await prove(testWarehouse, fixtures.schemas, onProgress);
  onProgress("limits");
  const limits = await proveLimits(testWarehouse);
  const attacks = await testWarehouse.attack(fixtures.runs, (name) => onProgress(`attack: ${name}`));
  return { verdict: addVerdicts([fixtures.verdict, verdict, limits, attacks]), measured };
}

/** A proof of the base roster, with those who are about to leave. */
interface BaseProof extends Proof {
  readonly paths: AccessPaths;
  /** Proves that those who left are out. */
  readonly proveOffboarding: () => Promise<Verdict>;
}

/** The base roster's people make things before the change, and their access is measured. */
async function examineBase(
  testWarehouse: TestWarehouse,
  after: AccessPaths,
  onProgress: (line: string) => void,
): Promise<BaseProof> {
  const { paths } = testWarehouse;
  const fixtures = await createFixtures(testWarehouse, "before");
  // Afterwards: it opens production's functions to its readers too.
  await testWarehouse.adopt();
  onProgress("measuring access before the change");
  const { verdict, measured } = await prove(testWarehouse, fixtures.schemas, onProgress);
  const leaving = paths.plan.identities.filter(({ name }) => !after.identities.has(name));
  const proveOffboarding = await watchLeavers(testWarehouse, leaving);
  return { verdict: addVerdicts([fixtures.verdict, verdict]), measured, paths, proveOffboarding };
}

/** Who left is out, and access changed as the plans say and in no other way. */
async function examineChange(base: BaseProof, { measured }: Proof, { paths }: TestWarehouse) {
  const changes = levelChanges(measuredLevels(base.measured), measuredLevels(measured));
  const planned = levelChanges(plannedLevels(base.paths), plannedLevels(paths));
  const offboarding = await base.proveOffboarding();
  return { changes, verdict: addVerdicts([offboarding, compareChanges(changes, planned)]) };
}

function compareChanges(measured: readonly LevelChange[], planned: readonly LevelChange[]): Verdict {
  const lines = (list: readonly LevelChange[]) =>
    new Set(list.map(({ who, schema, before, after }) => `${who} ${schema}: ${before} → ${after}`));
  const [got, expected] = [lines(measured), lines(planned)];
  const unexpected = [...got].filter((line) => !expected.has(line));
  const missing = [...expected].filter((line) => !got.has(line));
  if (unexpected.length + missing.length === 0) return NOTHING_PROVEN;
  return faulty({ subject: "the change of access", expected: missing.join("; "), got: unexpected.join("; ") });
}

/** The last apply repeats the one before it and must find nothing to do. */
function unchanged(steps: readonly Step[]): Verdict {
  const last = steps.at(-1);
  if (!last || isUnchanged(last.changes)) return NOTHING_PROVEN;
  const { created, updated, replaced, deleted } = last.changes;
  const got = [...created, ...updated, ...replaced, ...deleted].join(", ");
  return faulty({ subject: "a second apply", expected: "no changes", got });
}
