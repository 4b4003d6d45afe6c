import { UserError } from "../../messages/userError";
import type { AdoptionChoice, Change } from "../adoption";
import { KINDS, type Kind } from "./kinds";
import { unquoted } from "./preflight/authority";
import { readGrant, withoutNames } from "./preflight/grantRows";
import { type Asking, namesOf, showAll } from "./preflight/listing";
import { exactly, identifier, snowflakeName } from "./quote";
import type { Row } from "./session";

/** What is given first, and what last. */
function inOrder(): readonly Kind[] {
  return [...KINDS.filter(({ adopt }) => !adopt?.code), ...KINDS.filter(({ adopt }) => adopt?.code)];
}

/**
 * The statements that make everything in some schemas belong to an owner ("GRANT OWNERSHIP"); grants that are on it stay,
 * and what is the owner's already is left as it is.
 *
 * A procedure that runs with its owner's rights comes as one that runs with its caller's: what somebody has written whom
 * it belonged to so far would otherwise run with rights that they never had, for everybody who may call it.
 *
 * @param session of somebody who sees everything, by MANAGE GRANTS: what is out of sight would not be counted
 * @param owner role
 * @param choice `keepDefiner`: procedures stay as they are
 * @throws UserError for a schema that is not there
 */
export async function adoptionOf(
  session: Asking,
  database: string,
  schemas: readonly string[],
  owner: string,
  { keepDefiner = false }: AdoptionChoice = {},
): Promise<Change[]> {
  const present = await namesOf(session, `SHOW SCHEMAS IN DATABASE ${identifier(database)}`);
  const routines = await routinesOf(session, database, owner);
  const changes: Change[] = [];
  for (const schema of schemas) {
    if (!present.has(snowflakeName(schema)))
      throw new UserError(
        `there is no schema \`${snowflakeName(schema)}\` in \`${database}\``,
        "deploy the roster first",
      );
    const place = identifier(database, schema);
    for (const { plural, adopt } of inOrder()) {
      if (adopt === undefined) continue;
      const { show, counts = () => true, disarmed = false } = adopt;
      const kind = plural.toLowerCase();
      const rows = (await showAll(session, `SHOW ${show} IN SCHEMA ${place}`)).filter(counts);
      // SHOW does not tell whose a function or procedure is.
      const isMine = (row: Row) =>
        "owner" in row
          ? unquoted(row.owner) === snowflakeName(owner)
          : routines.has(`${kind} ${snowflakeName(schema)} ${signatureOf(row)}`);
      const others = rows.filter((row) => !isMine(row));
      if (disarmed && !keepDefiner)
        for (const row of others) changes.push(...(await disarming(session, database, schema, row)));
      const sql = `grant ownership on all ${kind} in schema ${place} to role ${identifier(owner)} copy current grants`;
      if (others.length > 0) changes.push({ sql, objects: others.length });
    }
  }
  return changes;
}

/** The functions and procedures that are a role's: `functions PROD_HR F(VARCHAR)`. */
async function routinesOf(session: Asking, database: string, owner: string): Promise<ReadonlySet<string>> {
  const rows = (await session.query(`SHOW GRANTS TO ROLE ${identifier(owner)}`)).map(readGrant);
  const owned = rows.filter(({ privilege, path }) => privilege === "OWNERSHIP" && path[0] === database);
  return new Set(owned.map(({ on, path }) => `${on.toLowerCase()}s ${path[1]} ${withoutNames(String(path[2]))}`));
}

/** `F(VARCHAR, NUMBER DEFAULT) RETURN VARCHAR`, as SHOW has it → `F(VARCHAR, NUMBER)`. */
function signatureOf({ arguments: signature }: Row): string {
  return String(signature)
    .replace(/ RETURN .*$/, "")
    .replaceAll(/ DEFAULT\b|\bDEFAULT /g, "");
}

/** What makes a procedure run with its caller's rights ("ALTER PROCEDURE", EXECUTE AS), unless it does. */
async function disarming(session: Asking, database: string, schema: string, row: Row): Promise<Change[]> {
  const name = String(row.name);
  const procedure = `${identifier(database, schema)}.${exactly(name)}${signatureOf(row).slice(name.length)}`;
  const properties = await session.query(`DESCRIBE PROCEDURE ${procedure}`);
  const isOwners = properties.some(({ property, value }) => property === "execute as" && value === "OWNER");
  return isOwners ? [{ sql: `alter procedure ${procedure} execute as caller`, objects: 0 }] : [];
}
