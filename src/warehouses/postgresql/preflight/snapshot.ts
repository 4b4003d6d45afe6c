import type { Client } from "pg";
import type { AccessPlan, Schema } from "../../../access/plan";
import { isProdSchema, LEFT, PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { functionSchemas, plannedPrivileges } from "../deploy/planned";
import type { StackState } from "../deploy/stackState";
import type { Settings } from "../settings";
import {
  ask,
  type DefaultRow,
  type DefinerRow,
  type GrantRow,
  type MembershipRow,
  type OwnerRow,
  type RoleRow,
  type SchemaRow,
  type ServerRow,
  type SettingRow,
  type ShownRow,
} from "./catalog";
import { powerful, type ServerRoles, serverRolesOf } from "./serverRoles";

/** Everything that a check looks at. */
export interface Snapshot {
  readonly plan: AccessPlan;
  readonly state: StackState;
  readonly settings: Settings;
  readonly version: number;
  readonly databaseOwner: string;
  readonly serverRoles: ServerRoles;
  /** `privilegeKey` → what the program declares. */
  readonly planned: ReadonlyMap<string, ReadonlySet<string>>;
  /** The plan's schemas, by name. */
  readonly planSchemas: ReadonlyMap<string, Schema>;
  /** Roles that the plan declares, that are there, and that the stack did not make. */
  readonly taken: ReadonlySet<string>;
  readonly memberships: readonly MembershipRow[];
  readonly schemas: ReadonlyMap<string, SchemaRow>;
  readonly grants: readonly GrantRow[];
  readonly owners: readonly OwnerRow[];
  readonly defaults: readonly DefaultRow[];
  readonly definers: readonly DefinerRow[];
  readonly sessionSettings: readonly SettingRow[];
  readonly shown: readonly ShownRow[];
  readonly server: readonly ServerRow[];
}

export interface Deployment {
  readonly plan: AccessPlan;
  readonly state: StackState;
  readonly settings: Settings;
}

/** Looks at the warehouse in one snapshot; nothing is changed. */
export async function readSnapshot(client: Client, deployment: Deployment): Promise<Snapshot> {
  await client.query("begin isolation level repeatable read, read only");
  try {
    return await lookAround(client, deployment);
  } finally {
    await client.query("rollback");
  }
}

async function lookAround(client: Client, { plan, state, settings }: Deployment): Promise<Snapshot> {
  const [server] = (
    await client.query<{ admin: string; version: number; databaseOwner: string }>(`
      select current_user as admin, current_setting('server_version_num')::int / 10000 as version,
             pg_get_userbyid(datdba) as "databaseOwner"
        from pg_database where datname = current_database()`)
  ).rows;
  const { admin = "", version = 0, databaseOwner = "" } = server ?? {};
  const roles = await ask<RoleRow>(client, "roles");
  const memberships = await ask<MembershipRow>(client, "memberships");
  const serverRoles = serverRolesOf(admin, plan, state, roles, memberships);
  const schemas = new Map((await ask<SchemaRow>(client, "schemas")).map((row) => [row.name, row]));
  const trusted = [...serverRoles.trusted];
  const taken = new Set(
    [...serverRoles.declared].filter((name) => serverRoles.roles.has(name) && !state.roles.has(name)),
  );
  const { guarded, looked } = watched(plan, state, schemas);
  const planSchemas = new Map(plan.schemas.map((schema) => [schema.name, schema]));
  const production = [...schemas.keys()].filter(isProdSchema);
  const groups = plan.roles.map(({ name }) => name).filter((name) => name !== PROD);
  return {
    plan,
    state,
    settings,
    version,
    databaseOwner,
    serverRoles,
    planned: plannedPrivileges(plan),
    planSchemas,
    taken,
    memberships,
    schemas,
    grants: await ask<GrantRow>(client, "grants", [guarded, looked, trusted]),
    owners: await ask<OwnerRow>(client, "owners", [
      looked,
      looked.map((name) => planSchemas.get(name)?.owner ?? (isProdSchema(name) ? PROD : admin)),
      [...groups, ...taken],
    ]),
    defaults: await ask<DefaultRow>(client, "defaults", [[PROD, ...trusted, ...taken], trusted]),
    definers: await ask<DefinerRow>(client, "definers", [
      powerful(serverRoles),
      trusted,
      [...planSchemas.keys()].filter((name) => schemas.has(name)),
    ]),
    sessionSettings: await ask<SettingRow>(client, "settings"),
    shown: await ask<ShownRow>(client, "shown", [production, powerful(serverRoles), trusted]),
    server: await ask<ServerRow>(client, "server", [production, trusted]),
  };
}

/**
 * The schemas whose grants are looked at, and those of them that are looked into. A personal schema that the stack knows
 * is its owner's to share; before that, whatever others have there would silently become their right. What is in the
 * schema of somebody who left was theirs to share, and has been closed.
 */
function watched(plan: AccessPlan, state: StackState, schemas: ReadonlyMap<string, SchemaRow>) {
  const shared = new Set(plan.grants.map(({ target }) => target));
  const newcomers = plan.schemas.filter(({ kind, name }) => kind === "personal" && !state.schemas.has(name));
  const functions = [...functionSchemas(plan).keys()];
  const production = [...schemas.keys()].filter(isProdSchema);
  const there = (names: readonly string[]) => names.filter((name) => schemas.has(name));
  const looked = there([
    ...production,
    ...functions,
    ...newcomers
      .map(({ name }) => name)
      .filter((name) => shared.has(name) && !schemas.get(name)?.owner.startsWith(LEFT)),
  ]);
  const guarded = there([...new Set([...looked, PUBLIC, ...newcomers.map(({ name }) => name)])]);
  return { guarded, looked };
}
