import { type Client, DatabaseError, type QueryResult } from "pg";
import { scalarOf, type TestSession } from "../../../proof/session";
import { type Outcome, Refusal, refusal, type Statement } from "../../../proof/statement";

/** SQLSTATE `insufficient_privilege`: the only refusal that proves a missing permission. */
export const DENIED = "42501";

/** SQLSTATE `privilege_not_granted`, the warning of a GRANT without effect. */
export const NOT_GRANTED = "01007";

/** SQLSTATE `too_many_connections`. */
export const TOO_MANY_CONNECTIONS = "53300";

const NO_EFFECT: Outcome = { allowed: false, code: NOT_GRANTED, message: "no effect" };

/** What the server refused as the project's refusal, with its detail, hint and the rest; any other error as it is. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.code === undefined) return error;
  return Object.assign(new Refusal(error.code, error.message), { ...error, name: "Refusal", cause: error });
}

/**
 * A client whose refusals are told from other failures, from its login on.
 *
 * @throws Refusal when the server does not let it in
 */
export async function refusing(connecting: Promise<Client>): Promise<Client> {
  const refuse = (error: unknown) => {
    throw asRefusal(error);
  };
  const client = await connecting.catch(refuse);
  const query = client.query.bind(client) as (...words: unknown[]) => Promise<unknown>;
  return Object.assign(client, { query: (...words: unknown[]) => query(...words).catch(refuse) });
}

/** A connection as the proof uses it; one that the server has ended says so when it is used next. */
export function testSessionOf(client: Client): TestSession {
  let ended: Refusal | undefined;
  client.on("error", (error) => {
    const refused = asRefusal(error);
    if (refused instanceof Refusal) ended = refused;
  });
  return {
    async query(sql) {
      try {
        // Several statements in one have a result each.
        const results: QueryResult[] = [await client.query(sql)].flat();
        return results.at(-1)?.rows ?? [];
      } catch (error) {
        const refused = asRefusal(error);
        throw refused instanceof Refusal ? refused : (ended ?? error);
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

  /** Tries one statement. All of it is one message, so that nothing else of the session comes between. */
  async attempt({ sql, effect }: Statement): Promise<Outcome> {
    try {
      const parts = ["rollback to savepoint attempt", sql, ...(effect === undefined ? [] : [effect])];
      const answer = await scalarOf(this.session, parts.join("; "));
      return effect === undefined || answer === true ? { allowed: true } : NO_EFFECT;
    } catch (error) {
      return refusal(error);
    }
  }

  /**
   * Tries statements in their order, each on the state before the first. On a connection with a pipeline they are sent
   * without waiting for what came of those before; the server executes them one after the other all the same.
   */
  async attemptAll(statements: readonly Statement[]): Promise<Outcome[]> {
    return Promise.all(statements.map((statement) => this.attempt(statement)));
  }

  async end(): Promise<void> {
    await this.session.query("rollback");
  }
}
