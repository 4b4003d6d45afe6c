import type { AccessPaths } from "../../../access/paths";
import type { Identity } from "../../../access/plan";
import { PROD } from "../../../names";
import { expectRefused, expectRows } from "../../../proof/offboarding";
import { outcomeOf } from "../../../proof/statement";
import { addVerdicts, type Verdict } from "../../../proof/verdict";
import { identifier, literal } from "../quote";
import type { Client } from "./client";
import { objects } from "./fixtures";
import type { Logins } from "./logins";
import { as, NOBODY, NOT_AUTHORIZED, NOT_GRANTED } from "./session";

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
  readonly trap: Trap | undefined;
}

/** Code of a leaver's own that does whatever it is told to, with its owner's rights: it must never be an administrator's. */
interface Trap {
  /** Nobody but an administrator may do this: it is tried on a role that is nobody's. */
  readonly call: string;
  /** Somebody who stays and can call it: on leave that somebody else may end, and on their own. */
  readonly accomplice: string | undefined;
}

const [ESCALATION, TAKE_BACK] = ["grant role $1 to role $2", "revoke role $1 from role $2"].map((sql) =>
  sql.replace("$1", identifier(PROD)).replace("$2", identifier(NOBODY)),
) as [string, string];

export async function watchLeavers(
  leavers: readonly Identity[],
  paths: AccessPaths,
  logins: Logins,
): Promise<Leaver[]> {
  const { database } = logins;
  const watched: Leaver[] = [];
  const isLeaving = (name: string) => leavers.some((leaver) => leaver.name === name);
  const accomplice = paths.plan.identities.find(({ name, actsAs }) => actsAs === undefined && !isLeaving(name))?.name;
  for (const identity of leavers) {
    const session = await logins.login(identity.name);
    const schemas = paths.plan.schemas.filter(({ name }) => paths.accessTo(name).has(identity.name));
    const habits = schemas
      .filter(({ kind }) => kind !== "throwaway")
      .map(({ name }) => `select count(*) from ${objects(database, name, "before").table}`);
    for (const habit of habits) await session.query(habit);
    const own = schemas.filter(({ owner }) => owner === identity.name).map(({ name }) => name);
    const rows = await countRows(logins.admin, await tablesIn(logins.admin, database, own));
    const [home] = own;
    const trap = home === undefined ? undefined : await setTrap(session, database, home, logins, accomplice);
    watched.push({ identity, session, rows, habits, trap });
  }
  return watched;
}

/** The accomplice passes on to themselves what they were let do, so that it does not hang on the leaver alone. */
async function setTrap(
  session: Client,
  database: string,
  schema: string,
  logins: Logins,
  accomplice: string | undefined,
): Promise<Trap> {
  const sudo = identifier(database, schema, "sudo");
  await session.query(
    `create or replace procedure ${sudo}(SQL varchar) returns varchar language sql execute as owner` +
      " as 'begin execute immediate :SQL; return ''done''; end'",
  );
  const trap = { call: `call ${sudo}(${literal(ESCALATION)})`, accomplice };
  if (accomplice === undefined) return trap;
  const grants = [`schema ${identifier(database, schema)}`, `procedure ${sudo}(varchar)`].map(
    (what) => `grant usage on ${what} to role ${identifier(accomplice)}`,
  );
  for (const grant of grants) await session.query(`${grant} with grant option`);
  await as(logins.login(accomplice), async (client) => {
    for (const grant of grants) await client.query(grant);
    await client.query(`call ${sudo}('select 1')`);
  });
  return trap;
}

/** Access ends at once, for the open session too, and no row is lost. */
export async function proveOffboarding(leavers: readonly Leaver[], logins: Logins): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const { identity, session, habits, rows, trap } of leavers) {
    const login = await outcomeOf(as(logins.login(identity.name), (client) => client.query("select 1")));
    verdicts.push(expectRefused(identity, "log in", login, LOGIN_REFUSED));
    for (const habit of habits)
      verdicts.push(expectRefused(identity, habit, await outcomeOf(session.query(habit)), ACCESS_DISABLED));
    await session.end();
    if (trap) verdicts.push(...(await springTrap(identity, trap, logins)));
    const left = await countRows(logins.admin, rows.keys());
    for (const [table, count] of rows) verdicts.push(expectRows(identity, table, count, left.get(table)));
  }
  return addVerdicts(verdicts);
}

/** Its code runs for nobody, and where an administrator lets it, as somebody who may do nothing. */
async function springTrap(identity: Identity, { call, accomplice }: Trap, logins: Logins): Promise<Verdict[]> {
  const { admin } = logins;
  const attempt = async (who: Client) => {
    const outcome = await outcomeOf(who.query(call));
    if (outcome.allowed) await admin.query(TAKE_BACK);
    return outcome;
  };
  // The control: an administrator may do it.
  await admin.query(ESCALATION);
  await admin.query(TAKE_BACK);
  const verdicts = [expectRefused(identity, call, await attempt(admin), NOT_GRANTED)];
  if (accomplice === undefined) return verdicts;
  const outcome = await as(logins.login(accomplice), attempt);
  return [...verdicts, expectRefused(identity, `${accomplice}: ${call}`, outcome, NOT_AUTHORIZED)];
}

async function tablesIn(admin: Client, database: string, schemas: readonly string[]): Promise<string[]> {
  const tables: string[] = [];
  for (const schema of schemas) {
    const rows = await admin.query(`show tables in schema ${identifier(database, schema)}`);
    tables.push(...rows.map(({ name }) => identifier(database, schema, String(name))));
  }
  return tables;
}

async function countRows(admin: Client, tables: Iterable<string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const [row] = await admin.query(`select count(*) as N from ${table}`);
    counts.set(table, Number(row?.N));
  }
  return counts;
}
