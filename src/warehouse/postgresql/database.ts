import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { grantName } from "../../access/names";
import { DATABASE } from "../../access/plan";
import { groupBy } from "../../collections";
import { componentType, PUBLIC, type Warehouse, within } from "./resources";

/** The privileges on the database itself: what PUBLIC had is taken away, groups get back what they need. */
export class Database extends pulumi.ComponentResource {
  constructor({ plan, database, roles, provider }: Warehouse, logins: ReadonlyMap<string, pulumi.Output<string>>) {
    super(componentType("Database"), "database", {}, { provider });
    // All of these change one row of pg_database; one after the other, or PostgreSQL answers "tuple concurrently
    // updated" (FINDINGS, PostgreSQL 11).
    const chain: pulumi.Resource[] = [];
    const grant = (name: string, role: pulumi.Input<string>, privileges: string[]) => {
      const previous = chain.slice(-1);
      const args = { database, role, objectType: "database", privileges };
      chain.push(new postgresql.Grant(grantName(name, "database", ""), args, within(this, previous)));
    };
    grant(PUBLIC, PUBLIC, []);
    const onDatabase = groupBy(
      plan.grants.filter(({ target }) => target === DATABASE),
      ({ role }) => role,
    );
    for (const [role, grants] of onDatabase) {
      const privileges = grants.map(({ privilege }) => privilege.toUpperCase());
      grant(role, logins.get(role) ?? roles.name(role), privileges);
    }

    // PostgreSQL 14 lets PUBLIC create in `public`; 15 and later do not (release notes of 15).
    new postgresql.Grant(
      grantName(PUBLIC, "usage", PUBLIC),
      { database, schema: PUBLIC, role: PUBLIC, objectType: "schema", privileges: ["USAGE"] },
      within(this),
    );
  }
}
