import type { Attack, Parts, ScriptedAttack } from "../../../../proof/attacks";
import { outcomeOf } from "../../../../proof/statement";
import type { Logins } from "../logins";
import { DENIED } from "../session";

/** PostgreSQL as an attacker sees it. */
export interface AttackContext extends Parts {
  readonly logins: Logins;
  /** Database whose schemas are attacked. */
  readonly database: string;
  /** The server's major version. */
  readonly version: number;
}

export type PostgresqlAttack = Attack<AttackContext>;
export type PostgresqlScriptedAttack = ScriptedAttack<AttackContext>;

/** What is wrong if the work is not refused with 42501; nothing otherwise. */
export async function refused(work: Promise<unknown>): Promise<string | undefined> {
  const outcome = await outcomeOf(work);
  if (outcome.allowed) return "expected DENIED, got ALLOWED";
  return outcome.code === DENIED ? undefined : `expected ${DENIED}, got ${outcome.code}: ${outcome.message}`;
}
