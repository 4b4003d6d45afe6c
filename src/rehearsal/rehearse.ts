import type { AccessPaths } from "../access/paths";
import type { LoadedAccess } from "../load/loadAccess";
import { createFixtures } from "../proof/createFixtures";
import { proveLimits } from "../proof/limits";
import { type LevelChange, levelChanges, measuredLevels, plannedLevels } from "../proof/measured";
import { watchLeavers } from "../proof/offboarding";
import { type Proof, prove } from "../proof/prove";
import type { Representation } from "../proof/representatives";
import type { Measured } from "../proof/tally";
import type { TestServer, TestWarehouse } from "../proof/testWarehouse";
import { addVerdicts, faulty, NOTHING_PROVEN, type Verdict } from "../proof/verdict";
import type { Roster } from "../roster/roster";
import type { OwnOptions } from "../warehouses/options";
import type { Warehouse } from "../warehouses/warehouse";
import { type Applied, type Changes, type Engine, isUnchanged } from "./engines/engine";
import { startEngine } from "./engines/pulumiEngine";

export interface RehearsalOptions {
  readonly warehouse: Warehouse;
  /** The options that only this warehouse has. */
  readonly own: OwnOptions;
  /** What is applied and proven, as it was read once. */
  readonly access: LoadedAccess;
  /** The roster before the change, at the same moment; applied first. */
  readonly base?: LoadedAccess;
  /** Has everybody try everything, in the largest team too. */
  readonly exhaustive?: boolean;
  /** Called with a line about what happens next. */
  readonly onProgress: (line: string) => void;
}

/** One apply and what it changed. */
export interface RehearsalStep {
  readonly label: string;
  readonly changes: Changes;
}

export interface Rehearsal {
  readonly roster: Roster;
  readonly paths: AccessPaths;
  readonly steps: readonly RehearsalStep[];
  /** What came of the statements that everybody tried, added up. */
  readonly measured: Measured;
  /** Where not everybody tried everything: who was tried for whom. */
  readonly representation?: Representation;
  /** With a base: how everybody's access changed, as execution before and after the change showed. */
  readonly changes?: readonly LevelChange[];
  readonly verdict: Verdict;
  readonly engine: Engine["name"];
  /** What was rehearsed on, with its version. */
  readonly warehouse: string;
}

/**
 * Applies the real program to a throw-away warehouse and proves every permission by executing it. Leaves nothing
 * behind, whatever happens.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { access, base, warehouse, own, onProgress } = options;
  onProgress(`starting ${warehouse.throwaway}`);
  const identities = [access, base].flatMap((each) => [...(each?.paths.identities.keys() ?? [])]);
  const testServer = await warehouse.startTestServer(identities, own);
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

async function run({ access, base, testServer, engine, ...options }: Run) {
  const { onProgress } = options;
  const steps: RehearsalStep[] = [];
  const apply = async (access: LoadedAccess, label = access.roster.file): Promise<TestWarehouse> => {
    onProgress(`applying ${label}`);
    const { changes, outputs }: Applied = await engine.apply(access);
    steps.push({ label, changes });
    return testServer.testWarehouseOf(access.paths, outputs.credentials);
  };

  onProgress("laying out the warehouse as found");
  await testServer.layOut((base ?? access).paths.plan);
  const before = base && (await examineBase(await apply(base), access.paths, options));
  const testWarehouse = await apply(access);
  onProgress("adopting what lies in the schemas");
  await testWarehouse.adopt();
  const proof = await examine(testWarehouse, options);
  const representation = proof.representation ?? before?.representation;
  const change = before && (await examineChange(before, proof, testWarehouse));
  await apply(access, "again");
  return {
    steps,
    measured: proof.measured,
    ...(representation ? { representation } : {}),
    ...(change ? { changes: change.changes } : {}),
    verdict: addVerdicts([...[before, proof, change].flatMap((part) => part?.verdict ?? []), unchanged(steps)]),
  };
}

type ExamineOptions = Pick<RehearsalOptions, "onProgress" | "exhaustive">;

/** Everything that is proven about a warehouse after an apply: every permission, every limit, every attack. */
export async function examine(testWarehouse: TestWarehouse, options: ExamineOptions): Promise<Proof> {
  const { onProgress } = options;
  onProgress("filling schemas");
  const fixtures = await createFixtures(testWarehouse, "after");
  const proof = await prove(testWarehouse, fixtures.schemas, options);
  onProgress("limits");
  const limits = await proveLimits(testWarehouse);
  const attacks = await testWarehouse.attack(fixtures.runs, (name) => onProgress(`attack: ${name}`));
  return { ...proof, verdict: addVerdicts([fixtures.verdict, proof.verdict, limits, attacks]) };
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
  options: ExamineOptions,
): Promise<BaseProof> {
  const { paths } = testWarehouse;
  const fixtures = await createFixtures(testWarehouse, "before");
  // After the fixtures, before access is measured: it also lets production's readers execute its functions.
  await testWarehouse.adopt();
  options.onProgress("measuring access before the change");
  const proof = await prove(testWarehouse, fixtures.schemas, options);
  const leaving = paths.plan.identities.filter(({ name }) => !after.identities.has(name));
  const proveOffboarding = await watchLeavers(testWarehouse, leaving);
  return { ...proof, verdict: addVerdicts([fixtures.verdict, proof.verdict]), paths, proveOffboarding };
}

/** Proves that who left is out, and that access changed as the two plans differ and in no other way. */
async function examineChange(base: BaseProof, proof: Proof, { paths }: TestWarehouse) {
  const changes = levelChanges(measuredLevels(base), measuredLevels(proof));
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
function unchanged(steps: readonly RehearsalStep[]): Verdict {
  const last = steps.at(-1);
  if (!last || isUnchanged(last.changes)) return NOTHING_PROVEN;
  const { created, updated, replaced, deleted } = last.changes;
  const got = [...created, ...updated, ...replaced, ...deleted].join(", ");
  return faulty({ subject: "a second apply", expected: "no changes", got });
}
