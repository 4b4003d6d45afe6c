import { PROD } from "../../../names";
import { expectRefused } from "../../../proof/offboarding";
import type { OffboardingDialect, Trap, TrapPlace } from "../../../proof/offboardingDialect";
import { as, type TestSession } from "../../../proof/session";
import { outcomeOf } from "../../../proof/statement";
import type { Verdict } from "../../../proof/verdict";
import { identifier, literal } from "../quote";
import { fixtureName } from "./fixtures";
import type { Logins } from "./logins";
import { DENIED } from "./session";

/** SQLSTATE `invalid_password`: what a login that is gone gets to hear. */
const NO_SUCH_LOGIN = "28P01";

/** SQLSTATE `admin_shutdown`: what an open session hears when it is ended. */
const ENDED = "57P01";

/** A routine that does what it is told as its owner, and is open to everybody. */
interface OpenRoutine {
  readonly routine: string;
  /** Somebody who stays, and has been let in. */
  readonly visitor: string;
}

/** How somebody leaves PostgreSQL. */
export function offboardingOn(logins: Logins): OffboardingDialect {
  return {
    readIn: (schema) => `select count(*) from ${fixtureName(schema, "before", "table")}`,
    loginRefused: NO_SUCH_LOGIN,
    sessionEnded: ENDED,
    // Once it is told, the connection is gone.
    goOn: () => [{ what: "go on with an open session", sql: "select 1" }],
    setTrap: (place) => setTrap(place, logins),
  };
}

/** @returns nothing where nobody stays who could be let in */
async function setTrap(place: TrapPlace, logins: Logins): Promise<Trap | undefined> {
  const [visitor] = place.staying;
  if (visitor === undefined) return undefined;
  const open = { routine: await openRoutine(place.session, place.home), visitor: visitor.name };
  // It works for somebody who was let in, as long as its owner is there.
  for (const sql of place.reads) await visit(logins, open, sql);
  return () => proveTrap(place, open, logins);
}

async function openRoutine(session: TestSession, schema: string): Promise<string> {
  const routine = identifier(schema, "left_behind");
  await session.query(`
    create or replace function ${routine}(sql text) returns void language plpgsql security definer
      as 'begin execute sql; end';
    grant usage on schema ${identifier(schema)} to public; grant execute on function ${routine} to public`);
  return routine;
}

/** Has the routine do something. @param who default: who stays and was let in */
async function visit(logins: Logins, { routine, visitor }: OpenRoutine, sql: string, who = visitor): Promise<unknown> {
  const call = `select ${routine}(${literal(sql)})`;
  return as(logins.superuser(), (client) => client.query(`set role ${identifier(who)}; ${call}`));
}

/** Nobody can call what was left behind, and when the superuser calls it, it may do nothing. */
async function proveTrap({ identity, reads }: TrapPlace, open: OpenRoutine, logins: Logins): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const expectDenied = async (sql: string, who: string) => {
    const outcome = await outcomeOf(visit(logins, open, sql, who));
    verdicts.push(expectRefused(identity, `${sql}, through what was left behind, by ${who}`, outcome, DENIED));
  };
  await expectDenied("select 1", open.visitor);
  for (const sql of [...reads, `grant ${identifier(PROD)} to ${identifier(open.visitor)}`])
    await expectDenied(sql, logins.superuserName);
  return verdicts;
}
