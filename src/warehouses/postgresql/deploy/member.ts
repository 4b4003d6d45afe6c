import type * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Identity, Schema } from "../../../access/plan";
import { componentType } from "./component";
import { closeFunctions, type DeployContext, declareSchema } from "./resources";
import type { Roles } from "./roles";

/** One developer or service: the login, its closed function defaults and, for a developer, the personal schemas. */
export class Member extends pulumi.ComponentResource {
  /** The login's name, once it exists. */
  readonly login: pulumi.Output<string>;

  constructor(
    private readonly identity: Identity,
    password: string,
    roles: Roles,
    provider: postgresql.Provider,
  ) {
    // One type for all duties: a type is part of what a resource is known by, and a new role would be made for somebody
    // who changes duty before the old one of the same name is gone.
    super(componentType("Member"), identity.name, {}, { provider });
    this.login = roles.login(identity, password, this).name;
  }

  /** Declares what the member makes things in. */
  declareContents(warehouse: DeployContext, schemas: readonly Schema[]): void {
    const { name, actsAs } = this.identity;
    // Whoever acts as a role makes nothing in its own name. A default of its own would also be read back while the
    // role's defaults are, and reading takes the same locks, without a second attempt.
    if (actsAs === undefined) closeFunctions(warehouse, name, this.login, this);
    for (const schema of schemas) declareSchema(warehouse, schema, this.login, this);
  }
}
