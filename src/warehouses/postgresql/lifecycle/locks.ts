import type { Client } from "pg";

/** How long a statement of ours waits for somebody else's lock. */
export const LOCK_TIMEOUT = "2s";

/** A session that holds the lock that a statement of ours waited for. */
interface Holder {
  readonly pid: number;
  readonly user: string | null;
}

/** A statement of ours gave up waiting for a lock. */
export class Blocked extends Error {
  /** @param holders empty: the lock had been released when we looked */
  constructor(private readonly holders: readonly Holder[]) {
    super("waited for a lock");
    this.name = "Blocked";
  }

  /** ``session 4711 of `bruno` ``. */
  get who(): string {
    // A prepared transaction has no session (pg_blocking_pids).
    const names = this.holders.map(({ pid, user }) =>
      pid === 0 ? "a prepared transaction" : `session ${pid} of \`${user ?? "nobody"}\``,
    );
    return names.length === 0 ? "somebody who is gone by now" : names.join(", ");
  }
}

const HOLDERS = `
  select held.pid, a.usename as user
    from unnest(pg_blocking_pids($1)) as held (pid)
    left join pg_stat_activity as a on a.pid = held.pid`;

/**
 * Runs statements that wait for nobody longer than {@link LOCK_TIMEOUT}. A second session looks who stands in the way, while
 * the first one waits.
 *
 * @param work runs on `client`, inside a transaction
 * @throws Blocked
 */
export async function withLockTimeout<T>(client: Client, watcher: Client, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  let holders: readonly Holder[] = [];
  const look = async () => {
    const seen = await watcher.query<Holder>(HOLDERS, [rows[0]?.pid]);
    if (seen.rows.length > 0) holders = seen.rows;
  };
  const looking = setInterval(() => void look().catch(() => {}), 250);
  try {
    await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    return await work();
  } catch (error) {
    throw isLockTimeout(error) ? new Blocked(holders) : error;
  } finally {
    clearInterval(looking);
  }
}

/** SQLSTATE `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return (error as { code?: string }).code === "55P03";
}
