import type { Backend, ResourceKind } from "../../../standin/kind";
import { type Admin, adminOf, transaction } from "../admin";
import { withClient } from "../preflight/preflight";
import { defaultPrivileges } from "./defaultPrivileges";
import { routine } from "./function";
import { grant } from "./grant";
import { PROVIDER, type ProviderInputs, provider } from "./provider";
import { role } from "./role";
import { schema } from "./schema";

/** PostgreSQL and its provider. */
export const backend: Backend<Admin> = {
  provider: PROVIDER,
  kinds: new Map<string, ResourceKind<Admin>>([
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

  perform({ client }, step) {
    return transaction(client, step);
  },
};
