import * as pulumi from "@pulumi/pulumi";
import type { Identity, Schema } from "../../access/plan";
import { closeFunctions, componentType, declareSchema, type Warehouse } from "./resources";

/** One developer or service: the login, its closed function defaults and, for a developer, the personal schemas. */
export class Member extends pulumi.ComponentResource {
  /** The login's name, once it exists. */
  readonly login: pulumi.Output<string>;

  constructor(warehouse: Warehouse, identity: Identity, password: string, schemas: readonly Schema[]) {
    const type = identity.duty === "developer" ? "Developer" : "Service";
    super(componentType(type), identity.name, {}, { provider: warehouse.provider });
    this.login = warehouse.roles.login(identity, password, this).name;
    closeFunctions(warehouse, identity.name, this.login, this);
    for (const schema of schemas) declareSchema(warehouse, schema, this.login, this);
  }
}
