import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { grantName } from "../../access/names";
import type { AccessPlan, Schema } from "../../access/plan";
import type { Roles } from "./roles";

/** What every component of the PostgreSQL warehouse needs. */
export interface Warehouse {
  readonly plan: AccessPlan;
  readonly database: string;
  readonly provider: postgresql.Provider;
  readonly roles: Roles;
}

/** The role that stands for everybody. */
export const PUBLIC = "public";

/** Type token of a component: `one-environment:postgresql:Developer`. */
export function componentType(name: string): string {
  return `one-environment:postgresql:${name}`;
}

/**
 * Options of every resource. Grants are deleted before they are replaced: the other way round the new grant is made
 * first and then revoked together with the old one, and nobody notices (FINDINGS, PostgreSQL 9).
 */
export function within(parent: pulumi.Resource, dependsOn: pulumi.Resource[] = []): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, dependsOn };
}

/**
 * A schema and the grants of those who read it.
 *
 * The schema is retained when it leaves the program, with every row in it (FINDINGS, PostgreSQL 3 and 4).
 */
export function declareSchema(
  { plan, database, roles }: Warehouse,
  { name }: Schema,
  owner: pulumi.Input<string>,
  parent: pulumi.Resource,
): postgresql.Schema {
  const schema = new postgresql.Schema(name, { name, database, owner }, { ...within(parent), retainOnDelete: true });
  for (const grant of plan.grants) {
    if (grant.target !== name || grant.privilege !== "read") continue;
    const on = { database, schema: schema.name, role: roles.name(grant.role) };
    const named = (what: string) => grantName(grant.role, what, name);
    new postgresql.Grant(named("usage"), { ...on, objectType: "schema", privileges: ["USAGE"] }, within(parent));
    // `table` covers views, materialized views and foreign tables too.
    for (const objectType of ["table", "sequence"]) {
      const privileges = ["SELECT"];
      new postgresql.Grant(named(objectType), { ...on, objectType, privileges }, within(parent));
      // Default privileges belong to the role that will create the object (ALTER DEFAULT PRIVILEGES, FOR ROLE).
      const future = { ...on, owner, objectType, privileges };
      new postgresql.DefaultPrivileges(named(`future-${objectType}`), future, within(parent));
    }
  }
  return schema;
}

/**
 * New functions of `owner` are executable by nobody else. PostgreSQL lets PUBLIC execute every new function, and only
 * the global default takes that back: a revoke IN SCHEMA changes nothing (FINDINGS, PostgreSQL 8 and 13).
 */
export function closeFunctions(
  { database }: Warehouse,
  role: string,
  owner: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  new postgresql.DefaultPrivileges(
    grantName(PUBLIC, "future-function", role),
    { database, owner, role: PUBLIC, objectType: "function", privileges: [] },
    within(parent),
  );
}
