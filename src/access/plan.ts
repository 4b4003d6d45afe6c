import type { Duty, Limits, RosterPath } from "../roster/roster";

/**
 * Everything the roster implies, as plain data, independent of any warehouse.
 *
 * Lists are sorted by name and causes are roster paths, not lines, so equal rosters give byte-equal plans whatever
 * their order; `locate` of the roster turns a cause into its line.
 */
export interface AccessPlan {
  readonly roles: readonly GroupRole[];
  readonly identities: readonly Identity[];
  readonly schemas: readonly Schema[];
  readonly grants: readonly Grant[];
}

/** Being a member of a role: its privileges are the member's too. */
export interface Membership {
  readonly role: string;
  readonly because: RosterPath;
}

/** A role that carries privileges; nobody logs in as it. */
export interface GroupRole {
  readonly name: string;
  readonly memberOf: readonly Membership[];
  readonly because: RosterPath;
}

/** A login role: a developer or a service. */
export interface Identity {
  readonly name: string;
  readonly duty: Duty;
  readonly memberOf: readonly Membership[];
  /** The role its sessions start as, and the only way it uses its memberships; absent: itself. */
  readonly actsAs?: string;
  /** The duty's limits with the identity's own on top. */
  readonly limits: Limits;
  /** First day (UTC, `YYYY-MM-DD`) without access. */
  readonly expires?: string;
  readonly rotation: number;
  readonly because: RosterPath;
}

/**
 * `prod`: production, written by prod services only. `personal`: one developer's. `throwaway`: stands for all that CI
 * opens at run time ({@link CI_SCHEMAS}); it is never declared.
 */
export type SchemaKind = "prod" | "personal" | "throwaway";

export interface Schema {
  readonly name: string;
  readonly kind: SchemaKind;
  /** Role that owns it; absent: the deploying admin. */
  readonly owner?: string;
  readonly because: RosterPath;
}

/** What a grant gives. `read` and `write` are for a schema, the others for the database. */
export type Privilege = "connect" | "temporary" | "read" | "write";

/** One (role, privilege, target) of the plan. */
export interface Grant {
  readonly role: string;
  readonly privilege: Privilege;
  /** Schema name; {@link DATABASE} for a privilege on the database. */
  readonly target: string;
  readonly because: RosterPath;
}

/** The target of a privilege on the database; no schema can have this name, not even that of a developer `database`. */
export const DATABASE = "<database>";

/** What an identity may do in a schema; each includes those before it. */
export const LEVELS = ["none", "read", "write", "own"] as const;
export type Level = (typeof LEVELS)[number];

/** Whether `level` includes `needed`. */
export function includes(level: Level, needed: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(needed);
}
