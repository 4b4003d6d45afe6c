import { type Admin, column, execute } from "../admin";
import { identifier } from "../quote";

/**
 * Does some work as a member of roles. An admin that is no superuser may change only what belongs to a role that it is a
 * member of, so it joins those roles for the length of the transaction; a superuser needs none of this.
 *
 * A role that is itself a member of the admin would close a circle: that membership is taken away meanwhile.
 */
export async function asMemberOf(admin: Admin, roles: readonly string[], work: () => Promise<void>): Promise<void> {
  if (admin.superuser) return work();
  const joined: string[] = [];
  const reversed: string[] = [];
  for (const role of roles) {
    if (role === admin.user || (await isSuperuser(admin, role))) continue;
    if (await isMember(admin, admin.user, role)) {
      await revoke(admin, admin.user, role);
      reversed.push(role);
    }
    if (!(await isMember(admin, role, admin.user))) {
      await grant(admin, role, admin.user);
      joined.push(role);
    }
  }
  await work();
  for (const role of joined) if (await isMember(admin, role, admin.user)) await revoke(admin, role, admin.user);
  for (const role of reversed) if (await exists(admin, role)) await grant(admin, admin.user, role);
}

/** The roles that a member is in, once for each grantor. */
export async function membershipsOf(admin: Admin, member: string): Promise<string[]> {
  const sql = "select pg_get_userbyid(roleid) from pg_auth_members where pg_get_userbyid(member) = $1 order by 1";
  return column(admin, sql, [member]);
}

export async function grant(admin: Admin, role: string, member: string): Promise<void> {
  await execute(admin, `grant ${identifier(role)} to ${identifier(member)}`);
}

export async function revoke(admin: Admin, role: string, member: string): Promise<void> {
  await execute(admin, `revoke ${identifier(role)} from ${identifier(member)}`);
}

/** Since PostgreSQL 16 the creator of a role is in it with ADMIN only; what counts here is that it may SET ROLE. */
async function isMember(admin: Admin, role: string, member: string): Promise<boolean> {
  const usable = admin.version >= 160_000 ? " and set_option" : "";
  const sql = `
    select 'yes' from pg_auth_members
     where pg_get_userbyid(roleid) = $1 and pg_get_userbyid(member) = $2${usable}`;
  return (await column(admin, sql, [role, member])).length > 0;
}

async function isSuperuser(admin: Admin, role: string): Promise<boolean> {
  return (await column(admin, "select rolname from pg_roles where rolname = $1 and rolsuper", [role])).length > 0;
}

async function exists(admin: Admin, role: string): Promise<boolean> {
  return (await column(admin, "select rolname from pg_roles where rolname = $1", [role])).length > 0;
}
