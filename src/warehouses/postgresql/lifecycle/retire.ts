import type { Client } from "pg";
import { UserError } from "../../../messages/userError";
import { LEFT, MAX_NAME_BYTES } from "../../../names";
import { type Admin, adminOf, transaction } from "../admin";
import { isConflict } from "../preflight/conflicts";
import { identifier } from "../quote";
import { actFor } from "../reach";
import { readSql } from "../readSql";
import { findRole, type Role, type Tell } from "./endAccess";
import { Blocked, LOCK_TIMEOUT, withLockTimeout } from "./locks";

/** Opens a session of the admin in a database of the server; the caller ends it. */
export type Connect = (database: string) => Promise<Client>;

const ATTEMPTS = 3;

/**
 * Takes a role's name away from what it had. The role stays, under a name of its own, as the owner of everything that it
 * made, in every database: renaming touches one row of the catalog, so no object, lock or grant anywhere can keep it from
 * happening (PG-24). It may do nothing: no login, no membership, no attribute; and nobody may do anything with what it
 * owns. A new role without anything takes the old name, for the engine to drop.
 *
 * Its SECURITY DEFINER routines go on running as it, that is, without any rights; had they become somebody else's
 * (PG-23), or invoker's, they would run with rights that their author never had.
 *
 * @param admin in the warehouse's database
 */
export async function retire(admin: Admin, watcher: Client, connect: Connect, name: string, tell: Tell): Promise<void> {
  const role = await findRole(admin, name);
  if (role === undefined) return;
  if (!(await hasNothing(admin, role))) await rename(admin, watcher, role, { ...role, name: formerName(role) });
  // A deployment that was interrupted here has renamed the role, and taken nothing else from it.
  for (const former of await formersOf(admin, name)) await settle(admin, connect, former, tell);
}

async function settle(admin: Admin, connect: Connect, former: Role, tell: Tell): Promise<void> {
  await disarm(admin, former, tell);
  await close(admin, former, tell);
  for (const database of await otherDatabases(admin, former)) {
    const where = `database \`${database}\``;
    try {
      const client = await connect(database);
      await close(await adminOf(client), former, (what) => tell(`${where}: ${what}`)).finally(() => client.end());
    } catch (error) {
      tell(`${where}: \`${former.name}\` keeps what it has there: ${(error as Error).message}`);
    }
  }
  await dropIfEmpty(admin, former);
}

/** The roles that had a name before. */
async function formersOf({ client }: Admin, name: string): Promise<Role[]> {
  const { rows } = await client.query<Role>(
    `select rolname as name, oid::int8::float8 as oid, rolcanlogin as login
       from pg_roles where starts_with(rolname, $1) order by oid`,
    [LEFT],
  );
  return rows.filter((role) => role.name === formerName({ ...role, name }));
}

/** `left:alice:16423`; unique, because no role ever has the same OID at the same time. */
function formerName({ name, oid }: Role): string {
  const suffix = `:${oid}`;
  const bytes = Buffer.from(name).subarray(0, MAX_NAME_BYTES - LEFT.length - suffix.length);
  // What was cut in the middle of a character is left out.
  return `${LEFT}${bytes.toString().replaceAll("\uFFFD", "")}${suffix}`;
}

/** Whether there is nothing that would keep the role from being dropped, a lock of somebody who is just giving it something included. */
async function hasNothing({ client }: Admin, { oid }: Role): Promise<boolean> {
  const { rows } = await client.query<{ nothing: boolean }>(
    `select not exists (select from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = $1::int8::oid)
        and not exists (select from pg_locks where locktype = 'object' and classid = 'pg_authid'::regclass
                           and objid = $1::int8::oid and pid <> pg_backend_pid()) as nothing`,
    [oid],
  );
  return rows[0]?.nothing === true;
}

