import type { Client } from "pg";
import type { AccessPaths } from "../../access/paths";
import type { Identity } from "../../access/plan";
import { identifier } from "../../warehouse/postgresql/quote";
import { expectRefused, expectRows } from "../offboarding";
import { outcomeOf } from "../statement";
import { addVerdicts, type Verdict } from "../verdict";
import type { Doors } from "./doors";
import { as, DENIED } from "./session";

/** SQLSTATE `invalid_password`: what a login that is gone gets to hear. */
const NO_SUCH_LOGIN = "28P01";

/** Somebody who is about to be removed: a session that is open, and the rows that must stay. */
export interface Leaver {
  readonly identity: Identity;
  readonly session: Client;
  readonly doors: Doors;
  /** Table → rows, of every table in the leaver's schemas. */
  readonly rows: ReadonlyMap<string, number>;
  /** What the leaver can do now and must not be able to do afterwards. */
  readonly habits: readonly string[];
}

export async function watchLeavers(leavers: readonly Identity[], paths: AccessPaths, doors: Doors): Promise<Leaver[]> {
  const watched: Leaver[] = [];
  for (const identity of leavers) {
    const session = await doors.login(identity.name);
    // The server ends the session for good when the cluster stops; that is no error of ours.
    session.on("error", () => {});
    const schemas = paths.plan.schemas.filter(({ name }) => paths.accessTo(name).has(identity.name));
    const habits = schemas
      .filter(({ kind }) => kind !== "throwaway")
      .map(({ name }) => `select count(*) from ${identifier(name, "existing_table")}`);
    for (const habit of habits) await session.query(habit);
    const own = schemas.filter(({ owner }) => owner === identity.name).map(({ name }) => name);
    const rows = await as(doors.superuser(), async (client) => countRows(client, await tablesIn(client, own)));
    watched.push({ identity, session, doors, rows, habits });
  }
  return watched;
}

/** Access ends at once, for the open session too, and no row is lost. */
export async function proveOffboarding(leavers: readonly Leaver[]): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const leaver of leavers) {
    const { identity, session, doors, habits, rows } = leaver;
    const login = await outcomeOf(as(doors.login(identity.name), (client) => client.query("select 1")));
    verdicts.push(expectRefused(identity, "log in", login, NO_SUCH_LOGIN));
    for (const habit of habits)
      verdicts.push(expectRefused(identity, habit, await outcomeOf(session.query(habit)), DENIED));
    await session.end();
    const left = await as(doors.superuser(), (client) => countRows(client, rows.keys()));
    for (const [table, count] of rows) verdicts.push(expectRows(identity, table, count, left.get(table)));
  }
  return addVerdicts(...verdicts);
}

async function tablesIn(client: Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    "select format('%I.%I', schemaname, tablename) as table from pg_tables where schemaname = any ($1)",
    [schemas],
  );
  return rows.map(({ table }) => table);
}

async function countRows(client: Client, tables: Iterable<string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    counts.set(table, rows[0]?.n ?? 0);
  }
  return counts;
}
