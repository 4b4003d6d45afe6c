/**
 * The roster: `team.yaml` after parsing and validation (docs/roster.md).
 *
 * Everything downstream refers to a roster entry by its {@link RosterPath}, which is built from names and so does not
 * change when lines move; {@link locate} turns it into the line that a person reads.
 */

/** A place in the roster file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Stable name of a roster entry: `developers.alice`, `sources.hr.readers.alice`, `limits.ci.connections`. */
export type RosterPath = string;

/** What an identity is for; a developer is a person. */
export const DUTIES = ["developer", "prod", "ci", "reader"] as const;
export type Duty = (typeof DUTIES)[number];

/** The one thing a service is for. */
export type ServiceDuty = Exclude<Duty, "developer">;

/** Limits against blast radius, as they hold; an absent key means "no limit of ours". */
export interface Limits {
  /** Milliseconds. */
  readonly statementTimeout?: number;
  /** Milliseconds. */
  readonly idleInTransaction?: number;
  /** Concurrent connections. */
  readonly connections?: number;
  /** Milliseconds a CI schema lives before it may be reaped; duty `ci` only. */
  readonly schemaTtl?: number;
  /** Runs that a CI service has open at the same time; duty `ci` only. */
  readonly runs?: number;
}

/** A limit that the roster takes away: the one of the duty, or the default. */
export const NO_LIMIT = "none";

/** What the roster says about limits; where it says nothing, the duty's hold, and then the defaults. */
export type LimitsAsWritten = { readonly [K in keyof Limits]?: NonNullable<Limits[K]> | typeof NO_LIMIT };

/** A data domain; gives one schema per prefix. */
export interface Source {
  readonly name: string;
  /** Restricted source: only these identities (and prod) read it. Absent: every developer and CI. */
  readonly readers?: readonly string[];
}

/** Fields that every identity has. */
interface IdentityFields {
  readonly name: string;
  /** First day (UTC, `YYYY-MM-DD`) without access. */
  readonly expires?: string;
  /** Raise it to get a new password; 1 when absent. */
  readonly rotation: number;
  /** Overrides of the duty's limits. */
  readonly limits: LimitsAsWritten;
}

/** A person. */
export interface Developer extends IdentityFields {
  readonly email?: string;
  /** `team`: teammates may read this developer's schemas. */
  readonly share: "private" | "team";
}

/** A machine identity. */
export interface Service extends IdentityFields {
  readonly duty: ServiceDuty;
  /** Duty `reader` only: the sources it reads. Absent: all unrestricted ones. */
  readonly sources?: readonly string[];
}

/** One claim of an expectation, such as `write prod_*`. */
export interface Claim {
  readonly action: "read" | "write";
  /** Schema name, or a pattern with `*`. */
  readonly target: string;
  readonly path: RosterPath;
}

/** A test that lives in the roster. */
export interface Expectation {
  readonly who: readonly string[];
  readonly can: readonly Claim[];
  readonly cannot: readonly Claim[];
}

/** Findings of an audit that are accepted for a while. */
export interface Acceptance {
  /** The rule that finds them. */
  readonly rule: string;
  /** Names or patterns with `*`; a finding has all of them. */
  readonly of: readonly string[];
  readonly because: string;
  /** First day (UTC, `YYYY-MM-DD`) on which they are findings again. */
  readonly until: string;
  readonly path: RosterPath;
}

/** The parsed, validated `team.yaml`. Lists keep the file's order. */
export interface Roster {
  readonly file: string;
  readonly sources: readonly Source[];
  readonly developers: readonly Developer[];
  readonly services: readonly Service[];
  readonly limits: Readonly<Record<Duty, LimitsAsWritten>>;
  readonly expect: readonly Expectation[];
  readonly audit: readonly Acceptance[];
  readonly positions: ReadonlyMap<RosterPath, Position>;
}

/** The line of a roster entry, or of the nearest entry around it that has one. */
export function locate(roster: Roster, path: RosterPath): Position {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const position = roster.positions.get(at);
    if (position) return position;
  }
  return { file: roster.file, line: 1, col: 1 };
}

/** `team.yaml:9:5`. */
export function formatPosition({ file, line, col }: Position): string {
  return `${file}:${line}:${col}`;
}