async function rename(admin: Admin, watcher: Client, role: Role, former: Role): Promise<void> {
  const { client } = admin;
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(client, () =>
        withLockTimeout(client, watcher, async () => {
          await client.query(`alter role ${identifier(role.name)} rename to ${identifier(former.name)}`);
          await client.query(`alter role ${identifier(former.name)} password null`);
          await client.query(`create role ${identifier(role.name)} nologin`);
        }),
      );
    } catch (error) {
      if (attempt < ATTEMPTS && (error instanceof Blocked || isConflict(String(error)))) continue;
      if (!(error instanceof Blocked)) throw error;
      throw new UserError(
        `\`${role.name}\` is locked out, and cannot be removed yet: ${error.who} holds the role in a transaction that is not over`,
        "end it (SELECT pg_terminate_backend(…), or ROLLBACK PREPARED), and deploy again",
      );
    }
  }
}

const ATTRIBUTES = `
  select array_remove(array[
           case when rolsuper then 'nosuperuser' end, case when rolcreaterole then 'nocreaterole' end,
           case when rolcreatedb then 'nocreatedb' end, case when rolreplication then 'noreplication' end,
           case when rolbypassrls then 'nobypassrls' end], null) as attributes
    from pg_roles where oid = $1::int8::oid`;

async function disarm({ client }: Admin, { name, oid }: Role, tell: Tell): Promise<void> {
  const { rows } = await client.query<{ attributes: string[] }>(ATTRIBUTES, [oid]);
  for (const attribute of rows[0]?.attributes ?? []) {
    const sql = `alter role ${identifier(name)} ${attribute}`;
    await client.query(sql).catch((error: Error) => tell(`\`${name}\`: ${error.message}; as a superuser: ${sql}`));
  }
}

/** A row of `held.sql`. */
interface Held {
  readonly grantor: string;
  readonly asOwner: boolean;
  /** Owner of the schema that it is about. */
  readonly home: string | null;
  readonly statement: string;
}

/** Ends what the role was given and what it gave, in the database of the session. What cannot be ended is told. */
async function close({ client }: Admin, { name, oid }: Role, tell: Tell): Promise<void> {
  const sql = readSql("held");
  // With nothing on the path every name is printed with its schema.
  await client.query(`set search_path to ''; set lock_timeout = '${LOCK_TIMEOUT}'`);
  const { rows } = await client.query<Held>(sql, [oid]);
  for (const { grantor, asOwner, home, statement } of rows) {
    try {
      await actFor(client, [unquoted(grantor), ...(home === null ? [] : [home])], async () => {
        if (!asOwner) await client.query(`set local role ${grantor}`);
        await client.query(statement);
        await client.query("reset role");
      });
    } catch (error) {
      tell(`\`${name}\` keeps a grant: ${(error as Error).message}; as ${grantor}: ${statement}`);
    }
  }
}

/** A name as `regrole` prints it, as it is. */
function unquoted(role: string): string {
  return role.startsWith('"') ? role.slice(1, -1).replaceAll('""', '"') : role;
}

async function otherDatabases({ client }: Admin, { oid }: Role): Promise<string[]> {
  const { rows } = await client.query<{ database: string }>(
    `select distinct datname as database from pg_shdepend as s join pg_database as d on d.oid = s.dbid
      where refclassid = 'pg_authid'::regclass and refobjid = $1::int8::oid and datname <> current_database() order by 1`,
    [oid],
  );
  return rows.map(({ database }) => database);
}

/**
 * A service that made nothing leaves nothing. Its own default privileges are worth nothing without it; whoever is just
 * giving it something keeps it from going, and it stays.
 */
async function dropIfEmpty({ client }: Admin, { name, oid }: Role): Promise<void> {
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (
              select from pg_shdepend
               where refclassid = 'pg_authid'::regclass and refobjid = $1::int8::oid
                 and (classid <> 'pg_default_acl'::regclass
                      or dbid <> (select oid from pg_database where datname = current_database()))) as empty`,
    [oid],
  );
  if (rows[0]?.empty !== true) return;
  try {
    await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    await actFor(client, [name], () => client.query(`drop owned by ${identifier(name)}`));
    await client.query(`drop role ${identifier(name)}`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "55P03" && code !== "2BP01") throw error;
  }
}
