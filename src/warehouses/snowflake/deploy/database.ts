import * as pulumi from "@pulumi/pulumi";
import * as snowflake from "@pulumi/snowflake";
import { DATABASE } from "../../../access/plan";
import { grantName, PROD } from "../../../names";
import { componentType, within } from "./component";
import type { DeployContext } from "./resources";

/** Who gets into the database. Nobody gets CREATE SCHEMA: it would allow any name, and renaming into PROD_. */
export class Database extends pulumi.ComponentResource {
  constructor({ plan, settings, roles, provider }: DeployContext) {
    super(componentType("Database"), "database", {}, { provider });
    const actors = new Map(plan.identities.map(({ name, actsAs }) => [name, actsAs ?? name]));
    const connecting = plan.grants
      .filter(({ target, privilege }) => target === DATABASE && privilege === "connect")
      .map(({ role }) => actors.get(role) ?? role);
    // Production's views read with the rights of PROD, whether or not somebody may act as it.
    for (const role of new Set([PROD, ...connecting])) {
      new snowflake.GrantPrivilegesToAccountRole(
        grantName(role, "database", ""),
        {
          accountRoleName: roles.name(role),
          privileges: ["USAGE"],
          onAccountObject: { objectType: "DATABASE", objectName: settings.database },
        },
        within(this),
      );
    }
  }
}
