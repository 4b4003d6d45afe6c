import type { AccessPaths } from "../access/paths";
import type { Identity, Schema } from "../access/plan";
import type { Trap } from "./offboardingDialect";
import { as, scalarOf, type TestSession } from "./session";
import { describeOutcome, type Outcome, outcomeOf } from "./statement";
import type { TestWarehouse } from "./testWarehouse";
import { addVerdicts, faulty, NOTHING_PROVEN, type Verdict } from "./verdict";

/** Somebody who is about to be removed: a session that is open, and the rows that must stay. */
interface Leaver {
  readonly identity: Identity;
  readonly session: TestSession;
  /** What the leaver can read now. */
  readonly habits: readonly string[];
  /** Table → rows, of every table in the leaver's schemas. */
  readonly rows: ReadonlyMap<string, number>;
  /** Absent: had no schema to make it in. */
  readonly trap: Trap | undefined;
}

/** Watches those who are about to leave; what it returns proves, after the change, that they are out. */
export async function watchLeavers(
  testWarehouse: TestWarehouse,
  leaving: readonly Identity[],
): Promise<() => Promise<Verdict>> {
  const staying = testWarehouse.paths.plan.identities.filter(({ name }) => !leaving.some((left) => left.name === name));
  const leavers: Leaver[] = [];
  for (const identity of leaving) leavers.push(await watch(testWarehouse, identity, staying));
  return async () => {
    const verdicts: Verdict[] = [];
    for (const leaver of leavers) verdicts.push(await proveOut(testWarehouse, leaver));
    return addVerdicts(verdicts);
  };
}

async function watch(
  { paths, offboarding, login, loginAsAdmin, tablesIn }: TestWarehouse,
  identity: Identity,
  staying: readonly Identity[],
): Promise<Leaver> {
  const session = await login(identity.name);
  const schemas = schemasOf(paths, identity);
  const isOwn = ({ owner }: Schema) => owner === identity.name;
  const readsIn = (of: readonly Schema[]) => of.map(({ name }) => offboarding.readIn(name));
  const habits = readsIn(schemas);
  for (const habit of habits) await session.query(habit);
  const own = schemas.filter(isOwn).map(({ name }) => name);
  const rows = await as(loginAsAdmin(), async (admin) => countRows(admin, await tablesIn(admin, own)));
  const [home] = own;
  const reads = readsIn(schemas.filter((schema) => !isOwn(schema)));
  const trap = home === undefined ? undefined : await offboarding.setTrap({ identity, session, home, reads, staying });
  return { identity, session, habits, rows, trap };
}

function schemasOf({ plan, accessTo }: AccessPaths, { name: who }: Identity): Schema[] {
  return plan.schemas.filter(({ name, kind }) => kind !== "throwaway" && accessTo(name).has(who));
}

/** Access ends at once, for the open session and for what the leaver left behind too, and no row is lost. */
async function proveOut(
  { offboarding, login, loginAsAdmin }: TestWarehouse,
  { identity, session, habits, rows, trap }: Leaver,
): Promise<Verdict> {
  const { loginRefused, sessionEnded, goOn } = offboarding;
  const verdicts: Verdict[] = [];
  const again = await outcomeOf(as(login(identity.name), (client) => client.query("select 1")));
  verdicts.push(expectRefused(identity, "log in", again, loginRefused));
  for (const { what, sql } of goOn(habits))
    verdicts.push(expectRefused(identity, what, await outcomeOf(session.query(sql)), sessionEnded));
  await session.end();
  if (trap) verdicts.push(...(await trap()));
  const left = await as(loginAsAdmin(), (admin) => countRows(admin, rows.keys()));
  for (const [table, count] of rows) verdicts.push(expectRows(identity, table, count, left.get(table)));
  return addVerdicts(verdicts);
}

async function countRows(admin: TestSession, tables: Iterable<string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) counts.set(table, Number(await scalarOf(admin, `select count(*) as N from ${table}`)));
  return counts;
}

/** Whether somebody who was removed is refused with the very code. */
export function expectRefused({ name, because }: Identity, what: string, outcome: Outcome, code: string): Verdict {
  if (outcome.code === code) return { ...NOTHING_PROVEN, denied: 1 };
  return faulty({
    subject: `${name}, removed: ${what}`,
    expected: code,
    got: describeOutcome(outcome),
    sql: what,
    reasons: [{ text: "was in the base roster", because }],
  });
}

/** Whether a table of somebody who was removed has lost no row. */
function expectRows({ name }: Identity, table: string, before: number, after: number | undefined): Verdict {
  if (before === after) return { ...NOTHING_PROVEN, allowed: 1 };
  return faulty({ subject: `${name}, removed: rows of ${table}`, expected: `${before}`, got: `${after}` });
}
