import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { grantName } from "../../../names";
import { literal } from "../quote";
import { within } from "./component";
import { type Filling, type FunctionSpec, functionBody } from "./functionSpecs";
import { closeSchema, type DeployContext } from "./resources";

/**
 * A schema of functions that run with the deploying admin's rights, for one group role alone.
 *
 * @param grantee the group role that may call them
 */
export function declareFunctions(
  warehouse: DeployContext,
  parent: pulumi.Resource,
  schemaName: string,
  specs: readonly FunctionSpec[],
  filling: Filling,
  grantee: string,
): void {
  const { database, roles, life, privileges } = warehouse;
  const { name: schema } = new postgresql.Schema(
    schemaName,
    { name: schemaName, database },
    { ...within(parent, [], life.schema), retainOnDelete: true },
  );
  const functions = specs.map(
    ({ name, args, returns, securityDefiner }) =>
      new postgresql.Function(
        grantName(schemaName, "function", name),
        {
          name,
          database,
          schema,
          args: [...args],
          returns,
          language: "plpgsql",
          securityDefiner,
          body: functionBody(name, filling),
        },
        within(parent),
      ),
  );
  const grant = (role: string, to: pulumi.Input<string>, objectType: string, granted: string[]) =>
    privileges.grant(
      grantName(role, objectType === "schema" ? "usage" : objectType, schemaName),
      { schema, objectType, role: to, privileges: granted },
      parent,
      { after: functions },
    );
  closeSchema(warehouse, schemaName, schema, parent, functions);
  const group = roles.name(grantee);
  grant(grantee, group, "function", ["EXECUTE"]);
  // Last: nobody gets in before the functions are closed to everybody else.
  grant(grantee, group, "schema", ["USAGE"]);
}

/** An array of texts, whatever the caller's search_path. */
export function textArray(values: readonly string[]): string {
  return `array[${values.map(literal).join(", ")}]::pg_catalog.text[]`;
}

/** A JSON object, whatever the caller's search_path. */
export function jsonObject(entries: readonly (readonly [string, unknown])[]): string {
  return `${literal(JSON.stringify(Object.fromEntries(entries)))}::pg_catalog.jsonb`;
}
