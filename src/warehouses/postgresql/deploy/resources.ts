import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { AccessPlan, Schema } from "../../../access/plan";
import { grantName } from "../../../names";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { retryConflicts } from "../preflight/conflicts";
import type { Privileges } from "./privileges";
import type { Roles } from "./roles";

/** What every component of the PostgreSQL warehouse needs. */
export interface Warehouse {
  readonly plan: AccessPlan;
  readonly database: string;
  /** The deploying admin. */
  readonly admin: string;
  readonly provider: postgresql.Provider;
  readonly roles: Roles;
  readonly life: Lifecycle;
  readonly privileges: Privileges;
  /** Schemas with routines that the admin cannot close. */
  readonly foreignRoutines: ReadonlySet<string>;
}

/** The role that stands for everybody. */
export const PUBLIC = "public";

/** Type token of a component: `one-environment:postgresql:Member`. */
export function componentType(name: string): string {
  return `one-environment:postgresql:${name}`;
}

/**
 * Options of every resource. Grants are deleted before they are replaced: the other way round the new grant is made
 * first and then revoked together with the old one, and nobody notices (PG-9).
 */
export function within(
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[] = [],
  hooks: pulumi.ResourceHookBinding = {},
): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, dependsOn: [...after], hooks: { ...hooks, onError: retryConflicts() } };
}

/**
 * A schema and the grants of those who read it.
 *
 * The schema is retained when it leaves the program, with every row in it (PG-3, PG-4).
 */
export function declareSchema(
  warehouse: Warehouse,
  { name, kind }: Schema,
  owner: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  const { plan, database, admin, roles, life, privileges } = warehouse;
  const schema = new postgresql.Schema(
    name,
    { name, database, owner },
    {
      ...within(parent, [], life.schema),
      retainOnDelete: true,
    },
  );
  const readers = plan.grants.filter(({ target, privilege }) => target === name && privilege === "read");
  const grant = (role: string, grantee: pulumi.Input<string>, objectType: string, granted: string[]) =>
    privileges.grant(
      grantName(role, objectType, name),
      { schema: schema.name, role: grantee, objectType, privileges: granted },
      parent,
    );
  const grantInFuture = (role: string, maker: pulumi.Input<string>, what: string, objectType: string) =>
    privileges.grantInFuture(
      grantName(role, what, name),
      { schema: schema.name, owner: maker, role: roles.name(role), objectType, privileges: ["SELECT"] },
      parent,
    );
  if (readers.length > 0) closeSchema(warehouse, name, schema.name, parent);
  for (const { role } of readers) {
    const grantee = roles.name(role);
    grant(role, grantee, "schema", ["USAGE"]);
    // `table` covers views, materialized views and foreign tables too.
    for (const objectType of ["table", "sequence"]) {
      grant(role, grantee, objectType, ["SELECT"]);
      // Default privileges belong to the role that will create the object (ALTER DEFAULT PRIVILEGES, FOR ROLE).
      grantInFuture(role, owner, `future-${objectType}`, objectType);
      // What the admin restores in production is read like the rest. Functions stay as they are made: a default for them
      // counts in every schema, and would close those of extensions that the admin creates.
      if (kind === "prod") grantInFuture(role, admin, `future-admin-${objectType}`, objectType);
    }
  }
}

/**
 * Takes from PUBLIC what it was given on a schema and on what is in it. Routines are procedures too (PG-26), and PUBLIC
 * may execute every new one: a SECURITY DEFINER one that was there before us would act as its owner.
 *
 * Where an extension's routines are a superuser's, PUBLIC keeps them, and the provider would read that back as something
 * to revoke, time and again (PG-30).
 */
export function closeSchema(
  { privileges, foreignRoutines }: Warehouse,
  name: string,
  schema: pulumi.Input<string>,
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[] = [],
): void {
  for (const [what, objectType] of [
    ["schema", "schema"],
    ["table", "table"],
    ["sequence", "sequence"],
    ["function", "routine"],
  ] as const) {
    const stays = objectType === "routine" && foreignRoutines.has(name);
    privileges.grant(grantName(PUBLIC, what, name), { schema, role: PUBLIC, objectType, privileges: [] }, parent, {
      after,
      ignoreChanges: stays ? ["privileges"] : [],
    });
  }
}

/**
 * New functions of `owner` are executable by nobody else. PostgreSQL lets PUBLIC execute every new function, and only
 * the global default takes that back: a revoke IN SCHEMA changes nothing (PG-8, PG-13).
 */
export function closeFunctions(
  { privileges }: Warehouse,
  role: string,
  owner: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  privileges.grantInFuture(
    grantName(PUBLIC, "future-function", role),
    { owner, role: PUBLIC, objectType: "function", privileges: [] },
    parent,
  );
}
