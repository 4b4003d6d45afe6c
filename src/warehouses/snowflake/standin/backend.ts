import type { Backend, ResourceKind } from "../../../standin/kind";
import { type AccountLogin, openSession, type Session } from "../session";
import { accountRole } from "./accountRole";
import { grantAccountRole } from "./grantAccountRole";
import { grantOwnership } from "./grantOwnership";
import { grantPrivileges } from "./grantPrivileges";
import { procedure } from "./procedure";
import { provider } from "./provider";
import { resourceMonitor } from "./resourceMonitor";
import { schema } from "./schema";
import { person, service } from "./user";
import { warehouse } from "./warehouse";

const PROVIDER = "pulumi:providers:snowflake";

/** Snowflake and its provider. Every statement counts at once: there is nothing to roll back. */
export const backend: Backend<Session> = {
  provider: PROVIDER,
  kinds: new Map<string, ResourceKind<Session>>([
    [PROVIDER, provider],
    ["snowflake:index/accountRole:AccountRole", accountRole],
    ["snowflake:index/grantAccountRole:GrantAccountRole", grantAccountRole],
    ["snowflake:index/grantOwnership:GrantOwnership", grantOwnership],
    ["snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole", grantPrivileges],
    ["snowflake:index/procedureSql:ProcedureSql", procedure],
    ["snowflake:index/resourceMonitor:ResourceMonitor", resourceMonitor],
    ["snowflake:index/schema:Schema", schema],
    ["snowflake:index/serviceUser:ServiceUser", service],
    ["snowflake:index/user:User", person],
    ["snowflake:index/warehouse:Warehouse", warehouse],
  ]),

  async withSession(inputs, _resources, work) {
    const session = await openSession(inputs as unknown as AccountLogin);
    return work(session).finally(() => session.close());
  },

  perform: (_session, step) => step(),
};
