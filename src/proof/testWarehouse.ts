import type { AccessPaths } from "../access/paths";
import type { AccessPlan, Identity } from "../access/plan";
import type { Applied, Target } from "../rehearsal/engines/engine";
import type { Probes, ProvenSchema } from "./probes";
import type { Representation } from "./representatives";
import type { Outcome, Statement } from "./statement";
import type { Verdict } from "./verdict";

/** Whether it was made before the program was applied, or after it. */
export type FixtureTime = "before" | "after";

/** A throw-away warehouse. */
export interface TestServer {
  /** What it is: `PostgreSQL 18.4`. */
  readonly title: string;
  /** Who deploys to it: `a managed admin`. */
  readonly account: string;
  /** How the program is applied to it. */
  readonly target: Target;
  /** A temporary directory that goes with it. */
  readonly directory: string;
  /** Makes the warehouse as found: schemas that are there before the program, with things in them. */
  layOut(plan: AccessPlan): Promise<unknown>;
  /** The warehouse after an apply. */
  testWarehouseOf(paths: AccessPaths, outputs: Applied["outputs"]): TestWarehouse;
  stop(): Promise<void>;
}

/** A session that tries statements, each on the state before the first. */
export interface ProbeSession {
  /** What came of each; they are on their way together where the protocol lets them be. */
  attemptAll(statements: readonly Statement[]): Promise<readonly Outcome[]>;
  end(): Promise<void>;
}

/** The warehouse after an apply, with doors for everybody in the roster. */
export interface TestWarehouse {
  readonly paths: AccessPaths;
  /** Logs in over TCP as an identity of the roster, with its own credentials. */
  enter(identity: string): Promise<ProbeSession>;
  /** Logs in as somebody who may do everything, for positive controls. */
  enterAsAdmin(): Promise<ProbeSession>;
  /** Whether it was refused for want of a permission, and for nothing else. */
  isDenial(outcome: Outcome): boolean;
  /** What every identity tries. */
  probesOf(schemas: readonly ProvenSchema[], representation?: Representation): ReadonlyMap<string, Probes>;
  /** More statements than this take too long, and representatives try for many. */
  readonly mostStatements: number;
  /** Gives every owner what lies in their schemas, as `one-env adopt` does. */
  adopt(): Promise<void>;
  /** Which fixtures lie in which schema. */
  fixtureTimesOf(): Promise<ReadonlyMap<string, readonly FixtureTime[]>>;
  /**
   * Makes one object of each kind in each of the schemas, as their owner in one session.
   *
   * @returns what came of it, schema by schema
   */
  fill(schemas: readonly string[], owner: string, time: FixtureTime): Promise<readonly Outcome[]>;
  /** Opens a run's schemas as a CI service, fills them and returns their names. */
  openRun(service: string, run: string): Promise<readonly string[]>;
  proveLimits(): Promise<Verdict>;
  /** @param runs the run that each CI service has open */
  attack(runs: ReadonlyMap<string, string>, onProgress: (attack: string) => void): Promise<Verdict>;
  /** Watches those who are about to leave; what it returns proves, after the change, that they are out. */
  watch(leaving: readonly Identity[]): Promise<() => Promise<Verdict>>;
}
