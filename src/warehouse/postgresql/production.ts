import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { grantName, PROD } from "../../access/names";
import { closeFunctions, componentType, declareSchema, PUBLIC, type Warehouse, within } from "./resources";

/** The protected schemas: owned by `prod`, read by their reader groups. */
export class Production extends pulumi.ComponentResource {
  constructor(warehouse: Warehouse) {
    super(componentType("Production"), PROD, {}, { provider: warehouse.provider });
    const owner = warehouse.roles.name(PROD);
    closeFunctions(warehouse, PROD, owner, this);
    for (const schema of warehouse.plan.schemas) {
      if (schema.kind !== "prod") continue;
      const declared = declareSchema(warehouse, schema, owner, this);
      // Functions that were there before: a SECURITY DEFINER one would let every reader act as its owner.
      new postgresql.Grant(
        grantName(PUBLIC, "function", schema.name),
        { database: warehouse.database, schema: declared.name, role: PUBLIC, objectType: "function", privileges: [] },
        within(this),
      );
    }
  }
}
