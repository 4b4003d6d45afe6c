import type { AttackRunner, Control } from "./attacks";
import { scalarOf, type TestSession } from "./session";
import type { Outcome } from "./statement";

/** A session that attacks are tried in, and who is logged in; without a name it is the admin. */
export interface Trier<Session extends TestSession> {
  readonly who?: string;
  readonly session: Session;
}

/** How a single attempt is made on a warehouse. */
export interface AttackDialect<Session extends TestSession> {
  /** The code of a missing permission. */
  readonly denied: string;
  login(identity: string): Promise<Session>;
  loginAsAdmin(): Promise<Session>;
  /**
   * Tries a statement and takes it back.
   *
   * @param preparer whose right it is to make what the statement needs; the admin's where a control has a statement of
   * its own
   */
  tryOnce(attempt: Control, trier: Trier<Session>, preparer: Trier<Session>): Promise<Outcome>;
}

/** One session each for all attacks: logging in costs more than what is tried then. */
export function attackRunnerOn<Session extends TestSession>({
  denied,
  login,
  loginAsAdmin,
  tryOnce,
}: AttackDialect<Session>): AttackRunner {
  const open = new Map<string | undefined, Promise<Session>>();
  const trierOf = async (who?: string): Promise<Trier<Session>> => {
    const session = open.get(who) ?? (who === undefined ? loginAsAdmin() : login(who));
    open.set(who, session);
    return { ...(who === undefined ? {} : { who }), session: await session };
  };
  return {
    denied,
    async attempt(attempt) {
      const attacker = await trierOf(attempt.who);
      return tryOnce(attempt, attacker, attacker);
    },
    async control({ control, ...attempt }) {
      if (control) return tryOnce(control, await trierOf(control.who), await trierOf());
      return tryOnce(attempt, await trierOf(), await trierOf(attempt.who));
    },
    isTrue: async (query) => (await scalarOf((await trierOf()).session, query)) === true,
    async close() {
      const sessions = await Promise.allSettled(open.values());
      for (const session of sessions) if (session.status === "fulfilled") await session.value.end();
    },
  };
}
