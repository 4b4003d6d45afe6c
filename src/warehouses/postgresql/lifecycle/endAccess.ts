import type { Client } from "pg";
import { UserError } from "../../../messages/userError";
import { type Admin, OPTIONS_OF_MEMBERSHIPS, transaction } from "../admin";
import { isConflict } from "../preflight/conflicts";
import { identifier } from "../quote";
import { actFor } from "../reach";
import { Blocked, withLockTimeout } from "./locks";

/** How often a leaver's sessions are ended and the login tried again. */
const ATTEMPTS = 3;

/** Called with a sentence about what could not be taken away. */
export type Tell = (what: string) => void;

/** A role that is on its way out. */
export interface Role {
  readonly name: string;
  readonly oid: number;
  readonly login: boolean;
}

export async function findRole({ client }: Admin, name: string): Promise<Role | undefined> {
  const { rows } = await client.query<Role>(
    "select rolname as name, oid::int8::float8 as oid, rolcanlogin as login from pg_roles where rolname = $1",
    [name],
  );
  return rows[0];
}

/**
 * Ends a role's access, whatever else stands in the way of its removal: no login, no memberships in it or of it, no
 * sessions. What it owns and may is not touched, so nobody else's lock on any of that matters; its own sessions, which
 * could hold the role itself, are ended.
 *
 * @param watcher a second session of the admin
 * @throws UserError that names who holds the role's row in the catalog
 */
export async function endAccess(admin: Admin, watcher: Client, name: string, tell: Tell): Promise<void> {
  const role = await findRole(admin, name);
  if (role === undefined) return;
  const acting = role.login ? await loginsActingAs(admin, role) : [];
  await lockOut(admin, watcher, role, acting, tell);
  await endSessions(admin, acting);
}

async function lockOut(
  admin: Admin,
  watcher: Client,
  role: Role,
  acting: readonly LoginRole[],
  tell: Tell,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const kept = await transaction(admin.client, () =>
        withLockTimeout(admin.client, watcher, async () => {
          if (role.login) await admin.client.query(`alter role ${identifier(role.name)} nologin`);
          return revokeMemberships(admin, role);
        }),
      );
      for (const what of kept) tell(what);
      return;
    } catch (error) {
      if (!(error instanceof Blocked) && !isConflict(String(error))) throw refusalOf(error, admin, role);
      if (attempt === ATTEMPTS) {
        const who = error instanceof Blocked ? error.who : "others who change roles at the same time";
        throw new UserError(
          `cannot lock out \`${role.name}\`: ${who} holds it in a transaction that is not over`,
          "end it (SELECT pg_terminate_backend(…), or ROLLBACK PREPARED), and deploy again",
        );
      }
      await endSessions(admin, acting);
    }
  }
}

function refusalOf(error: unknown, { user }: Admin, { name }: Role): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== "42501") return error;
  return new UserError(
    `\`${user}\` may not lock out \`${name}\`: ${message} (42501)`,
    `as a superuser: ALTER ROLE ${identifier(name)} NOLOGIN NOSUPERUSER, and deploy again`,
  );
}

interface Membership {
  readonly role: string;
  readonly member: string;
  readonly grantor: string;
}

/** @returns what could not be taken back: since PostgreSQL 16 only who granted a membership, or may admin it, can */
async function revokeMemberships(admin: Admin, { name, oid }: Role): Promise<string[]> {
  const { client, user, version } = admin;
  const { rows } = await client.query<Membership>(
    `select roleid::regrole::text as role, member::regrole::text as member, grantor::regrole::text as grantor
       from pg_auth_members where $1::int8::oid in (member, roleid) and member <> $2::text::regrole`,
    [oid, identifier(user)],
  );
  const kept: string[] = [];
  for (const { role, member, grantor } of rows) {
    const sql = `revoke ${role} from ${member}${version >= OPTIONS_OF_MEMBERSHIPS ? ` granted by ${grantor}` : ""} cascade`;
    const refused = await tryStatement(client, sql);
    if (refused)
      kept.push(`${member} stays a member of ${role} while \`${name}\` leaves: ${refused}; as ${grantor}: ${sql}`);
  }
  return kept;
}

/** @returns why not; a lock that somebody holds is thrown on */
async function tryStatement(client: Client, sql: string): Promise<string | undefined> {
  await client.query("savepoint trying");
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (code !== "42501" && code !== "0LP01") throw error;
    await client.query("rollback to savepoint trying");
    return `${message} (${code})`;
  }
}

interface LoginRole {
  readonly name: string;
  readonly oid: number;
}

/** The role and every login that could have taken it by SET ROLE, which lasts longer than the membership. */
async function loginsActingAs({ client, user }: Admin, { oid }: Role): Promise<LoginRole[]> {
  const { rows } = await client.query<LoginRole>(
    `with recursive acting as (
       select $1::int8::oid as oid
        union select m.member from pg_auth_members as m join acting on acting.oid = m.roleid
     )
     select rolname as name, oid::int8::float8 as oid from acting join pg_roles using (oid)
      where rolname <> $2 and (oid = $1 or not rolsuper)`,
    [oid, user],
  );
  return rows;
}

interface Ending {
  readonly pid: number;
  readonly user: string;
  readonly ended: boolean;
}

const END = `
  select pid, usename as user, pg_terminate_backend(pid, 5000) as ended
    from pg_stat_activity where usesysid = any($1::int8[]::oid[]) and pid <> pg_backend_pid()`;

/** @throws UserError when the server cannot end one of them */
async function endSessions({ client }: Admin, logins: readonly LoginRole[]): Promise<void> {
  const oids = logins.map(({ oid }) => oid);
  const names = logins.map(({ name }) => name);
  const open = async () =>
    (await client.query("select from pg_stat_activity where usesysid = any($1::int8[]::oid[])", [oids])).rowCount;
  for (let attempt = 1; oids.length > 0 && (await open()); attempt++) {
    // Only its members may end a role's sessions (pg_terminate_backend).
    const { rows } = await actFor(client, names, () => client.query<Ending>(END, [oids]));
    const stuck = rows.find(({ ended }) => !ended);
    if (stuck && attempt === ATTEMPTS)
      throw new UserError(`session ${stuck.pid} of \`${stuck.user}\` does not end`, "end its process on the server");
  }
}
