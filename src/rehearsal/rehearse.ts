import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { checkAccess } from "../access/check";
import type { AccessPaths } from "../access/paths";
import { loadRoster } from "../roster/load";
import { BadInput } from "../roster/problem";
import type { Roster } from "../roster/roster";
import { as } from "./attacks/attack";
import { attack } from "./attacks/corpus";
import { type Cluster, startCluster } from "./cluster";
import { type Applied, type Changes, type Engine, isUnchanged } from "./engine";
import { layOutWarehouse } from "./fixtures";
import { proveLimits } from "./limits";
import { proveOffboarding, watchLeavers } from "./offboarding";
import { probesOf } from "./probes";
import { type ProbeResult, prove } from "./prove";
import { startEngine } from "./pulumiEngine";
import { adoptAll, fieldOf, furnish, type Stage, stageOf } from "./stage";
import { addVerdicts, NOTHING_PROVEN, type Verdict } from "./verdict";

export interface RehearsalOptions {
  /** Path of the roster. */
  readonly team: string;
  /** Path of the roster before the change; applied first. */
  readonly base?: string;
  /** Kind of account that deploys; `managed` has CREATEROLE and owns the database, but is no superuser. */
  readonly admin: "managed" | "superuser";
  /** Called with a line about what happens next. */
  readonly onProgress: (line: string) => void;
  /** Changes the warehouse by hand between the apply and the proof: how tests show that the proof can fail. */
  readonly sabotage?: (superuser: Client) => Promise<void>;
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
  const after = checked(team);
  const before = base === undefined ? undefined : checked(base);
  onProgress("starting a throw-away PostgreSQL");
  const cluster = await startCluster({ admin });
  try {
    const engine = await startEngine(targetOf(cluster, admin));
    try {
      onProgress(`PostgreSQL ${cluster.version}, engine: ${engine.name}, deploying as a ${admin} admin`);
      const proven = await run({ ...options, cluster, engine }, after.paths, before?.paths);
      return { ...after, ...proven, engine: engine.name, version: cluster.version };
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

  await as(cluster.connect(cluster.admin), (client) => layOutWarehouse(client, (before ?? after).plan));
  const leaving =
    before && run.base !== undefined ? await applyBase(await apply(run.base, run.base, before), after) : undefined;
  const stage = await apply(run.team, run.team, after);
  await adoptAll(stage);
  await as(stage.doors.superuser(), async (superuser) => run.sabotage?.(superuser));

  const { schemas, runs } = await furnish(stage, "created");
  const { verdict, results } = await prove(probesOf(after, schemas), stage.doors, (who, count) =>
    onProgress(`${who}: ${count} statements`),
  );
  onProgress("limits");
  const limits = await proveLimits(after.plan.identities, stage.doors);
  const offboarding = leaving ? await proveOffboarding(leaving, stage.doors) : NOTHING_PROVEN;
  const attacks = await attack(fieldOf(stage, runs), (name) => onProgress(`attack: ${name}`));
  await apply("again", run.team, after);
  return { steps, results, verdict: addVerdicts(verdict, limits, offboarding, attacks, unchanged(steps)) };
}

/** The base roster's people make things before the change; those who will leave are watched. */
async function applyBase(stage: Stage, after: AccessPaths) {
  await adoptAll(stage);
  await furnish(stage, "existing");
  const leavers = stage.paths.plan.identities.filter(({ name }) => !after.identities.has(name));
  return watchLeavers(leavers, stage);
}

function checked(team: string): { roster: Roster; paths: AccessPaths } {
  const roster = loadRoster(team);
  const { paths, problems } = checkAccess(roster, new Date());
  if (problems.some(({ severity }) => severity === "error")) throw new BadInput(problems);
  return { roster, paths };
}

function targetOf(cluster: Cluster, admin: RehearsalOptions["admin"]) {
  return {
    settings: { database: cluster.database, passwordSeed: randomBytes(32).toString("base64") },
    connection: {
      host: cluster.host,
      port: cluster.port,
      username: cluster.admin.user,
      password: cluster.admin.password,
      sslmode: "disable" as const,
      superuser: admin === "superuser",
      connectTimeout: 30,
    },
  };
}

/** The last apply repeats the one before it and must find nothing to do. */
function unchanged(steps: readonly Step[]): Verdict {
  const last = steps.at(-1);
  if (!last || isUnchanged(last.changes)) return NOTHING_PROVEN;
  const { created, updated, replaced, deleted } = last.changes;
  const got = [...created, ...updated, ...replaced, ...deleted].join(", ");
  return {
    ...NOTHING_PROVEN,
    faults: [{ subject: "a second apply", expected: "no changes", got, sql: "", reasons: [] }],
  };
}
