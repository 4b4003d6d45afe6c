import * as snowflake from "@pulumi/snowflake";
import type { AccessPlan } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { lifecycleOf } from "../lifecycle/lifecycle";
import type { Connection, Settings } from "../settings";
import { CiProcedures } from "./ciProcedures";
import { Compute } from "./compute";
import { Database } from "./database";
import { Member } from "./member";
import { Production } from "./production";
import type { DeployContext, ExistingSchemas } from "./resources";
import { Roles } from "./roles";

/** Declares the plan on Snowflake (docs/snowflake.md). */
export function declareWarehouse(
  plan: AccessPlan,
  sources: readonly string[],
  settings: Settings,
  connection: Connection,
  existing: ExistingSchemas,
): void {
  const provider = declareProvider(connection);
  const roles = new Roles(plan, settings.parentRole, lifecycleOf(connection, settings), provider);
  const warehouse: DeployContext = { plan, settings, provider, roles, existing };
  const personal = groupBy(
    plan.schemas.filter(({ kind }) => kind === "personal"),
    ({ owner }) => owner,
  );

  new Production(warehouse);
  for (const identity of plan.identities) new Member(warehouse, identity, personal.get(identity.name) ?? []);
  new Compute(warehouse);
  new Database(warehouse);
  if (plan.schemas.some(({ kind }) => kind === "throwaway")) new CiProcedures(warehouse, sources);
}

function declareProvider({ keyInEnvironment, privateKey, ...login }: Connection): snowflake.Provider {
  const { SNOWFLAKE_PASSWORD: password, SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: privateKeyPassphrase } = process.env;
  return new snowflake.Provider("warehouse", {
    ...login,
    authenticator: "SNOWFLAKE_JWT",
    previewFeaturesEnabled: ["snowflake_procedure_sql_resource"],
    ...(keyInEnvironment ? {} : { privateKey }),
    // The SDK takes these from the environment into the state in the clear (SF-13); what is given here is a secret.
    ...(password ? { password } : {}),
    ...(privateKeyPassphrase ? { privateKeyPassphrase } : {}),
  });
}
