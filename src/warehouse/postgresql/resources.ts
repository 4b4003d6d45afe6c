import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { grantName } from "../../access/names";
import type { AccessPlan, Schema } from "../../access/plan";
import { retryConflicts } from "./conflicts";
import type { Privileges } from "./privileges";
import type { Roles } from "./roles";

/** What every component of the PostgreSQL warehouse needs. */
export interface Warehouse {
  readonly plan: AccessPlan;
  readonly database: string;
  readonly provider: postgresql.Provider;
  readonly roles: Roles;
  readonly privileges: Privileges;
}

/** The role that stands for everybody. */
export const PUBLIC = "public";

/** Type token of a component: `one-environment:postgresql:Member`. */
export function componentType(name: string): string {
  return `one-environment:postgresql:${name}`;
}

/**
 * Options of every resource. Grants are deleted before they are replaced: the other way round the new grant is made
 * first and then revoked together with the old one, and nobody notices (FINDINGS, PostgreSQL 9).
 */
export function within(parent: pulumi.Resource, after: readonly pulumi.Resource[] = []): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, dependsOn: [...after], hooks: { onError: retryConflicts() } };
}

/**
 * A schema and the grants of those who read it.
 *
 * The schema is retained when it leaves the program, with every row in it (FINDINGS, PostgreSQL 3 and 4).
 */
export function declareSchema(
  { plan, database, roles, privileges }: Warehouse,
  { name }: Schema,
  owner: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  const schema = new postgresql.Schema(name, { name, database, owner }, { ...within(parent), retainOnDelete: true });
  const readers = plan.grants.filter(({ target, privilege }) => target === name && privilege === "read");
  const grant = (role: string, grantee: pulumi.Input<string>, objectType: string, granted: string[]) =>
    privileges.grant(
      grantName(role, objectType, name),
      { schema: schema.name, role: grantee, objectType, privileges: granted },
      parent,
    );
  if (readers.length > 0) closeSchema(privileges, name, schema.name, parent);
  for (const { role } of readers) {
    const grantee = roles.name(role);
    grant(role, grantee, "schema", ["USAGE"]);
    // `table` covers views, materialized views and foreign tables too.
    for (const objectType of ["table", "sequence"]) {
      grant(role, grantee, objectType, ["SELECT"]);
      // Default privileges belong to the role that will create the object (ALTER DEFAULT PRIVILEGES, FOR ROLE).
      privileges.grantInFuture(
        grantName(role, `future-${objectType}`, name),
        { schema: schema.name, owner, role: grantee, objectType, privileges: ["SELECT"] },
        parent,
      );
    }
  }
}

/**
 * Takes from PUBLIC what it was given on a schema and on what is in it. Routines are procedures too, and PUBLIC may
 * execute every new one: a SECURITY DEFINER one that was there before us would act as its owner.
 */
export function closeSchema(
  privileges: Privileges,
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
    privileges.grant(
      grantName(PUBLIC, what, name),
      { schema, role: PUBLIC, objectType, privileges: [] },
      parent,
      after,
    );
  }
}

/**
 * New functions of `owner` are executable by nobody else. PostgreSQL lets PUBLIC execute every new function, and only
 * the global default takes that back: a revoke IN SCHEMA changes nothing (FINDINGS, PostgreSQL 8 and 13).
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
