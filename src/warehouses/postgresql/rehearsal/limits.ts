import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import type { Identity } from "../../../access/plan";
import { outcomeOf, refusal } from "../../../proof/statement";
import { addVerdicts, expectWorks, type Fault, faulty, NOTHING_PROVEN, type Verdict } from "../../../proof/verdict";
import type { Logins } from "./logins";
import { as } from "./session";

/** SQLSTATE `too_many_connections`. */
export const TOO_MANY_CONNECTIONS = "53300";

/** SQLSTATE `configuration_limit_exceeded`. */
const TOO_MANY_RUNS = "53400";

/** More than this many runs are not opened to prove a limit. */
const MOST_RUNS = 100;

/** More than this many connections are not opened to prove a limit. */
const MOST_CONNECTIONS = 40;

/**
 * The limits of every identity, by logging in: timeouts as the session sees them (a default that it may change: soft),
 * and the connection limit by running into it (a wall).
 */
export async function proveLimits(identities: readonly Identity[], logins: Logins): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const identity of identities) {
    const { value = NOTHING_PROVEN, verdict } = await expectWorks(`${identity.name} may log in`, [], async () =>
      addVerdicts([
        await proveTimeouts(identity, logins),
        await proveConnections(identity, logins),
        await proveRuns(identity, logins),
      ]),
    );
    verdicts.push(value, verdict);
  }
  return addVerdicts(verdicts);
}

async function proveTimeouts({ name, limits, because }: Identity, logins: Logins): Promise<Verdict> {
  const expected: Record<string, number> = {
    statement_timeout: limits.statementTimeout ?? 0,
    idle_in_transaction_session_timeout: limits.idleInTransaction ?? 0,
  };
  const sql = `select name, setting::bigint::float8 as milliseconds from pg_settings where name in ('statement_timeout', 'idle_in_transaction_session_timeout')`;
  return as(logins.loginAsIs(name), async (client) => {
    const { rows } = await client.query<{ name: string; milliseconds: number }>(sql);
    const faults = rows
      .filter((row) => row.milliseconds !== expected[row.name])
      .map(
        (row): Fault => ({
          subject: `${name} has ${row.name}`,
          expected: `${expected[row.name]} ms`,
          got: `${row.milliseconds} ms`,
          sql,
          reasons: [{ text: `limits of \`${name}\``, because }],
        }),
      );
    return { ...NOTHING_PROVEN, allowed: rows.length - faults.length, faults };
  });
}

async function proveConnections({ name, limits, because }: Identity, logins: Logins): Promise<Verdict> {
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
  return faulty({
    subject: `${name} opens connections`,
    expected: `${limit}, then ${TOO_MANY_CONNECTIONS}`,
    got: `${open.length}, then ${code ?? "no end"}`,
    reasons: [{ text: `limits of \`${name}\``, because }],
  });
}

/** As many runs as the roster allows, and not one more; in a transaction that is rolled back. */
async function proveRuns({ name, limits: { runs }, because }: Identity, logins: Logins): Promise<Verdict> {
  if (runs === undefined || runs > MOST_RUNS) return NOTHING_PROVEN;
  const mine = "select count(distinct run)::int as open from ci.leases() where owner = session_user";
  return as(logins.login(name), async (client) => {
    await client.query("begin");
    let code: string | undefined;
    for (let run = 0; run <= runs && code === undefined; run++) {
      const { code: refused } = await outcomeOf(client.query(`savepoint one_more; select ci.open('limit_${run}')`));
      code = refused;
    }
    await client.query("rollback to savepoint one_more");
    const { open } = (await client.query<{ open: number }>(mine)).rows[0] ?? { open: 0 };
    await client.query("rollback");
    if (open === runs && code === TOO_MANY_RUNS) return { ...NOTHING_PROVEN, allowed: 1, denied: 1 };
    return faulty({
      subject: `${name} opens runs`,
      expected: `${runs}, then ${TOO_MANY_RUNS}`,
      got: `${open}, then ${code ?? "no end"}`,
      reasons: [{ text: `limits of \`${name}\``, because }],
    });
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
