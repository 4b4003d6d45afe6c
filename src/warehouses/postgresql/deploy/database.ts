import * as pulumi from "@pulumi/pulumi";
import { DATABASE } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { grantName } from "../../../names";
import { componentType, PUBLIC } from "./component";
import type { Member } from "./member";
import type { DeployContext } from "./resources";

/** The privileges on the database itself: what PUBLIC had is taken away, groups get back what they need. */
export class Database extends pulumi.ComponentResource {
  constructor({ plan, roles, provider, privileges }: DeployContext, members: ReadonlyMap<string, Member>) {
    super(componentType("Database"), "database", {}, { provider });
    const grant = (name: string, role: pulumi.Input<string>, granted: string[]) =>
      privileges.grant(grantName(name, "database", ""), { role, objectType: "database", privileges: granted }, this);
    grant(PUBLIC, PUBLIC, []);
    const onDatabase = groupBy(
      plan.grants.filter(({ target }) => target === DATABASE),
      ({ role }) => role,
    );
    for (const [role, grants] of onDatabase) {
      const granted = grants.map(({ privilege }) => privilege.toUpperCase());
      grant(role, members.get(role)?.login ?? roles.name(role), granted);
    }

    // A database that was upgraded from PostgreSQL 14 still lets PUBLIC create in `public` (release notes of 15).
    privileges.grant(
      grantName(PUBLIC, "usage", PUBLIC),
      { schema: PUBLIC, role: PUBLIC, objectType: "schema", privileges: ["USAGE"] },
      this,
    );
  }
}
