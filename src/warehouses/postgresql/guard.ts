/** The roster's limits as rails that hold: a session may change its own timeouts, and others see it all the same. */
import type { Client } from "pg";
import type { DatedAccess } from "../../access/dated";
import type { Guard, Look, Offender, Overstep, Patience, Rail } from "../../guard/guard";
import { UserError } from "../../messages/userError";
import { UNBLOCK_SCHEMA } from "../../names";
import type { Limits } from "../../roster/roster";
import { type OwnOptions, textOf } from "../options";
import { reasonOf, withWarehouse } from "./connect";
import { endSession, SIGNALS } from "./guardEnd";
import { readSql } from "./readSql";

/** A session as sql/guard.sql has it. */
interface Seen extends Pick<Offender, "who" | "duty" | "since" | "blocks"> {
  readonly pid: number;
  readonly login: string;
  readonly seen: boolean;
  /** Milliseconds; null where the session does no such thing. */
  readonly statement: number | null;
  readonly idle: number | null;
  readonly snapshot: number | null;
  readonly blocking: number | null;
}

/** What the server needs to act on a timeout by itself, in milliseconds; only who has changed theirs is later. */
const GRACE = 1000;

/** @throws UserError for a login that may neither see what others do nor end who blocks production */
export async function withGuard<T>(
  access: DatedAccess,
  patience: Patience,
  own: OwnOptions,
  work: (guard: Guard) => Promise<T>,
): Promise<T> {
  return withWarehouse(textOf(own, "url"), async (client) => {
    const { user, sees, unblocks } = await rightsOf(client);
    const toSee = `log in as a member of pg_read_all_stats, and of ${SIGNALS} to end sessions`;
    if (!sees && !unblocks) throw new UserError(`\`${user}\` may not see what others' sessions do`, toSee);
    const guard: Guard = {
      toSee,
      look: () => answered(look(client, access, patience)),
      end: (offender) => answered(endSession(client, access, offender, unblocks)),
    };
    return work(guard);
  });
}

async function rightsOf(client: Client): Promise<{ user: string; sees: boolean; unblocks: boolean }> {
  const { rows } = await client.query(
    `select current_user::text as user, pg_has_role('pg_read_all_stats', 'usage') as sees,
            exists (select from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
                     where n.nspname = $1 and p.proname = 'end_blocker'
                       and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')) as unblocks`,
    [UNBLOCK_SCHEMA],
  );
  return rows[0];
}

async function look(client: Client, { paths }: DatedAccess, patience: Patience): Promise<Look> {
  const duties = Object.fromEntries(paths.plan.identities.map(({ name, duty }) => [name, duty]));
  const { rows } = await client.query<Seen>(readSql("guard"), [JSON.stringify(duties)]);
  const offenders = rows.map((row) => {
    const { pid, login, duty, since, blocks } = row;
    const beyond = overstepsOf(row, paths.identities.get(login)?.limits ?? {}, patience);
    const blocking = beyond.some(({ rail }) => rail === "blocks-production");
    return { session: pid, who: login, duty, beyond, blocks: blocking ? blocks : [], since };
  });
  const unseen = rows.filter(({ seen }) => !seen).map(({ login }) => login);
  return { offenders: offenders.filter(({ beyond }) => beyond.length > 0), unseen: [...new Set(unseen)] };
}

function overstepsOf(
  { statement, idle, blocking, snapshot }: Seen,
  { statementTimeout, idleInTransaction }: Limits,
  patience: Patience,
): Overstep[] {
  const over = (rail: Rail, lasts: number | null, limit: number | undefined, grace: number): Overstep[] =>
    lasts !== null && limit !== undefined && lasts > limit + grace ? [{ rail, lasts: Math.floor(lasts), limit }] : [];
  return [
    ...over("statement", statement, statementTimeout, GRACE),
    ...over("idle-in-transaction", idle, idleInTransaction, GRACE),
    ...over("blocks-production", blocking, patience.blocking, 0),
    // A statement may run as long as the roster lets it, and holds its snapshot until it ends.
    ...over("old-snapshot", snapshot, Math.max(patience.snapshot, statementTimeout ?? 0), GRACE),
  ];
}

/** A guard whose own session is gone says so: whatever has started it may start it again. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { code = "", message } = error as { code?: string; message?: string };
    if (!/^(08|57P0|ECONN|EPIPE)/.test(code) && !/^(Connection terminated|Client has)/.test(message ?? "")) throw error;
    throw new UserError(`the connection to the warehouse is lost: ${reasonOf(error)}`, "start it again");
  }
}
