import type { AccessPlan, Identity } from "../../../access/plan";
import { DUTY_ROLES } from "../../../names";
import { limitFault } from "../../../proof/limits";
import { as } from "../../../proof/session";
import { outcomeOf } from "../../../proof/statement";
import { addVerdicts, expectWorks, type Fault, NOTHING_PROVEN, type Verdict } from "../../../proof/verdict";
import { MAX_TIMEOUT, userTimeout, warehouseTimeout } from "../deploy/limits";
import { identifier, literal, snowflakeName } from "../quote";
import type { Client } from "./client";
import type { Logins } from "./logins";
import { proveQuotas } from "./quota";

/** A statement that ran into STATEMENT_TIMEOUT_IN_SECONDS. */
const TIMED_OUT = "000630";

/**
 * An identity's limits: the session's timeout (a default that it may change: soft), the warehouse's by running into it
 * (a wall), and that it computes on a warehouse of its duty's own with a monitor.
 */
export async function proveOwnLimits(plan: AccessPlan, identity: Identity, logins: Logins): Promise<Verdict> {
  const timeouts = { wall: warehouseTimeout(plan, identity.duty), own: userTimeout(plan, identity) };
  return as(logins.login(identity.name), async (client) =>
    addVerdicts([await proveTimeouts(identity, client, timeouts), await proveStart(identity, client, logins.admin)]),
  );
}

/** Whom a monitor stops. */
export async function proveSharedLimits(plan: AccessPlan, logins: Logins): Promise<Verdict> {
  const { value = NOTHING_PROVEN, verdict } = await expectWorks("everybody may log in and compute", [], () =>
    proveQuotas(plan, logins),
  );
  return addVerdicts([value, verdict]);
}

async function proveTimeouts(
  identity: Identity,
  client: Client,
  { wall, own }: { wall: number | undefined; own: number | undefined },
): Promise<Verdict> {
  const allowed = Math.min(own ?? MAX_TIMEOUT, wall ?? MAX_TIMEOUT);
  const verdicts: Verdict[] = [];
  if (allowed < MAX_TIMEOUT) verdicts.push(await expectTimeout(identity, client, allowed, "as it logs in"));
  if (wall !== undefined) {
    await client.query(`alter session set STATEMENT_TIMEOUT_IN_SECONDS = ${MAX_TIMEOUT}`);
    verdicts.push(await expectTimeout(identity, client, wall, "with its session's own timeout raised"));
    await client.query("alter session unset STATEMENT_TIMEOUT_IN_SECONDS");
  }
  return addVerdicts(verdicts);
}

async function expectTimeout(identity: Identity, client: Client, seconds: number, how: string): Promise<Verdict> {
  const sql = `select SYSTEM$WAIT(${seconds + 1})`;
  const within = await outcomeOf(client.query(`select SYSTEM$WAIT(${seconds})`));
  const beyond = await outcomeOf(client.query(sql));
  if (within.allowed && beyond.code === TIMED_OUT) return { ...NOTHING_PROVEN, allowed: 1, denied: 1 };
  const wrong = within.allowed ? beyond : within;
  return limitFault(identity, {
    subject: `${identity.name} has statement_timeout, ${how}`,
    expected: `${seconds} s`,
    got: wrong.allowed ? "more" : `${wrong.code}: ${wrong.message}`,
    sql,
  });
}

async function proveStart({ name, duty, because }: Identity, client: Client, admin: Client): Promise<Verdict> {
  const expected = snowflakeName(DUTY_ROLES[duty]);
  const [session] = await client.query(
    `select current_warehouse() as "warehouse", current_secondary_roles() like '%"ALL"%' as "all"`,
  );
  const [warehouse] = await admin.query(`show warehouses like ${literal(expected)}`);
  const looks: [string, unknown, unknown][] = [
    [`${name} computes on`, expected, session?.warehouse],
    [`the monitor of ${identifier(expected)}`, expected, warehouse?.resource_monitor],
    // Whatever else is granted to the user would count at once (SF-9).
    [`${name} starts with all secondary roles`, false, session?.all],
  ];
  const faults = looks
    .filter(([, wanted, got]) => got !== wanted)
    .map(
      ([subject, wanted, got]): Fault => ({
        subject,
        expected: String(wanted),
        got: String(got),
        sql: "",
        reasons: [{ text: `\`${name}\` has the duty ${duty}`, because }],
      }),
    );
  return { ...NOTHING_PROVEN, allowed: looks.length - faults.length, faults };
}
