import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import type { Cluster } from "../server/cluster";
import { refusing, TOO_MANY_CONNECTIONS } from "./session";

/** Whether a query waits for the answer to the one before it, as usual, or is sent at once. */
export type Sending = "one by one" | "pipelined";

/** How the proof reaches the database. */
export interface Logins {
  /** Logs in over TCP as an identity of the roster, with its own password. */
  login(identity: string, sending?: Sending): Promise<Client>;
  /** The same, with the timeouts that the roster gives. */
  loginAsIs(identity: string): Promise<Client>;
  /** Logs in as the cluster's superuser, for positive controls. */
  superuser(sending?: Sending): Promise<Client>;
  readonly superuserName: string;
  /** Logs in as anybody. */
  connect(user: string, password: string): Promise<Client>;
}

/** A roster's timeouts may be shorter than what is tried takes; sessions may change them, and limits are proven apart. */
const UNHURRIED = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0";

/** @param credentials identity → password, as the program gave them out */
export function loginsOf(cluster: Cluster, credentials: Record<string, string>): Logins {
  const connect = (user: string, password: string) => refusing(cluster.connect({ user, password }));
  return {
    login: (identity, sending) =>
      patiently(() =>
        refusing(
          cluster.connect({
            user: identity,
            password: credentials[identity] ?? "",
            options: UNHURRIED,
            pipeline: sending === "pipelined",
          }),
        ),
      ),
    loginAsIs: (identity) => connect(identity, credentials[identity] ?? ""),
    superuser: (sending) => refusing(cluster.connect({ ...cluster.superuser, pipeline: sending === "pipelined" })),
    superuserName: cluster.superuser.user,
    connect,
  };
}

/** A session that has ended counts against its role's limit until the server has cleaned up after it. */
async function patiently<T>(connect: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect();
    } catch (error) {
      if ((error as { code?: string }).code !== TOO_MANY_CONNECTIONS || attempt === 100) throw error;
      await setTimeout(20);
    }
  }
}
