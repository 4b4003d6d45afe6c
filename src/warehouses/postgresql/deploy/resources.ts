import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { AccessPlan, Schema } from "../../../access/plan";
import { grantName } from "../../../names";
import { type GrantableKind, grantableKinds } from "../kinds";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { PUBLIC, within } from "./component";
import type { Privileges } from "./privileges";
import type { Roles } from "./roles";

/** What every component of the PostgreSQL warehouse needs. */
export interface DeployContext {
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

/**
 * A schema and the grants of those who read it.
 *
 * The schema is retained when it leaves the program, with every row in it (PG-3, PG-4).
 */
export function declareSchema(
  warehouse: DeployContext,
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
  const grant = (
    role: string,
    grantee: pulumi.Input<string>,
    label: string,
    objectType: string,
    granted: readonly string[],
  ) =>
    privileges.grant(
      grantName(role, label, name),
      { schema: schema.name, role: grantee, objectType, privileges: [...granted] },
      parent,
    );
  const grantInFuture = (role: string, maker: pulumi.Input<string>, what: string, kind: GrantableKind) =>
    privileges.grantInFuture(
      grantName(role, `${what}-${kind.grant.label}`, name),
      {
        ...{ schema: schema.name, owner: maker, role: roles.name(role) },
        ...{ objectType: kind.objectType, privileges: [...kind.grant.read] },
      },
      parent,
    );
  if (readers.length > 0) closeSchema(warehouse, name, schema.name, parent);
  for (const { role } of readers) {
    const grantee = roles.name(role);
    grant(role, grantee, "schema", "schema", ["USAGE"]);
    for (const each of grantableKinds()) {
      const { label, read, future } = each.grant;
      if (read.length > 0) grant(role, grantee, label, each.objectType, read);
      if (!future) continue;
      // Default privileges belong to the role that will create the object (ALTER DEFAULT PRIVILEGES, FOR ROLE).
      grantInFuture(role, owner, "future", each);
      // What the admin restores in production is read like the rest. Functions stay as they are made: a default for them
      // counts in every schema, and would close those of extensions that the admin creates.
      if (kind === "prod") grantInFuture(role, admin, "future-admin", each);
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
  { privileges, foreignRoutines }: DeployContext,
  name: string,
  schema: pulumi.Input<string>,
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[] = [],
): void {
  const kinds = grantableKinds().map(({ objectType, grant }) => ({ label: grant.label, objectType }));
  for (const { label, objectType } of [{ label: "schema", objectType: "schema" }, ...kinds]) {
    const stays = objectType === "routine" && foreignRoutines.has(name);
    privileges.grant(grantName(PUBLIC, label, name), { schema, role: PUBLIC, objectType, privileges: [] }, parent, {
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
  { privileges }: DeployContext,
  role: string,
  owner: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  for (const { grant } of grantableKinds()) {
    if (grant.openByDefault === undefined) continue;
    privileges.grantInFuture(
      grantName(PUBLIC, `future-${grant.openByDefault}`, role),
      { owner, role: PUBLIC, objectType: grant.openByDefault, privileges: [] },
      parent,
    );
  }
}
