import type { Client } from "pg";
import { type Outcome, refusal, type Statement } from "../../../proof/statement";
import { asRefusal } from "./refusals";

/** SQLSTATE `insufficient_privilege`: the only refusal that proves a missing permission. */
export const DENIED = "42501";

/** SQLSTATE `privilege_not_granted`, the warning of a GRANT without effect. */
export const NOT_GRANTED = "01007";

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

  async attempt({ sql, effect }: Statement): Promise<Outcome> {
    try {
      await this.client.query(`rollback to savepoint attempt; ${sql}`);
      if (effect === undefined) return { allowed: true };
      const { rows } = await this.client.query(effect);
      return Object.values(rows[0])[0] === true
        ? { allowed: true }
        : { allowed: false, code: NOT_GRANTED, message: "no effect" };
    } catch (error) {
      return refusal(asRefusal(error));
    }
  }

  async end(): Promise<void> {
    await this.client.query("rollback");
  }
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
