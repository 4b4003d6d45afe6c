import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import type { Identity } from "../../../access/plan";
import { limitFault } from "../../../proof/limits";
import { as } from "../../../proof/session";
import { refusal } from "../../../proof/statement";
import { addVerdicts, NOTHING_PROVEN, type Verdict } from "../../../proof/verdict";
import type { Logins } from "./logins";
import { TOO_MANY_CONNECTIONS } from "./session";

/** More than this many connections are not opened to prove a limit. */
const MOST_CONNECTIONS = 40;

/**
 * An identity's timeouts as the session sees them (a default that it may change: soft), and its connection limit by
 * running into it (a wall).
 */
export async function proveOwnLimits(identity: Identity, logins: Logins): Promise<Verdict> {
  return addVerdicts([await proveTimeouts(identity, logins), await proveConnections(identity, logins)]);
}

async function proveTimeouts(identity: Identity, logins: Logins): Promise<Verdict> {
  const { name, limits } = identity;
  const expected: Record<string, number> = {
    statement_timeout: limits.statementTimeout ?? 0,
    idle_in_transaction_session_timeout: limits.idleInTransaction ?? 0,
  };
  const sql = `select name, setting::bigint::float8 as milliseconds from pg_settings where name in ('statement_timeout', 'idle_in_transaction_session_timeout')`;
  return as(logins.loginAsIs(name), async (client) => {
    const { rows } = await client.query<{ name: string; milliseconds: number }>(sql);
    const wrong = rows.filter((row) => row.milliseconds !== expected[row.name]);
    const faults = wrong.map((row) =>
      limitFault(identity, {
        subject: `${name} has ${row.name}`,
        expected: `${expected[row.name]} ms`,
        got: `${row.milliseconds} ms`,
        sql,
      }),
    );
    return addVerdicts([{ ...NOTHING_PROVEN, allowed: rows.length - wrong.length }, ...faults]);
  });
}

async function proveConnections(identity: Identity, logins: Logins): Promise<Verdict> {
  const { name, limits } = identity;
  const limit = limits.connections;
  if (limit === undefined || limit > MOST_CONNECTIONS) return NOTHING_PROVEN;
  await waitUntilGone(name, logins);
  const open: Client[] = [];
  let code: string | undefined;
  try {
    while (open.length <= limit) open.push(await logins.loginAsIs(name));
  } catch (error) {
    code = refusal(error).code;
  } finally {
    await Promise.all(open.map((client) => client.end()));
  }
  if (open.length === limit && code === TOO_MANY_CONNECTIONS) return { ...NOTHING_PROVEN, allowed: 1, denied: 1 };
  return limitFault(identity, {
    subject: `${name} opens connections`,
    expected: `${limit}, then ${TOO_MANY_CONNECTIONS}`,
    got: `${open.length}, then ${code ?? "no end"}`,
  });
}

/** Sessions that ended a moment ago still count. */
async function waitUntilGone(name: string, logins: Logins): Promise<void> {
  await as(logins.superuser(), async (superuser) => {
    for (let attempt = 1; attempt < 100; attempt++) {
      const { rowCount } = await superuser.query("select from pg_stat_activity where usename = $1", [name]);
      if (rowCount === 0) return;
      await setTimeout(20);
    }
  });
}
