import type { AccessPaths } from "../../access/paths";
import type { Identity } from "../../access/plan";
import { identifier } from "../../warehouse/snowflake/quote";
import { expectRefused, expectRows } from "../offboarding";
import { outcomeOf } from "../statement";
import { addVerdicts, type Verdict } from "../verdict";
import type { Client } from "./client";
import type { Doors } from "./doors";
import { objects } from "./fixtures";
import { as } from "./session";

/** What a key pair's login gets to hear when the user is gone, is disabled or has another key. */
const LOGIN_REFUSED = "390144";

/** What an open session gets to hear whose user is gone or disabled. */
const ACCESS_DISABLED = "390101";

/** Somebody who is about to be removed: a session that is open, and the rows that must stay. */
export interface Leaver {
  readonly identity: Identity;
  readonly session: Client;
  /** Table → rows, of every table in the leaver's schemas. */
  readonly rows: ReadonlyMap<string, number>;
  /** What the leaver can do now and must not be able to do afterwards. */
  readonly habits: readonly string[];
}

export async function watchLeavers(leavers: readonly Identity[], paths: AccessPaths, doors: Doors): Promise<Leaver[]> {
  const { database } = doors;
  const watched: Leaver[] = [];
  for (const identity of leavers) {
    const session = await doors.login(identity.name);
    const schemas = paths.plan.schemas.filter(({ name }) => paths.accessTo(name).has(identity.name));
    const habits = schemas
      .filter(({ kind }) => kind !== "throwaway")
      .map(({ name }) => `select count(*) from ${objects(database, name, "existing").table}`);
    for (const habit of habits) await session.query(habit);
    const own = schemas.filter(({ owner }) => owner === identity.name).map(({ name }) => name);
    const rows = await countRows(doors.master, await tablesIn(doors.master, database, own));
    watched.push({ identity, session, rows, habits });
  }
  return watched;
}

/** Access ends at once, for the open session too, and no row is lost. */
export async function proveOffboarding(leavers: readonly Leaver[], doors: Doors): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const { identity, session, habits, rows } of leavers) {
    const login = await outcomeOf(as(doors.login(identity.name), (client) => client.query("select 1")));
    verdicts.push(expectRefused(identity, "log in", login, LOGIN_REFUSED));
    for (const habit of habits)
      verdicts.push(expectRefused(identity, habit, await outcomeOf(session.query(habit)), ACCESS_DISABLED));
    await session.end();
    const left = await countRows(doors.master, rows.keys());
    for (const [table, count] of rows) verdicts.push(expectRows(identity, table, count, left.get(table)));
  }
  return addVerdicts(...verdicts);
}

async function tablesIn(master: Client, database: string, schemas: readonly string[]): Promise<string[]> {
  const tables: string[] = [];
  for (const schema of schemas) {
    const rows = await master.query(`show tables in schema ${identifier(database, schema)}`);
    tables.push(...rows.map(({ name }) => identifier(database, schema, String(name))));
  }
  return tables;
}

async function countRows(master: Client, tables: Iterable<string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const [row] = await master.query(`select count(*) as N from ${table}`);
    counts.set(table, Number(row?.N));
  }
  return counts;
}
