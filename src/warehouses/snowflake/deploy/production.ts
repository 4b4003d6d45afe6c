import * as pulumi from "@pulumi/pulumi";
import { PROD } from "../../../names";
import { componentType } from "./component";
import { type DeployContext, declareReads, declareSchema } from "./resources";

/**
 * The protected schemas: managed, owned by PROD, read by their reader groups. PROD makes what is in them, so no ownership
 * of future objects is needed, which the provider could not take back (SF-4).
 */
export class Production extends pulumi.ComponentResource {
  constructor(warehouse: DeployContext) {
    super(componentType("Production"), PROD, {}, { provider: warehouse.provider });
    for (const schema of warehouse.plan.schemas) {
      if (schema.kind !== "prod") continue;
      const owned = declareSchema(warehouse, schema, this);
      declareReads(warehouse, schema.name, owned, this);
    }
  }
}
