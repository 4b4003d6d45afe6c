import type { AccessPlan } from "../../../access/plan";
import { UserError } from "../../../messages/userError";
import { type Admin, OPTIONS_OF_MEMBERSHIPS } from "../admin";
import { isConflict } from "../preflight/conflicts";
import { identifier, literal } from "../quote";
import { findRole, type Tell } from "./endAccess";

const ATTEMPTS = 10;

/** What a login has that is not the program's, and that the provider takes away with every update. */
export interface Own {
  readonly memberships: readonly OwnMembership[];
  /** As `ALTER ROLE … SET search_path TO` takes it. */
  readonly searchPath: string | undefined;
  /** Nobody could log in as it. */
  readonly lockedOut: boolean;
}

interface OwnMembership {
  readonly role: string;
  readonly admin: boolean;
  /** Null before PostgreSQL 16. */
  readonly inherit: boolean | null;
  readonly set: boolean | null;
  readonly grantor: string;
  /** Whether the deploying admin may grant and revoke it. */
  readonly ours: boolean;
}

const OWN = `
  select m.roleid::regrole::text as role, m.admin_option as admin, m.grantor::regrole::text as grantor,
         (to_jsonb(m) ->> 'inherit_option')::boolean as inherit, (to_jsonb(m) ->> 'set_option')::boolean as set,
         current_setting('server_version_num')::int < $3 or pg_has_role(m.roleid, 'member with admin option') as ours
    from pg_auth_members as m join pg_roles as r on r.oid = m.roleid
   where m.member = quote_ident($1)::regrole and r.rolname <> all ($2)
   order by 1, 3`;

const SEARCH_PATH = `
  select substr(setting, length('search_path=') + 1) as path
    from pg_db_role_setting as s cross join lateral unnest(s.setconfig) as setting
   where s.setrole = quote_ident($1)::regrole and s.setdatabase = 0 and setting like 'search_path=%'`;

/**
 * What the provider's next update of a login would take away: it revokes every membership, whoever granted it, and
 * resets the search path, whatever it is that changes.
 *
 * @throws UserError when the update cannot succeed, because the admin may not revoke what somebody else granted
 */
export async function ownOf(admin: Admin, login: string, { roles }: AccessPlan): Promise<Own> {
  const { client, user } = admin;
  const groups = roles.map(({ name }) => name);
  const { rows } = await client.query<OwnMembership>(OWN, [login, groups, OPTIONS_OF_MEMBERSHIPS]);
  const foreign = rows.find(({ ours }) => !ours);
  if (foreign) {
    throw new UserError(
      `\`${login}\` cannot be changed: ${foreign.grantor} made it a member of ${foreign.role}, and \`${user}\` may not take that back for the time of the change`,
      `as ${foreign.grantor}: GRANT ${foreign.role} TO ${identifier(user)} WITH ADMIN OPTION`,
    );
  }
  const paths = await client.query<{ path: string }>(SEARCH_PATH, [login]);
  const role = await findRole(admin, login);
  return { memberships: rows, searchPath: paths.rows[0]?.path, lockedOut: role?.login === false };
}

export async function setPassword({ client }: Admin, login: string, password: string): Promise<void> {
  await client.query(`alter role ${identifier(login)} password ${literal(password)}`);
}

/** Gives a login back what the provider took away. */
export async function giveBack({ client, version }: Admin, login: string, own: Own, tell: Tell): Promise<void> {
  for (const { role, admin, inherit, set } of own.memberships) {
    const options =
      version >= OPTIONS_OF_MEMBERSHIPS ? `admin ${admin}, inherit ${inherit}, set ${set}` : "admin option";
    const suffix = version >= OPTIONS_OF_MEMBERSHIPS || admin ? ` with ${options}` : "";
    const { rowCount } = await client.query(
      "select from pg_auth_members where member = quote_ident($1)::regrole and roleid = $2::text::regrole",
      [login, role],
    );
    if (rowCount === 0) await client.query(`grant ${role} to ${identifier(login)}${suffix}`);
    tell(`\`${login}\` stays a member of ${role}, which the roster does not know`);
  }
  // A list as the catalog keeps it is a list as SET takes it.
  if (own.searchPath !== undefined)
    await client.query(`alter role ${identifier(login)} set search_path to ${own.searchPath || "''"}`);
}

const UNREADABLE = `
  select r.rolname as role, split_part(setting, '=', 1) as name
    from pg_db_role_setting as s cross join lateral unnest(s.setconfig) as setting join pg_roles as r on r.oid = s.setrole
   where s.setdatabase = 0 and r.rolname = any ($1)
     and setting ~ '^(statement_timeout|idle_in_transaction_session_timeout)=' and setting !~ '=[0-9]+$'`;

/**
 * Gives logins their limits back where the provider could not read what is there. Everybody may set their own, with a
 * unit too, and would stop every reading of the warehouse with it.
 */
export async function makeReadable({ client }: Admin, { identities }: AccessPlan): Promise<void> {
  const limits = new Map(identities.map((identity) => [identity.name, identity.limits]));
  const { rows } = await client.query<{ role: string; name: string }>(UNREADABLE, [[...limits.keys()]]);
  for (const { role, name } of rows) {
    const of = limits.get(role);
    const limit = name === "statement_timeout" ? of?.statementTimeout : of?.idleInTransaction;
    await client.query(
      `alter role ${identifier(role)} ${limit === undefined ? `reset ${name}` : `set ${name} to ${limit}`}`,
    );
  }
}

const MAY_SET = `
  select m.roleid::regrole::text as role, m.member::regrole::text as member, m.grantor::regrole::text as grantor
    from pg_auth_members as m join pg_roles as member on member.oid = m.member join pg_roles as role on role.oid = m.roleid
   where m.set_option and member.rolname = any ($1) and role.rolname = any ($2)
   order by 1, 2`;

/**
 * Lets logins read through their groups, and not become them: what somebody makes as a group outlives the membership, and
 * goes on reading what the group reads. Before PostgreSQL 16 there is no such membership.
 */
export async function closeSetRole(
  { client, version }: Admin,
  { roles, identities }: AccessPlan,
  login?: string,
): Promise<void> {
  if (version < OPTIONS_OF_MEMBERSHIPS) return;
  const logins = identities.filter(({ name, actsAs }) => actsAs === undefined && (login ?? name) === name);
  const { rows } = await client.query<{ role: string; member: string; grantor: string }>(MAY_SET, [
    logins.map(({ name }) => name),
    roles.map(({ name }) => name),
  ]);
  for (const { role, member, grantor } of rows) {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query(`grant ${role} to ${member} with set false granted by ${grantor}`);
        break;
      } catch (error) {
        if (attempt === ATTEMPTS || !isConflict(String(error))) throw error;
      }
    }
  }
}
