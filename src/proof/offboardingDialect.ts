import type { Identity } from "../access/plan";
import type { TestSession } from "./session";
import type { Verdict } from "./verdict";

/** What a warehouse says and does when somebody is removed. */
export interface OffboardingDialect {
  /** A query that reads a table which the fixtures have put into a schema. */
  readIn(schema: string): string;
  /** What a login that is gone gets to hear. */
  readonly loginRefused: string;
  /** What an open session hears when it is ended. */
  readonly sessionEnded: string;
  /**
   * What is tried in the open session afterwards: its name in a fault, and SQL.
   *
   * @param habits what the leaver could read
   */
  goOn(habits: readonly string[]): readonly { readonly what: string; readonly sql: string }[];
  /** Leaves code behind that does what it is told with its owner's rights. */
  setTrap(victim: TrapPlace): Promise<Trap | undefined>;
}

/** Where a leaver leaves code behind. */
export interface TrapPlace {
  readonly identity: Identity;
  readonly session: TestSession;
  /** A schema of the leaver's own. */
  readonly home: string;
  /** Queries that read in others' schemas. */
  readonly reads: readonly string[];
  /** Who stays. */
  readonly staying: readonly Identity[];
}

/** Tries the code that was left behind; it must do nothing for anybody. */
export type Trap = () => Promise<readonly Verdict[]>;
