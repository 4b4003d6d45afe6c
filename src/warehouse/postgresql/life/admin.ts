import type { Client } from "pg";
import { identifier } from "../quote";

/** The deploying admin's session. */
export interface Admin {
  readonly client: Client;
  readonly user: string;
  readonly superuser: boolean;
  /** `server_version_num`. */
  readonly version: number;
}

/** Since then a membership says itself whether it is inherited and may be SET (release notes of 16). */
export const OPTIONS_OF_MEMBERSHIPS = 160_000;

export async function adminOf(client: Client): Promise<Admin> {
  const { rows } = await client.query<Omit<Admin, "client">>(`
    select rolname as user, rolsuper as superuser, current_setting('server_version_num')::int as version
      from pg_roles where rolname = current_user`);
  return { client, ...(rows[0] as Omit<Admin, "client">) };
}

/** One transaction; an error undoes it and is thrown on. */
export async function transaction<T>({ client }: Admin, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/**
 * Joins roles for the rest of the transaction, because only members may act for a role; a superuser needs none of it.
 *
 * @returns what takes back exactly what was given
 */
export async function join(admin: Admin, roles: Iterable<string>): Promise<() => Promise<void>> {
  const joined: string[] = [];
  for (const role of new Set(roles)) {
    if (admin.superuser || role === admin.user || (await actsFor(admin, role))) continue;
    const options = admin.version >= OPTIONS_OF_MEMBERSHIPS ? " with inherit true, set true" : "";
    await admin.client.query(`grant ${identifier(role)} to ${identifier(admin.user)}${options}`);
    joined.push(role);
  }
  return async () => {
    for (const role of joined) await admin.client.query(`revoke ${identifier(role)} from ${identifier(admin.user)}`);
  };
}

/** Whether the admin has the role's rights and may become it. */
async function actsFor({ client, version }: Admin, role: string): Promise<boolean> {
  const set = version >= OPTIONS_OF_MEMBERSHIPS ? "pg_has_role($1::name, 'set')" : "true";
  const { rows } = await client.query<{ acts: boolean }>(`select pg_has_role($1::name, 'usage') and ${set} as acts`, [
    role,
  ]);
  return rows[0]?.acts === true;
}
