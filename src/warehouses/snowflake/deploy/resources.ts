import type * as pulumi from "@pulumi/pulumi";
import * as snowflake from "@pulumi/snowflake";
import type { AccessPlan, Schema } from "../../../access/plan";
import { grantName } from "../../../names";
import { readableKinds } from "../kinds";
import { identifier, snowflakeName } from "../quote";
import type { Settings } from "../settings";
import { within } from "./component";
import type { Roles } from "./roles";

/** Schemas that are there already, by their name on Snowflake. */
export type ExistingSchemas = ReadonlyMap<string, { readonly transient: boolean }>;

/** What every component of the Snowflake warehouse needs. */
export interface DeployContext {
  readonly plan: AccessPlan;
  readonly settings: Settings;
  readonly provider: snowflake.Provider;
  readonly roles: Roles;
  readonly existing: ExistingSchemas;
}

/**
 * A schema, and its owner if that is not the deploying admin.
 *
 * One that exists is taken over: the provider can only create (error 002002). The schema is retained when it leaves the
 * program, with every row in it, and so is its owner; the owner's role leaves it to a role that may do nothing
 * (lifecycle/retire.ts).
 *
 * @returns what comes before the grants in it
 */
export function declareSchema(
  { settings: { database }, roles, existing }: DeployContext,
  { name, kind, owner }: Pick<Schema, "name" | "kind" | "owner">,
  parent: pulumi.Resource,
): pulumi.Resource {
  const id = identifier(database, name);
  const found = existing.get(snowflakeName(name));
  const schema = new snowflake.Schema(
    name,
    {
      name: snowflakeName(name),
      database,
      // In a managed schema only its owner grants; a personal one is its owner's to share by hand.
      withManagedAccess: String(kind !== "personal"),
      // It cannot be changed, and left out it would not be what an existing schema has (SF-17).
      isTransient: String(found?.transient ?? false),
    },
    { ...within(parent), retainOnDelete: true, ...(found === undefined ? {} : { import: id }) },
  );
  if (owner === undefined) return schema;
  return new snowflake.GrantOwnership(
    grantName(owner, "ownership", name),
    {
      accountRoleName: roles.name(owner),
      outboundPrivileges: "COPY",
      on: { objectType: "SCHEMA", objectName: id },
    },
    // Given to a role that is not below the admin's, the schema would be out of reach (SF-8).
    { ...within(parent, [schema, ...roles.anchors(owner)]), retainOnDelete: true },
  );
}

/** The grants of those who read a schema: what is in it now, and what will be. */
export function declareReads(
  { plan, settings: { database }, roles }: DeployContext,
  schema: string,
  owned: pulumi.Resource,
  parent: pulumi.Resource,
): void {
  const inSchema = identifier(database, schema);
  const readers = plan.grants.filter(({ target, privilege }) => target === schema && privilege === "read");
  for (const { role } of readers) {
    const accountRoleName = roles.name(role);
    const grant = (what: string, args: Omit<snowflake.GrantPrivilegesToAccountRoleArgs, "accountRoleName">) =>
      new snowflake.GrantPrivilegesToAccountRole(
        grantName(role, what, schema),
        { accountRoleName, ...args },
        within(parent, [owned]),
      );
    grant("usage", { privileges: ["USAGE"], onSchema: { schemaName: inSchema } });
    for (const { plural, read } of readableKinds()) {
      const what = plural.toLowerCase().replace(" ", "-");
      const objects = { objectTypePlural: plural, inSchema };
      grant(what, { privileges: [...read], onSchemaObject: { all: objects } });
      grant(`future-${what}`, { privileges: [...read], onSchemaObject: { future: objects } });
    }
  }
}
