import type { Client } from "pg";
import { withClient } from "../../../warehouse/postgresql/preflight";
import type { Backend, Kind } from "../kind";
import type { Admin } from "./admin";
import { defaultPrivileges } from "./defaultPrivileges";
import { routine } from "./function";
import { grant } from "./grant";
import { PROVIDER, type ProviderInputs, provider } from "./provider";
import { role } from "./role";
import { schema } from "./schema";

/** PostgreSQL and its provider. */
export const postgresql: Backend<Admin> = {
  provider: PROVIDER,
  kinds: new Map<string, Kind<Admin>>([
    [PROVIDER, provider],
    ["postgresql:index/role:Role", role],
    ["postgresql:index/schema:Schema", schema],
    ["postgresql:index/grant:Grant", grant],
    ["postgresql:index/defaultPrivileges:DefaultPrivileges", defaultPrivileges],
    ["postgresql:index/function:Function", routine],
  ]),

  async withSession(inputs, resources, work) {
    const { database, maxConnections: _, ...connection } = inputs as unknown as ProviderInputs;
    if (resources.some((resource) => resource.database !== undefined && resource.database !== database))
      throw new Error(`the stand-in knows one database, \`${database}\``);
    return withClient(connection, database, async (client) => work(await adminOf(client)));
  },

  async perform({ client }, step) {
    await client.query("begin");
    try {
      const result = await step();
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback");
      throw error;
    }
  },
};

async function adminOf(client: Client): Promise<Admin> {
  const { rows } = await client.query<Omit<Admin, "client">>(`
    select rolname as user, rolsuper as superuser, current_setting('server_version_num')::int as version
      from pg_roles where rolname = current_user`);
  return { client, ...(rows[0] as Omit<Admin, "client">) };
}
