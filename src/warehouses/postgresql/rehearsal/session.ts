import { type Client, DatabaseError, type QueryResult } from "pg";
import { scalarOf, type TestSession } from "../../../proof/session";
import { type Outcome, refusal, type Statement } from "../../../proof/statement";

/** SQLSTATE `insufficient_privilege`: the only refusal that proves a missing permission. */
export const DENIED = "42501";

/** SQLSTATE `privilege_not_granted`, the warning of a GRANT without effect. */
export const NOT_GRANTED = "01007";

/** A connection as the proof uses it; one that the server has ended says so when it is used next. */
export function testSessionOf(client: Client): TestSession {
  let ended: DatabaseError | undefined;
  client.on("error", (error) => {
    if (error instanceof DatabaseError) ended = error;
  });
  return {
    async query(sql) {
      try {
        // Several statements in one have a result each.
        const results: QueryResult[] = [await client.query(sql)].flat();
        return results.at(-1)?.rows ?? [];
      } catch (error) {
        throw error instanceof DatabaseError ? error : (ended ?? error);
      }
    },
    end: () => client.end(),
  };
}

/** Tries statements one after the other in a transaction that is never committed; each sees the state before the first. */
export class Session {
  private constructor(private readonly session: TestSession) {}

  /**
   * @param session connected and idle; stays the caller's to end
   * @param prepare statements that every attempt builds on, and that must work
   */
  static async begin(session: TestSession, prepare: readonly string[] = []): Promise<Session> {
    await session.query(["begin", "set local lock_timeout = '10s'", ...prepare, "savepoint attempt"].join("; "));
    return new Session(session);
  }

  async attempt({ sql, effect }: Statement): Promise<Outcome> {
    try {
      await this.session.query(`rollback to savepoint attempt; ${sql}`);
      if (effect === undefined || (await scalarOf(this.session, effect)) === true) return { allowed: true };
      return { allowed: false, code: NOT_GRANTED, message: "no effect" };
    } catch (error) {
      return refusal(error);
    }
  }

  async end(): Promise<void> {
    await this.session.query("rollback");
  }
}
