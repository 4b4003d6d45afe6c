import type { Identity } from "../../../access/plan";
import { PROD } from "../../../names";
import { expectRefused } from "../../../proof/offboarding";
import type { OffboardingDialect, Trap, TrapPlace } from "../../../proof/offboardingDialect";
import { as, type TestSession } from "../../../proof/session";
import { outcomeOf } from "../../../proof/statement";
import type { Verdict } from "../../../proof/verdict";
import { identifier, literal } from "../quote";
import { fixturePlace } from "./fixtures";
import type { Logins } from "./logins";
import { NOBODY, NOT_AUTHORIZED, NOT_GRANTED } from "./session";

/** What a key pair's login gets to hear when the user is gone, is disabled or has another key. */
const LOGIN_REFUSED = "390144";

/** What an open session gets to hear whose user is gone or disabled. */
const ACCESS_DISABLED = "390101";

const [ESCALATION, TAKE_BACK] = ["grant role $1 to role $2", "revoke role $1 from role $2"].map((sql) =>
  sql.replace("$1", identifier(PROD)).replace("$2", identifier(NOBODY)),
) as [string, string];

/** How somebody leaves Snowflake. */
export function offboardingOn(logins: Logins): OffboardingDialect {
  return {
    readIn: (schema) => `select count(*) from ${fixturePlace(logins.database, schema, "before").beside("table")}`,
    loginRefused: LOGIN_REFUSED,
    sessionEnded: ACCESS_DISABLED,
    goOn: (habits) => habits.map((sql) => ({ what: sql, sql })),
    setTrap: (place) => setTrap(place, logins),
  };
}

/**
 * Code that does whatever it is told to, with its owner's rights: it must never be an administrator's. What it is told is
 * what nobody but an administrator may do, tried on a role that is nobody's.
 */
async function setTrap({ identity, session, home, staying }: TrapPlace, logins: Logins): Promise<Trap> {
  const { database } = logins;
  const sudo = identifier(database, home, "sudo");
  await session.query(
    `create or replace procedure ${sudo}(SQL varchar) returns varchar language sql execute as owner` +
      " as 'begin execute immediate :SQL; return ''done''; end'",
  );
  const accomplice = staying.find(({ actsAs }) => actsAs === undefined)?.name;
  if (accomplice !== undefined) await letIn(accomplice, session, sudo, identifier(database, home), logins);
  return () => springTrap(identity, `call ${sudo}(${literal(ESCALATION)})`, accomplice, logins);
}

/**
 * Lets somebody who stays call the code. They pass on to themselves what they were let do, so that it does not hang on
 * the leaver alone: on leave that somebody else may end, and on their own.
 */
async function letIn(accomplice: string, session: TestSession, sudo: string, schema: string, logins: Logins) {
  const grants = [`schema ${schema}`, `procedure ${sudo}(varchar)`].map(
    (what) => `grant usage on ${what} to role ${identifier(accomplice)}`,
  );
  for (const grant of grants) await session.query(`${grant} with grant option`);
  await as(logins.login(accomplice), async (client) => {
    for (const grant of grants) await client.query(grant);
    await client.query(`call ${sudo}('select 1')`);
  });
}

/** The code runs for nobody, and where an administrator lets it, as somebody who may do nothing. */
async function springTrap(
  identity: Identity,
  call: string,
  accomplice: string | undefined,
  logins: Logins,
): Promise<Verdict[]> {
  const { admin } = logins;
  const attempt = async (who: TestSession) => {
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
