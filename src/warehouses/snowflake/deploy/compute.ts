import * as pulumi from "@pulumi/pulumi";
import * as snowflake from "@pulumi/snowflake";
import { DUTY_ROLES, grantName, PROD } from "../../../names";
import type { Duty } from "../../../roster/roster";
import { snowflakeName } from "../quote";
import { componentType, within } from "./component";
import { warehouseTimeout } from "./limits";
import type { DeployContext } from "./resources";

/**
 * The warehouses (Snowflake's word for compute): one per duty, so that no duty's load slows down another, each with its
 * resource monitor.
 */
export class Compute extends pulumi.ComponentResource {
  constructor(warehouse: DeployContext) {
    super(componentType("Compute"), "compute", {}, { provider: warehouse.provider });
    for (const duty of new Set(warehouse.plan.identities.map((identity) => identity.duty))) {
      declareCompute(warehouse, duty, this);
    }
  }
}

function declareCompute({ plan, settings, roles }: DeployContext, duty: Duty, parent: pulumi.Resource): void {
  const role = DUTY_ROLES[duty];
  const name = snowflakeName(role);
  const { size, autoSuspend, creditQuota } = settings.warehouses[duty];
  const timeout = warehouseTimeout(plan, duty);
  const monitor = settings.resourceMonitors ? declareMonitor(role, creditQuota, parent) : undefined;
  const compute = new snowflake.Warehouse(
    role,
    {
      name,
      warehouseSize: size,
      autoSuspend,
      autoResume: "true",
      initiallySuspended: true,
      ...(timeout === undefined ? {} : { statementTimeoutInSeconds: timeout }),
      ...(monitor === undefined ? {} : { resourceMonitor: monitor.name }),
    },
    within(parent),
  );
  new snowflake.GrantPrivilegesToAccountRole(
    grantName(role, "warehouse", role),
    {
      accountRoleName: roles.name(role),
      privileges: ["USAGE"],
      onAccountObject: { objectType: "WAREHOUSE", objectName: compute.name },
    },
    within(parent),
  );
}

/**
 * Counts the credits of a month and tells at 80 and 100 % of the quota. Nothing new starts then, except in production,
 * which stops for nobody's budget. There is always a quota and a trigger (SF-15).
 */
function declareMonitor(role: string, creditQuota: number, parent: pulumi.Resource): snowflake.ResourceMonitor {
  const triggers = role === PROD ? { notifyTriggers: [80, 100] } : { notifyTriggers: [80], suspendTrigger: 100 };
  return new snowflake.ResourceMonitor(role, { name: snowflakeName(role), creditQuota, ...triggers }, within(parent));
}
