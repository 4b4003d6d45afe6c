import type { AccessPaths } from "../access/paths";
import type { AccessPlan, Identity } from "../access/plan";
import type { Target } from "../stack/target";
import type { OffboardingDialect } from "./offboardingDialect";
import type { FixtureTime, Probes, ProvenSchema } from "./probes";
import type { Representation } from "./representatives";
import type { RunDialect } from "./runDialect";
import type { TestSession } from "./session";
import type { Outcome, Statement } from "./statement";
import type { Verdict } from "./verdict";

/** A throw-away warehouse. */
export interface TestServer {
  /** What it is, with its version. */
  readonly title: string;
  /** Who deploys to it: `a managed admin`. */
  readonly account: string;
  /** How the program is applied to it. */
  readonly target: Target;
  /** Makes the warehouse as found: schemas that are there before the program, with things in them. */
  layOut(plan: AccessPlan): Promise<unknown>;
  /**
   * The warehouse after an apply.
   *
   * @param credentials identity → password, as the program gave them out
   */
  testWarehouseOf(paths: AccessPaths, credentials: Record<string, string>): TestWarehouse;
  stop(): Promise<void>;
}

/** A session that tries statements, each on the state before the first. */
export interface ProbeSession {
  /** What came of each; they are on their way together where the protocol lets them be. */
  attemptAll(statements: readonly Statement[]): Promise<readonly Outcome[]>;
  end(): Promise<void>;
}

/**
 * The warehouse after an apply, and what the proof needs to know of its kind. What is proven with it, and in what order,
 * is written once, in this folder.
 */
export interface TestWarehouse {
  readonly paths: AccessPaths;
  /** Logs in over TCP as an identity of the roster, with its own credentials. */
  login(identity: string): Promise<TestSession>;
  /** Logs in as somebody who may do everything. */
  loginAsAdmin(): Promise<TestSession>;
  /** Logs in as an identity to try statements. */
  enter(identity: string): Promise<ProbeSession>;
  /** The same as the admin, for positive controls. */
  enterAsAdmin(): Promise<ProbeSession>;
  /** Whether it was refused for want of a permission, and for nothing else. */
  isDenial(outcome: Outcome): boolean;
  /** What every identity tries. */
  probesOf(schemas: readonly ProvenSchema[], representation?: Representation): ReadonlyMap<string, Probes>;
  /** More statements than this take too long, and representatives try for many. */
  readonly mostStatements: number;
  /** Gives every owner what lies in their schemas, as `one-env adopt` does. */
  adopt(): Promise<void>;
  /** The tables in some schemas, as SQL names them. */
  tablesIn(admin: TestSession, schemas: readonly string[]): Promise<readonly string[]>;
  /** Which fixtures lie in which schema. */
  fixtureTimesOf(): Promise<ReadonlyMap<string, readonly FixtureTime[]>>;
  /**
   * Makes one object of each kind in each of the schemas, as their owner in one session.
   *
   * @returns what came of it, schema by schema
   */
  fill(schemas: readonly string[], owner: string, time: FixtureTime): Promise<readonly Outcome[]>;
  readonly runs: RunDialect;
  readonly limits: LimitDialect;
  readonly offboarding: OffboardingDialect;
  /** @param runs the run that each CI service has open */
  attack(runs: ReadonlyMap<string, string>, onProgress: (attack: string) => void): Promise<Verdict>;
}

/** The limits that a warehouse knows besides CI's runs. */
export interface LimitDialect {
  /** Those of an identity. */
  proveOwn(identity: Identity): Promise<Verdict>;
  /** Those that several share. */
  proveShared(): Promise<Verdict>;
}
