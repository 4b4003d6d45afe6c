import * as pulumi from "@pulumi/pulumi";
import { PROD } from "../../../names";
import { componentType } from "./component";
import { closeFunctions, type DeployContext, declareSchema } from "./resources";

/** The protected schemas: owned by `prod`, read by their reader groups. */
export class Production extends pulumi.ComponentResource {
  constructor(warehouse: DeployContext) {
    super(componentType("Production"), PROD, {}, { provider: warehouse.provider });
    const owner = warehouse.roles.name(PROD);
    closeFunctions(warehouse, PROD, owner, this);
    for (const schema of warehouse.plan.schemas) {
      if (schema.kind === "prod") declareSchema(warehouse, schema, owner, this);
    }
  }
}
