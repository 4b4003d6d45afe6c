import { type Outcome, outcomeOf, refusal, type Statement } from "../../../proof/statement";
import type { ProbeSession } from "../../../proof/testWarehouse";
import { identifier } from "../quote";
import type { Client } from "./client";

/** The role may see the object and may not do this with it. */
export const NO_PRIVILEGE = "003001";

/** The object is not there, or the role holds nothing on it: Snowflake does not tell which. */
export const NOT_AUTHORIZED = "002003";

/** A role that the user does not have. */
export const NO_SUCH_ROLE = "003013";

/** What USE says of something that is not there, or that the role holds nothing on. */
export const CANNOT_BE_PERFORMED = "002043";

/** GRANT and REVOKE that did nothing. */
export const NOT_GRANTED = "003102";

/** A procedure or function that is not there, or that the role may not use. */
export const NO_SUCH_PROCEDURE = "002141";

/**
 * The role that grants are tried with. Not PUBLIC: taking back what was tried would take away what somebody granted to
 * everybody by hand, before it is found.
 */
export const NOBODY = "ONE_ENV_NOBODY";

/** The user, or the warehouse, that controls may spoil: no account has one of that name. */
export const DECOY = "ONE_ENV_DECOY";

/** The refusals that prove a missing permission, given that the statement works for somebody else. */
export const DENIALS: readonly (string | undefined)[] = [
  NO_PRIVILEGE,
  NOT_AUTHORIZED,
  NO_SUCH_ROLE,
  CANNOT_BE_PERFORMED,
  NO_SUCH_PROCEDURE,
  NOT_GRANTED,
];

/** What a session stands in. */
export interface Home {
  readonly role: string;
  readonly warehouse: string | null;
}

export async function homeOf(client: Client): Promise<Home> {
  const [row] = await client.query('select current_role() as "role", current_warehouse() as "warehouse"');
  return { role: String(row?.role), warehouse: row?.warehouse ? String(row.warehouse) : null };
}

/** Takes back what USE has changed. A default warehouse that the role may not use could not be chosen again. */
export async function goHome(client: Client, { role, warehouse }: Home): Promise<void> {
  await client.query(`use role ${identifier(role)}`);
  await client.query("use secondary roles none");
  if (warehouse !== null) await outcomeOf(client.query(`use warehouse ${identifier(warehouse)}`));
}

/**
 * A session that takes back what it did: Snowflake commits DDL at once, so each statement brings what undoes it, and
 * that is the admin's to run.
 */
export async function perform(client: Client, admin: Client): Promise<ProbeSession> {
  const home = await homeOf(client);
  return {
    async attemptAll(statements) {
      const outcomes: Outcome[] = [];
      for (const statement of statements) {
        const outcome = await attempt(client, admin, statement);
        if (outcome.allowed && /^use /i.test(statement.sql)) await goHome(client, home);
        outcomes.push(outcome);
      }
      return outcomes;
    },
    end: () => client.end(),
  };
}

async function attempt(client: Client, admin: Client, { sql, effect, undo = [] }: Statement): Promise<Outcome> {
  try {
    await client.query(sql);
  } catch (error) {
    return refusal(error);
  }
  try {
    if (effect === undefined || (await isGrantedToNobody(admin, effect))) return { allowed: true };
    return { allowed: false, code: NO_PRIVILEGE, message: "no effect" };
  } finally {
    for (const statement of undo) await admin.query(statement);
  }
}

/** @param grants a SHOW GRANTS statement */
async function isGrantedToNobody(admin: Client, grants: string): Promise<boolean> {
  return (await admin.query(grants)).some((row) => row.grantee_name === NOBODY);
}
