import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../access/plan";
import { LEFT, PROD, UNBLOCK_SCHEMA } from "../../names";
import { componentType } from "./deploy/component";
import { type Filling, UNBLOCK_FUNCTIONS } from "./deploy/functionSpecs";
import { declareFunctions, jsonObject, textArray } from "./deploy/functions";
import type { DeployContext } from "./deploy/resources";
import { literal } from "./quote";

/**
 * How production frees itself from others: reading takes locks, and a view is a dependency (PG-16), which no
 * privilege prevents. Ending a session and dropping a view take the rights of whoever they belong to, so functions of the
 * deploying admin, who gives out these roles, do it for `prod`.
 */
export class Unblocking extends pulumi.ComponentResource {
  constructor(warehouse: DeployContext) {
    super(componentType("Unblocking"), UNBLOCK_SCHEMA, {}, { provider: warehouse.provider });
    const filling = unblockFilling(warehouse.plan);
    declareFunctions(warehouse, this, UNBLOCK_SCHEMA, UNBLOCK_FUNCTIONS, filling, PROD);
  }
}

/** What the bodies of the functions say of the roster: who has which duty, and whose views may go. */
export function unblockFilling({ identities, roles }: AccessPlan): Filling {
  const others = [...identities.filter(({ duty }) => duty !== "prod"), ...roles.filter(({ name }) => name !== PROD)];
  return {
    duties: jsonObject(identities.map(({ name, duty }) => [name, duty])),
    // Somebody who uses a group role makes views that belong to it.
    owners: textArray(others.map(({ name }) => name)),
    left: literal(LEFT),
  };
}
