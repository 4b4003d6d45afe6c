import { type Duty, type Limits, locate, type Position, type RosterPath } from "../../roster/roster";
import type { DatedAccess } from "../dated";
import type { Level } from "../plan";

/**
 * What a change puts at stake, worst first: who writes production; who reads a restricted source; a protection of the
 * roster itself (limits, expectations, what is left unmanaged); everything else.
 */
export const RISKS = ["production", "restricted", "safeguard", "ordinary"] as const;
export type Risk = (typeof RISKS)[number];

/** The roster entry that causes a change: of the roster after it, or of the one before where the entry is gone. */
export interface Cause {
  readonly side: "before" | "after";
  readonly path: RosterPath;
}

/** The entry of the roster that a change is about; changes of one subject are read together. */
export interface Subject {
  readonly kind: "identity" | "source" | "duty" | "expectations";
  readonly name: string;
}

/** What changes, by kind. `before` and `after` are absent where there is nothing. */
export type Change =
  /** An entry of the roster; `ended`: with an end of access that has come already. */
  | { readonly kind: "identity-added"; readonly duty: Duty; readonly expires?: string; readonly ended: boolean }
  | { readonly kind: "identity-removed"; readonly duty: Duty; readonly ended: boolean }
  /** The entry stays, but its end of access has come, or is not there any more. */
  | { readonly kind: "identity-expired"; readonly duty: Duty; readonly expires: string }
  | { readonly kind: "identity-revived"; readonly duty: Duty; readonly expires?: string }
  | { readonly kind: "expiry-changed"; readonly before?: string; readonly after?: string }
  | { readonly kind: "duty-changed"; readonly before: Duty; readonly after: Duty }
  /** Sessions that start as another role: prod services as `prod`. */
  | { readonly kind: "role-gained" | "role-lost"; readonly role: string }
  /** Effective access: each of `who` in each of `schemas`. */
  | { readonly kind: "access"; readonly schemas: readonly string[]; readonly before: Level; readonly after: Level }
  | { readonly kind: "source-added" | "source-removed"; readonly readers?: readonly string[] }
  | { readonly kind: "source-restricted"; readonly readers: readonly string[] }
  | { readonly kind: "source-unrestricted" }
  /** Readers of a restricted source that were added (widened) or taken away (narrowed): they are `who`. */
  | { readonly kind: "source-widened" | "source-narrowed" }
  | { readonly kind: "share-changed"; readonly after: "private" | "team" }
  /** A limit of a duty, or of one identity where its own entry changes. */
  | { readonly kind: "limit"; readonly limit: keyof Limits; readonly before?: number; readonly after?: number }
  | {
      readonly kind: "expectation-added" | "expectation-removed";
      readonly expected: "can" | "cannot";
      readonly action: "read" | "write";
      readonly target: string;
    }
  /** A new password. */
  | { readonly kind: "rotation" };

/** One difference between what two rosters mean. */
export type AccessChange = Change & {
  /** The identities it concerns, sorted; empty when it concerns none in particular. */
  readonly who: readonly string[];
  readonly subject: Subject;
  readonly risk: Risk;
  /** Whether more is possible after it, or less. */
  readonly direction: "wider" | "narrower" | "neutral";
  /** Whether a reviewer must not overlook it. */
  readonly warning: boolean;
  readonly because: Cause;
};

/** Where a cause is written. */
export function locateCause(before: DatedAccess, after: DatedAccess, { side, path }: Cause): Position {
  return locate((side === "before" ? before : after).roster, path);
}

/**
 * Whether a gate at `risk` stops the change: it gives more, or it warns, and its risk is that or a worse one. A gate
 * at `ordinary` stops every change.
 */
export function isStopped({ risk, direction, warning }: AccessChange, gate: Risk): boolean {
  if (gate === "ordinary") return true;
  return RISKS.indexOf(risk) <= RISKS.indexOf(gate) && (direction === "wider" || warning);
}
