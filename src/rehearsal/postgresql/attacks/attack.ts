import type { AccessPlan, Identity, Schema } from "../../../access/plan";
import type { Doors } from "../../prove";
import { DENIED, outcomeOf } from "../session";

/** The warehouse as an attacker sees it. */
export interface Field {
  readonly plan: AccessPlan;
  readonly doors: Doors;
  /** Database whose schemas are attacked. */
  readonly database: string;
  /** Everybody who is no prod service. */
  readonly outsiders: readonly Identity[];
  readonly developers: readonly Identity[];
  readonly prodServices: readonly Identity[];
  readonly ciServices: readonly Identity[];
  /** A protected schema that is not the base schema; it holds the `created_*` objects. */
  readonly prodSchema: Schema;
  /** The run that each CI service has open. */
  readonly runs: ReadonlyMap<string, string>;
}

/** One thing tried in the course of an attack that must be refused with an exact SQLSTATE. */
export interface Attempt {
  readonly who: string;
  /** Statements that prepare it and must work. */
  readonly prepare?: readonly string[];
  readonly sql: string;
  /** 42501 unless told otherwise. */
  readonly code?: string;
  /** A query that must give `true` afterwards, run by the superuser: the effect an attacker wants is not there. */
  readonly unharmed?: string;
  /** The superuser can execute it: proves that nothing but the permission is missing. `false` where that is impossible. */
  readonly control?: boolean;
}

/** A named attack: everything its attempts try must be refused. */
export interface Attack {
  readonly name: string;
  readonly wants: string;
  /** No attempts: the roster gives nobody the part of the attacker or the victim. */
  attempts(field: Field): Attempt[];
}

/** An attack that takes more than refused statements: it says itself what went wrong, or nothing. */
export interface Raid {
  readonly name: string;
  readonly wants: string;
  /** `null`: the roster gives nobody the part. */
  run(field: Field): Promise<string | undefined | null>;
}

/** What is wrong if the work is not refused with 42501; nothing otherwise. */
export async function refused(work: Promise<unknown>): Promise<string | undefined> {
  const outcome = await outcomeOf(work);
  if (outcome.allowed) return "expected DENIED, got ALLOWED";
  return outcome.code === DENIED ? undefined : `expected ${DENIED}, got ${outcome.code}: ${outcome.message}`;
}
