import type { Client } from "pg";
import { type Outcome, refusal, type Statement } from "../../../proof/statement";

/** SQLSTATE `insufficient_privilege`: the only refusal that proves a missing permission. */
export const DENIED = "42501";

/** SQLSTATE `privilege_not_granted`, the warning of a GRANT without effect. */
export const NOT_GRANTED = "01007";

const NO_EFFECT: Outcome = { allowed: false, code: NOT_GRANTED, message: "no effect" };

/** Tries statements one after the other in a transaction that is never committed; each sees the state before the first. */
export class Session {
  private constructor(private readonly client: Client) {}

  /**
   * @param client connected and idle; stays the caller's to end
   * @param prepare statements that every attempt builds on, and that must work
   */
  static async begin(client: Client, prepare: readonly string[] = []): Promise<Session> {
    await client.query(["begin", "set local lock_timeout = '10s'", ...prepare, "savepoint attempt"].join("; "));
    return new Session(client);
  }

  /** Tries one statement. All of it is one message, so that nothing else of the session comes between. */
  async attempt({ sql, effect }: Statement): Promise<Outcome> {
    try {
      const parts = ["rollback to savepoint attempt", sql, ...(effect === undefined ? [] : [effect])];
      const results: unknown = await this.client.query(parts.join("; "));
      return effect === undefined || isTrue(results) ? { allowed: true } : NO_EFFECT;
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
    await this.client.query("rollback");
  }
}

/** What the last of several statements, a query with one boolean column, has said. */
function isTrue(results: unknown): boolean {
  const last = Array.isArray(results) ? results.at(-1) : undefined;
  return Object.values(last?.rows[0] ?? {})[0] === true;
}

/** Runs `work` on a connection and ends it. */
export async function as<T>(client: Promise<Client>, work: (client: Client) => Promise<T>): Promise<T> {
  const connected = await client;
  try {
    return await work(connected);
  } finally {
    await connected.end();
  }
}
