import * as pulumi from "@pulumi/pulumi";
import * as snowflake from "@pulumi/snowflake";
import type { Identity, Schema } from "../../../access/plan";
import { CI_SCHEMA, DUTY_ROLES, PROD } from "../../../names";
import { snowflakeName } from "../quote";
import { componentType, within } from "./component";
import { userTimeout } from "./limits";
import { type DeployContext, declareReads, declareSchema } from "./resources";

/** One developer or service: the user, the role that it works in and, for a developer, the personal schemas. */
export class Member extends pulumi.ComponentResource {
  constructor(warehouse: DeployContext, identity: Identity, schemas: readonly Schema[]) {
    super(componentType("Member"), identity.name, {}, { provider: warehouse.provider });
    const { name, actsAs } = identity;
    const { roles } = warehouse;
    // A prod service has no role of its own: what it makes belongs to PROD, and it can do nothing but as PROD.
    if (actsAs === undefined) roles.own(identity, this);
    roles.open(actsAs ?? name, name, declareUser(warehouse, identity, this), this);
    for (const schema of schemas) {
      const owned = declareSchema(warehouse, schema, this);
      declareReads(warehouse, schema.name, owned, this);
    }
  }
}

/** The user that the identity logs in as. @returns its name */
function declareUser(warehouse: DeployContext, identity: Identity, parent: pulumi.Resource): pulumi.Input<string> {
  const { settings, roles, plan } = warehouse;
  const { name, duty, actsAs } = identity;
  const isPerson = duty === "developer";
  if (isPerson && settings.people === "external") return snowflakeName(name);
  const [rsaPublicKey, rsaPublicKey2] = settings.publicKeys[name] ?? [];
  const timeout = userTimeout(plan, identity);
  const args = {
    name: snowflakeName(name),
    defaultRole: roles.name(actsAs ?? name),
    // Snowflake's default is ALL: whatever else somebody grants to the user would count at once (SF-9).
    defaultSecondaryRolesOption: "NONE",
    defaultWarehouse: snowflakeName(DUTY_ROLES[duty]),
    defaultNamespace: namespaceOf(settings.database, identity),
    ...(rsaPublicKey === undefined ? {} : { rsaPublicKey }),
    ...(rsaPublicKey2 === undefined ? {} : { rsaPublicKey2 }),
    ...(timeout === undefined ? {} : { statementTimeoutInSeconds: timeout }),
  };
  if (isPerson) return new snowflake.User(name, args, within(parent)).name;
  const { networkPolicy } = settings;
  return new snowflake.ServiceUser(
    name,
    { ...args, ...(networkPolicy === undefined ? {} : { networkPolicy }) },
    within(parent),
  ).name;
}

/** Where a session starts: the schema that the duty works in. */
function namespaceOf(database: string, { name, duty }: Identity): string {
  const schema = { developer: name, prod: PROD, ci: CI_SCHEMA, reader: PROD }[duty];
  return `${database}.${snowflakeName(schema)}`;
}
