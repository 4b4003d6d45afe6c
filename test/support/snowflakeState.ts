import { openSession, type Row } from "../../src/warehouses/snowflake/session";
import type { TestSnowflake } from "./snowflake";

/** Everything in the account that a deployment may touch, in an order of its own and without times. */
export async function stateOf({ target }: TestSnowflake): Promise<Record<string, unknown>> {
  const session = await openSession(target.connection);
  return readState(async (statement) => normal(await session.query(statement))).finally(() => session.close());
}

async function readState(show: (statement: string) => Promise<Row[]>): Promise<Record<string, unknown>> {
  const forEach = async (kind: string, names: readonly unknown[], statement: (name: string) => string) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [`${kind} ${name}`, await show(statement(`"${name}"`))] as const)),
    );
  const [roles, users, warehouses, schemas] = await Promise.all([
    show("SHOW ROLES"),
    show("SHOW USERS"),
    show("SHOW WAREHOUSES"),
    show('SHOW SCHEMAS IN DATABASE "ANALYTICS"'),
  ]);
  const names = (rows: readonly Row[]) => rows.map(({ name }) => name);
  const procedures = await show('SHOW PROCEDURES IN DATABASE "ANALYTICS"');
  return {
    roles,
    users,
    warehouses,
    schemas,
    monitors: await show("SHOW RESOURCE MONITORS"),
    procedures,
    futureInDatabase: await show('SHOW FUTURE GRANTS IN DATABASE "ANALYTICS"'),
    tables: await show('SHOW TABLES IN DATABASE "ANALYTICS"'),
    ...(await forEach("grants to role", names(roles), (name) => `SHOW GRANTS TO ROLE ${name}`)),
    ...(await forEach("grants of role", names(roles), (name) => `SHOW GRANTS OF ROLE ${name}`)),
    ...(await forEach(
      "future in schema",
      names(schemas),
      (name) => `SHOW FUTURE GRANTS IN SCHEMA "ANALYTICS".${name}`,
    )),
    bodies: await Promise.all(procedures.map((row) => show(`DESCRIBE PROCEDURE "ANALYTICS"."CI".${signatureOf(row)}`))),
    ...(await forEach(
      "parameters of schema",
      names(schemas).filter((name) => name !== "INFORMATION_SCHEMA"),
      (name) => `SHOW PARAMETERS IN SCHEMA "ANALYTICS".${name}`,
    )),
    ...(await forEach("user", names(users), (name) => `DESCRIBE USER ${name}`)),
    ...(await forEach("parameters of user", names(users), (name) => `SHOW PARAMETERS IN USER ${name}`)),
    ...(await forEach("parameters of warehouse", names(warehouses), (name) => `SHOW PARAMETERS IN WAREHOUSE ${name}`)),
  };
}

/** Columns that tell when, or by which session. `granted_on` and `grant_on` are none of them: they tell on what. */
const VOLATILE = /^(created|dropped|updated|resumed)_on$|_time$|^(last_|is_current|is_default|state$)/;
const VOLATILE_PROPERTIES = /LAST_SET_TIME|_TIME$/;

function normal(rows: readonly Row[]): Row[] {
  return rows
    .filter(({ property }) => !VOLATILE_PROPERTIES.test(String(property)))
    .map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !VOLATILE.test(column))))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** `OPEN_RUNNER(VARCHAR) RETURN ARRAY` → `OPEN_RUNNER(VARCHAR)`. */
function signatureOf({ arguments: signature }: Row): string {
  return String(signature).replace(/ RETURN .*$/, "");
}
