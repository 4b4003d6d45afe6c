import type { AccessPaths } from "../../../access/paths";
import type { Identity } from "../../../access/plan";
import { CI_SCHEMA, DUTY_ROLES } from "../../../names";
import { outcomeOf } from "../../../proof/statement";
import { addVerdicts, expectWorks, type Fault, faulty, NOTHING_PROVEN, type Verdict } from "../../../proof/verdict";
import { MAX_TIMEOUT, userTimeout, warehouseTimeout } from "../deploy/limits";
import { identifier, literal, snowflakeName } from "../quote";
import { ciCall } from "./ci";
import type { Client } from "./client";
import type { Logins } from "./logins";
import { proveQuotas } from "./quota";
import { as } from "./session";

/** A statement that ran into STATEMENT_TIMEOUT_IN_SECONDS. */
const TIMED_OUT = "000630";

/** The exception that the procedure raises itself. */
const TOO_MANY_RUNS = "-20003";

/** More than this many runs are not opened to prove a limit: each is statements that commit. */
const MOST_RUNS = 10;

/**
 * The limits of every identity, by logging in: the session's timeout (a default that it may change: soft), the
 * warehouse's by running into it (a wall), that each duty computes on a warehouse of its own with a monitor, and whom a
 * monitor stops.
 */
export async function proveLimits({ plan }: AccessPaths, logins: Logins, database: string): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const identity of plan.identities) {
    const { value = NOTHING_PROVEN, verdict } = await expectWorks(`${identity.name} may log in`, [], () =>
      as(logins.login(identity.name), async (client) =>
        addVerdicts([
          await proveTimeouts(identity, client, {
            wall: warehouseTimeout(plan, identity.duty),
            own: userTimeout(plan, identity),
          }),
          await proveStart(identity, client, logins.admin),
          await proveRuns(identity, client, database),
        ]),
      ),
    );
    verdicts.push(value, verdict);
  }
  const quotas = await expectWorks("everybody may log in and compute", [], () => proveQuotas(plan, logins));
  return addVerdicts([...verdicts, quotas.value ?? NOTHING_PROVEN, quotas.verdict]);
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
  const { name, because } = identity;
  const within = await outcomeOf(client.query(`select SYSTEM$WAIT(${seconds})`));
  const beyond = await outcomeOf(client.query(`select SYSTEM$WAIT(${seconds + 1})`));
  if (within.allowed && beyond.code === TIMED_OUT) return { ...NOTHING_PROVEN, allowed: 1, denied: 1 };
  const wrong = within.allowed ? beyond : within;
  const fault: Fault = {
    subject: `${name} has statement_timeout, ${how}`,
    expected: `${seconds} s`,
    got: wrong.allowed ? "more" : `${wrong.code}: ${wrong.message}`,
    sql: `select SYSTEM$WAIT(${seconds + 1})`,
    reasons: [{ text: `limits of \`${name}\``, because }],
  };
  return { ...NOTHING_PROVEN, faults: [fault] };
}

/** As many runs as the roster allows, and not one more. What this opens is closed again. */
async function proveRuns({ name, limits: { runs }, because }: Identity, client: Client, database: string) {
  if (runs === undefined || runs > MOST_RUNS) return NOTHING_PROVEN;
  const [row = {}] = await client.query(`call ${identifier(database, CI_SCHEMA, "leases")}()`);
  const [listed] = Object.values(row);
  const leases = (typeof listed === "string" ? JSON.parse(listed) : listed) as { run: string; owner: string }[];
  const before = new Set(leases.filter(({ owner }) => owner === name).map(({ run }) => run)).size;
  const opened: string[] = [];
  let code: string | undefined;
  while (opened.length <= runs && code === undefined) {
    const run = `limit_${opened.length}`;
    const outcome = await outcomeOf(client.query(ciCall(database, "open", name, literal(run))));
    code = outcome.code;
    if (outcome.allowed) opened.push(run);
  }
  for (const run of opened) await client.query(ciCall(database, "close", name, literal(run)));
  if (before + opened.length === runs && code === TOO_MANY_RUNS) return { ...NOTHING_PROVEN, allowed: 1, denied: 1 };
  return faulty({
    subject: `${name} opens runs`,
    expected: `${runs}, then ${TOO_MANY_RUNS}`,
    got: `${before + opened.length}, then ${code ?? "no end"}`,
    reasons: [{ text: `limits of \`${name}\``, because }],
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
