import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccessPaths } from "../access/paths";
import { loadAccess, parseAccess } from "../loadAccess";
import type { Roster } from "../roster/roster";
import { type Applied, type Changes, type Engine, isUnchanged, targetOf } from "./engine";
import { type LevelChange, levelChanges, measuredLevels, plannedLevels } from "./measured";
import { attack } from "./postgresql/attacks/corpus";
import { type Cluster, startCluster } from "./postgresql/cluster";
import { layOutWarehouse } from "./postgresql/fixtures";
import { proveLimits } from "./postgresql/limits";
import { type Leaver, proveOffboarding, watchLeavers } from "./postgresql/offboarding";
import { as } from "./postgresql/session";
import { adoptAll, fieldOf, furnish, type Stage, stageOf } from "./postgresql/stage";
import { probesOf } from "./probes";
import { type ProbeResult, type Proof, prove } from "./prove";
import { startEngine } from "./pulumiEngine";
import { addVerdicts, faulty, NOTHING_PROVEN, type Verdict } from "./verdict";

export interface RehearsalOptions {
  /** Path of the roster. */
  readonly team: string;
  /** The roster before the change, as text; applied first. */
  readonly base?: { readonly label: string; readonly text: string };
  /** Kind of account that deploys; `managed` has CREATEROLE and owns the database, but is no superuser. */
  readonly admin: "managed" | "superuser";
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
  readonly results: readonly ProbeResult[];
  /** With a base: how everybody's access changed, as execution before and after the change showed. */
  readonly changes?: readonly LevelChange[];
  readonly verdict: Verdict;
  readonly engine: Engine["name"];
  /** PostgreSQL version that was rehearsed on. */
  readonly version: string;
}

/**
 * Applies the real program to a throw-away database and proves every permission by executing it. Leaves nothing
 * behind, whatever happens.
 *
 * @throws BadInput before anything is started
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { team, base, admin, onProgress } = options;
  const now = new Date();
  const after = loadAccess(team, now);
  const before = base && parseAccess(base.text, base.label, now);
  onProgress("starting a throw-away PostgreSQL");
  const cluster = await startCluster({ admin });
  try {
    const engine = await startEngine(targetOf(cluster, admin, randomBytes(32).toString("base64")));
    try {
      onProgress(`PostgreSQL ${cluster.version}, engine: ${engine.name}, deploying as a ${admin} admin`);
      const proven = await run({ ...options, cluster, engine }, after.paths, before?.paths);
      return { roster: after.roster, paths: after.paths, ...proven, engine: engine.name, version: cluster.version };
    } finally {
      await engine.close();
    }
  } finally {
    await cluster.stop();
  }
}

interface Run extends RehearsalOptions {
  readonly cluster: Cluster;
  readonly engine: Engine;
}

async function run(run: Run, after: AccessPaths, before: AccessPaths | undefined) {
  const { cluster, engine, onProgress } = run;
  const steps: Step[] = [];
  const apply = async (label: string, team: string, paths: AccessPaths): Promise<Stage> => {
    onProgress(`applying ${label}`);
    const { changes, outputs }: Applied = await engine.apply(team);
    steps.push({ label, changes });
    return stageOf(cluster, paths, outputs.credentials);
  };

  /** Engines take files; this one goes with the cluster. */
  const applyBase = ({ label, text }: { label: string; text: string }, paths: AccessPaths) => {
    const file = join(cluster.directory, "base.yaml");
    writeFileSync(file, text);
    return apply(label, file, paths);
  };

  await as(cluster.connect(cluster.admin), (client) => layOutWarehouse(client, (before ?? after).plan));
  const base = before && run.base ? await examineBase(await applyBase(run.base, before), after, onProgress) : undefined;
  const stage = await apply(run.team, run.team, after);
  await adoptAll(stage);
  const proof = await examine(stage, onProgress);
  const change = base ? await examineChange(base, proof, stage) : undefined;
  await apply("again", run.team, after);
  return {
    steps,
    results: proof.results,
    ...(change ? { changes: change.changes } : {}),
    verdict: addVerdicts(...[base, proof, change].flatMap((part) => part?.verdict ?? []), unchanged(steps)),
  };
}

/** Everything that is proven about a warehouse after an apply: every permission, every limit, every attack. */
export async function examine(stage: Stage, onProgress: (line: string) => void): Promise<Proof> {
  const furnished = await furnish(stage, "created");
  const { verdict, results } = await prove(probesOf(stage.paths, furnished.schemas), stage.doors, (who, count) =>
    onProgress(`${who}: ${count} statements`),
  );
  onProgress("limits");
  const limits = await proveLimits(stage.paths.plan.identities, stage.doors);
  const attacks = await attack(fieldOf(stage, furnished.runs), (name) => onProgress(`attack: ${name}`));
  return { verdict: addVerdicts(furnished.verdict, verdict, limits, attacks), results };
}

/** A proof of the base roster, with those who are about to leave. */
interface BaseProof extends Proof {
  readonly paths: AccessPaths;
  readonly leavers: readonly Leaver[];
}

/** The base roster's people make things before the change, and their access is measured. */
async function examineBase(stage: Stage, after: AccessPaths, onProgress: (line: string) => void): Promise<BaseProof> {
  const { paths, doors } = stage;
  await adoptAll(stage);
  const furnished = await furnish(stage, "existing");
  onProgress("measuring access before the change");
  const { verdict, results } = await prove(probesOf(paths, furnished.schemas), doors, () => {});
  const leaving = paths.plan.identities.filter(({ name }) => !after.identities.has(name));
  const leavers = await watchLeavers(leaving, stage);
  return { verdict: addVerdicts(furnished.verdict, verdict), results, paths, leavers };
}

/** Who left is out, and access changed as the plans say and in no other way. */
async function examineChange(base: BaseProof, { results }: Proof, { paths, doors }: Stage) {
  const changes = levelChanges(measuredLevels(base.results), measuredLevels(results));
  const planned = levelChanges(plannedLevels(base.paths), plannedLevels(paths));
  const offboarding = await proveOffboarding(base.leavers, doors);
  return { changes, verdict: addVerdicts(offboarding, compareChanges(changes, planned)) };
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
