/** Who of a warehouse's sessions is beyond the roster's limits, on any warehouse, and what comes of ending them. */
import type { Duty } from "../roster/roster";

/** What a session can do too long: the limits of the roster, and two that `one-env guard` is given. */
export const RAILS = ["statement", "idle-in-transaction", "blocks-production", "old-snapshot"] as const;
export type Rail = (typeof RAILS)[number];

/** A limit that a session is beyond; both in milliseconds. */
export interface Overstep {
  readonly rail: Rail;
  readonly lasts: number;
  readonly limit: number;
}

/** A session of a developer, a CI service or a reader that is beyond a limit. */
export interface Offender {
  /** The warehouse's number for it. */
  readonly session: number;
  readonly who: string;
  readonly duty: Exclude<Duty, "prod">;
  /** One or more, in the order of {@link RAILS}. */
  readonly beyond: readonly Overstep[];
  /** Prod services that wait for it, by name. */
  readonly blocks: readonly string[];
  /** Tells it from others that have the number later, and from what it does afterwards. */
  readonly since: string;
}

/** What came of ending a session. */
export type Outcome =
  | { readonly kind: "ended" }
  /** It has gone on or away by itself meanwhile. */
  | { readonly kind: "over" }
  /** @see who could: names of logins. */
  | { readonly kind: "refused"; readonly reason: string; readonly able: readonly string[] };

/** What the roster has no limit for, in milliseconds. */
export interface Patience {
  /** How long production may wait for a session. */
  readonly blocking: number;
  /** How long a transaction may keep what is deleted from being cleaned up; a longer statement limit goes before it. */
  readonly snapshot: number;
}

/** What a guard has seen. */
export interface Look {
  /** By name, then by session. */
  readonly offenders: readonly Offender[];
  /** Logins of whose sessions it may see no more than whether production waits for them. */
  readonly unseen: readonly string[];
}

/** A session of whoever looks after the limits. */
export interface Guard {
  look(): Promise<Look>;
  /** Ends a session that the last look has found. */
  end(offender: Offender): Promise<Outcome>;
  /** What the guard has to be given in order to see everybody, for people. */
  readonly toSee: string;
}
