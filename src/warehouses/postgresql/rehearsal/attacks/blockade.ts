import type { Client } from "pg";
import { PROD, schemaName } from "../../../../names";
import { identifier } from "../../quote";
import type { AttackContext } from "./attack";

/** A table of production, and the sessions that block production there or wait for it. */
export interface Blockade {
  /** Acts as `prod` and is free. */
  readonly caller: Client;
  /** Acts as `prod` too. */
  readonly peer: Client;
  readonly developer: Client;
  readonly superuser: Client;
  /** The developer's base schema as the server writes it: with quotes only where the name needs them. */
  readonly namespace: string;
  /** The same schema and the table, always fit for SQL. */
  readonly home: string;
  readonly table: string;
  pidOf(session: Client): Promise<number>;
  /** Does the work while production waits for a session that reads the table; then that session lets go. */
  whileBlocking<T>(session: Client, work: (pid: number) => Promise<T>): Promise<T>;
}

/** Sessions of one prod service that it takes: the caller, the peer, and who waits. */
const PROD_SESSIONS = 3;

const TABLE = identifier(PROD, "besieged");

/** Sets it up, and takes everything away again. @returns `null` when the roster lacks the identities that it takes */
export async function withBlockade(
  { developers, prodServices, logins }: AttackContext,
  work: (blockade: Blockade) => Promise<string | undefined>,
): Promise<string | undefined | null> {
  const attacker = developers[0];
  const service = prodServices.find(({ limits }) => (limits.connections ?? PROD_SESSIONS) >= PROD_SESSIONS);
  if (!attacker || !service) return null;
  const open: Client[] = [];
  const enter = async (session: Promise<Client>) => {
    open.push(await session);
    return session;
  };
  const home = identifier(schemaName(attacker.name));
  const superuser = await enter(logins.superuser());
  try {
    const caller = await enter(logins.login(service.name));
    const [peer, victim] = [await enter(logins.login(service.name)), await enter(logins.login(service.name))];
    const developer = await enter(logins.login(attacker.name));
    await caller.query(`create table ${TABLE} (id int)`);
    const whileBlocking: Blockade["whileBlocking"] = async (session, task) => {
      await session.query(`begin; select * from ${TABLE}`);
      const pid = await pidOf(session);
      const waiting = await block(victim, superuser);
      try {
        return await task(pid);
      } finally {
        await session.query("rollback").catch(() => {});
        await waiting.done;
        await victim.query("rollback");
      }
    };
    const { rows } = await superuser.query<{ name: string }>("select quote_ident($1) as name", [attacker.name]);
    const namespace = rows[0]?.name ?? "";
    return await work({ namespace, caller, peer, developer, superuser, home, table: TABLE, pidOf, whileBlocking });
  } finally {
    await superuser.query(tidy(home));
    await Promise.allSettled(open.map((client) => client.end()));
  }
}

async function pidOf(session: Client): Promise<number> {
  const { rows } = await session.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? 0;
}

/** Lets production ask for the table until it is seen to wait. @returns the end of its wait, which may take long */
async function block(victim: Client, superuser: Client): Promise<{ readonly done: Promise<unknown> }> {
  const pid = await pidOf(victim);
  let settled = false;
  const done = victim.query(`begin; set local lock_timeout = '30s'; lock table ${TABLE}`).then(
    () => undefined,
    () => undefined,
  );
  void done.finally(() => {
    settled = true;
  });
  const waits = "select cardinality(pg_blocking_pids($1)) > 0 as waits";
  while (!settled && !(await superuser.query(waits, [pid])).rows[0].waits);
  return { done };
}

/** Everything that an attack may have left. */
function tidy(home: string): string {
  return `
    drop table if exists ${TABLE}, ${identifier(PROD, "foreign_table")}, ${home}.not_prods, ${home}.copies cascade`;
}
