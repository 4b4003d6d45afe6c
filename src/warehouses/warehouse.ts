/** What the project asks of a warehouse. Each has an adapter, `src/warehouses/<name>/warehouse.ts`. */
import type { DatedAccess } from "../access/dated";
import type { AccessPlan, Identity } from "../access/plan";
import type { AuditFinding } from "../audit/finding";
import type { Contract } from "../environment/contract";
import type { DoctorFinding } from "../environment/finding";
import type { DbtLogin } from "../environment/profiles";
import type { Guard, Patience } from "../guard/guard";
import type { TestServer } from "../proof/testWarehouse";
import type { StackResource } from "../stack/stackOutputs";
import type { Backend } from "../standin/kind";
import type { Adopter, AdoptionChoice } from "./adoption";
import type { Parsed } from "./config";
import type { CommandWords, OwnOptions, WarehouseCommand } from "./options";

/**
 * A warehouse that rosters can be deployed to. What is not a function is at hand at once, for help texts; every function
 * loads what it takes when it is called, so that a command loads the chosen warehouse's code and driver, and no other's.
 */
export interface Warehouse {
  /** As people write its name. */
  readonly title: string;
  /** What `one-env local` starts of it, with an article. */
  readonly server: string;
  /** What a rehearsal starts of it, with an article. */
  readonly throwaway: string;
  /** What `one-env local stop` leaves of it. */
  readonly leaves: string;
  /** The environment variable that says who logs in. */
  readonly userVariable: string;
  /** Options and help of commands that only it has. */
  readonly commands: Readonly<Partial<Record<WarehouseCommand, CommandWords>>>;

  /** How a stack is configured for it, and deployed. */
  stack(): Promise<StackAdapter>;
  /** `one-env env` and `one-env profiles`. */
  environment(): Promise<EnvironmentAdapter>;
  /**
   * `one-env adopt`: runs `work` in a session of the deploying admin.
   *
   * @throws UserError when there is no way in
   */
  withAdopter<T>(choice: AdoptionChoice, own: OwnOptions, work: (adopter: Adopter) => Promise<T>): Promise<T>;
  /**
   * `one-env audit` and `one-env repair`: runs `work` in a session of the deploying admin. Absent: it cannot be audited.
   *
   * @throws UserError when there is no way in
   */
  withAuditor?<T>(own: OwnOptions, work: (auditor: Auditor) => Promise<T>): Promise<T>;
  /** `one-env ci`. */
  ciClient(own: OwnOptions): Promise<CiClient>;
  /**
   * `one-env doctor`: logs in with somebody's own credentials and tries what the roster allows, and what it does not.
   *
   * @param who who the login should be; default: whoever it is
   */
  diagnose(access: DatedAccess, who: string | undefined, own: OwnOptions): Promise<DoctorFinding[]>;
  /**
   * `one-env guard`: runs `work` in a session that sees who is beyond the limits. Absent: there is no guard for it yet.
   *
   * @throws UserError when there is no way in, or the login may do nothing of this
   */
  withGuard?<T>(
    access: DatedAccess,
    patience: Patience,
    own: OwnOptions,
    work: (guard: Guard) => Promise<T>,
  ): Promise<T>;
  /** `one-env local`. */
  local(): Promise<LocalAdapter>;
  /**
   * Starts a throw-away warehouse to rehearse on.
   *
   * @param identities everybody who will log in
   */
  startTestServer(identities: Iterable<string>, own: OwnOptions): Promise<TestServer>;
  /** What its provider does, for the stand-in engine. */
  standIn(): Promise<Backend<unknown>>;
  /** Every attack of its rehearsal, for docs/access-model.md. */
  attacks(): Promise<readonly NamedAttack[]>;
}

/** How a stack is configured for a warehouse. */
export interface StackAdapter {
  /** Keys of the configuration, in full, that Pulumi must keep encrypted: the stack's file is committed. */
  readonly secretKeys: readonly string[];
  /** The configuration of the stack that is being deployed, checked. */
  read(): Parsed<Stack>;
  /** What a stack that has deployed nothing yet is told besides, where a key is missing. */
  readonly whenNew: string;
  /** The same for a stack that has deployed something: a key that is missing was lost. */
  whenLost(deployed: readonly StackResource[]): string;
}

/** A stack whose configuration is right. */
export interface Stack {
  /** Path of the roster. */
  readonly team: string;
  /**
   * Ends the access of those who leave, asks the warehouse whether the plan can be deployed, and declares it.
   *
   * @returns the secrets to hand out, by identity, in the clear
   * @throws UserError when the warehouse is not fit for it; nothing is declared then
   */
  deploy(plan: AccessPlan, sources: readonly string[]): Promise<Record<string, string>>;
}

/** What plugs an identity in. */
export interface EnvironmentAdapter {
  /** The variables of the identity; its contract's come first. @throws UserError for options that cannot be right */
  variables(identity: Identity, contract: Contract, own: OwnOptions): Promise<EnvironmentVariables>;
  /** Who logs in, in the roster's spelling, as this process' environment says. */
  user(): string | undefined;
  readonly dbtLogin: DbtLogin;
}

/** Environment variables of an identity, in a fixed order. */
export interface EnvironmentVariables {
  readonly variables: Readonly<Record<string, string>>;
  /** Names of those whose value only says where the real one comes from. */
  readonly placeholders: readonly string[];
  /** Values that nobody else may see, as they are. */
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
}

/** A throw-away schema that exists. */
export interface Lease {
  readonly schema: string;
  readonly run: string;
  readonly owner: string;
  readonly opened: Date;
  readonly expires: Date;
}

/** What a CI service may ask the warehouse for; each call logs in anew. Names of schemas are the warehouse's. */
export interface CiClient {
  open(run: string): Promise<string[]>;
  close(run: string): Promise<string[]>;
  /** @param age milliseconds */
  reap(age: number): Promise<string[]>;
  /** What `reap` would take. */
  due(age: number): Promise<string[]>;
  leases(): Promise<Lease[]>;
}

/** A warehouse that stays up on this machine, for the working directory `cwd`. */
export interface LocalAdapter {
  /** Starts it, or finds it running. @returns where it is and how to deploy to it, for people */
  start(cwd: string, own: OwnOptions): Promise<string>;
  /** @returns whether it was running */
  stop(cwd: string, wipe: boolean): Promise<boolean>;
  /** @returns where it is, for people; nothing when it is not running */
  status(cwd: string): Promise<string | undefined>;
}

/** An attack by its name. */
export interface NamedAttack {
  readonly name: string;
  readonly wants: string;
}

/** The live warehouse, as the deploying admin asks it. */
export interface Auditor {
  /** Rule → what it finds, in the order in which findings are mended. */
  readonly rules: Readonly<Record<string, string>>;
  /**
   * Everything in which the warehouse is not as the roster says, at one moment; nothing is changed.
   *
   * @param acceptKeeping logins outside the roster that may connect, as the stack's configuration says
   */
  findings(access: DatedAccess, acceptKeeping: readonly string[]): Promise<AuditFinding[]>;
  /**
   * Executes statements of findings, one after the other: all of them, or none.
   *
   * @returns the one that was refused; nothing is done then
   */
  mend(statements: readonly string[]): Promise<Refused | undefined>;
}

/** A statement, and why the warehouse refused it. */
export interface Refused {
  readonly statement: string;
  readonly reason: string;
}
