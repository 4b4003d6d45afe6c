import { type Client, DatabaseError } from "pg";
import type { AccessPaths } from "../../../access/paths";
import type { Identity } from "../../../access/plan";
import { PROD } from "../../../names";
import { expectRefused, expectRows } from "../../../proof/offboarding";
import { type Outcome, outcomeOf, refusal } from "../../../proof/statement";
import { addVerdicts, type Verdict } from "../../../proof/verdict";
import { identifier, literal } from "../quote";
import type { Logins } from "./logins";
import { as, DENIED } from "./session";

/** SQLSTATE `invalid_password`: what a login that is gone gets to hear. */
const NO_SUCH_LOGIN = "28P01";

/** SQLSTATE `admin_shutdown`: what an open session hears when it is ended. */
const ENDED = "57P01";

/** Somebody who is about to be removed: a session that is open, and the rows that must stay. */
export interface Leaver {
  readonly identity: Identity;
  readonly session: Client;
  /** What the open session was last told. */
  readonly heard: () => Outcome;
  readonly logins: Logins;
  /** Table → rows, of every table in the leaver's schemas. */
  readonly rows: ReadonlyMap<string, number>;
  /** What the leaver left behind; absent: had no schema to make it in. */
  readonly trap?: Trap;
}

/** A routine that does what it is told as its owner, and is open to everybody. */
interface Trap {
  readonly routine: string;
  /** Somebody who stays, and has been let in. */
  readonly visitor: string;
  /** What the routine could read that was never the leaver's own. */
  readonly reads: readonly string[];
}

export async function watchLeavers(
  leavers: readonly Identity[],
  paths: AccessPaths,
  logins: Logins,
): Promise<Leaver[]> {
  const visitor = paths.plan.identities.find((identity) => !leavers.includes(identity))?.name;
  const watched: Leaver[] = [];
  for (const identity of leavers) watched.push(await watch(identity, visitor, paths, logins));
  return watched;
}

async function watch(
  identity: Identity,
  visitor: string | undefined,
  paths: AccessPaths,
  logins: Logins,
): Promise<Leaver> {
  const session = await logins.login(identity.name);
  let heard: Outcome = { allowed: true };
  session.on("error", (error) => {
    if (error instanceof DatabaseError) heard = refusal(error);
  });
  const schemas = paths.plan.schemas.filter(
    ({ name, kind }) => kind !== "throwaway" && paths.accessTo(name).has(identity.name),
  );
  const own = schemas.filter(({ owner }) => owner === identity.name).map(({ name }) => name);
  const readIn = (schema: string) => `select count(*) from ${identifier(schema, "before_table")}`;
  for (const { name } of schemas) await session.query(readIn(name));
  const rows = await as(logins.superuser(), async (client) => countRows(client, await tablesIn(client, own)));
  const watched = { identity, session, heard: () => heard, logins, rows };
  const [home] = own;
  if (home === undefined || visitor === undefined) return watched;
  const reads = schemas.filter(({ owner }) => owner !== identity.name).map(({ name }) => readIn(name));
  const trap = { routine: await setTrap(session, home), visitor, reads };
  // It works for somebody who was let in, as long as its owner is there.
  for (const sql of reads) await visit(logins, trap, sql);
  return { ...watched, trap };
}

async function setTrap(session: Client, schema: string): Promise<string> {
  const routine = identifier(schema, "left_behind");
  await session.query(`
    create or replace function ${routine}(sql text) returns void language plpgsql security definer
      as 'begin execute sql; end';
    grant usage on schema ${identifier(schema)} to public; grant execute on function ${routine} to public`);
  return routine;
}

/** Has the trap do something. @param who default: who stays and was let in */
async function visit(logins: Logins, { routine, visitor }: Trap, sql: string, who = visitor): Promise<unknown> {
  const call = `select ${routine}(${literal(sql)})`;
  return as(logins.superuser(), (client) => client.query(`set role ${identifier(who)}; ${call}`));
}

/** Access ends at once, for the open session and for what the leaver left behind too, and no row is lost. */
export async function proveOffboarding(leavers: readonly Leaver[]): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const leaver of leavers) {
    const { identity, session, heard, logins, rows } = leaver;
    const login = await outcomeOf(as(logins.login(identity.name), (client) => client.query("select 1")));
    verdicts.push(expectRefused(identity, "log in", login, NO_SUCH_LOGIN));
    // The session hears of its end when it is used.
    await session.query("select 1").catch(() => {});
    verdicts.push(expectRefused(identity, "go on with an open session", heard(), ENDED));
    await session.end();
    verdicts.push(...(await proveTrap(leaver)));
    const left = await as(logins.superuser(), (client) => countRows(client, rows.keys()));
    for (const [table, count] of rows) verdicts.push(expectRows(identity, table, count, left.get(table)));
  }
  return addVerdicts(verdicts);
}

/** Nobody gets at what was left behind; and who does all the same, the superuser, gets nowhere. */
async function proveTrap({ identity, logins, trap }: Leaver): Promise<Verdict[]> {
  if (trap === undefined) return [];
  const verdicts: Verdict[] = [];
  const expectDenied = async (sql: string, who: string) => {
    const outcome = await outcomeOf(visit(logins, trap, sql, who));
    verdicts.push(expectRefused(identity, `${sql}, through what was left behind, by ${who}`, outcome, DENIED));
  };
  await expectDenied("select 1", trap.visitor);
  for (const sql of [...trap.reads, `grant ${identifier(PROD)} to ${identifier(trap.visitor)}`])
    await expectDenied(sql, logins.superuserName);
  return verdicts;
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
