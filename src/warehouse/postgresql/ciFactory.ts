import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { CI_SCHEMA, DUTY_ROLES, grantName } from "../../access/names";
import type { AccessPlan } from "../../access/plan";
import { literal } from "./quote";
import { closeSchema, componentType, type Warehouse, within } from "./resources";

interface FunctionSpec {
  readonly name: string;
  readonly args: readonly { name: string; type: string }[];
  readonly returns: string;
  readonly securityDefiner: boolean;
}

const LEASE = "schema text, run text, owner text, opened timestamp with time zone, expires timestamp with time zone";

/** The functions of schema `ci`; each body is `sql/<name>.sql`. Spelled as pg_get_functiondef prints them. */
export const CI_FUNCTIONS: readonly FunctionSpec[] = [
  { name: "leases", args: [], returns: `TABLE(${LEASE})`, securityDefiner: false },
  { name: "open", args: [{ name: "run", type: "text" }], returns: "SETOF text", securityDefiner: true },
  { name: "close", args: [{ name: "run", type: "text" }], returns: "SETOF text", securityDefiner: true },
  { name: "reap", args: [{ name: "older_than", type: "interval" }], returns: "SETOF text", securityDefiner: true },
];

/**
 * How CI gets its throw-away schemas. CREATE on the database would allow any name, so functions of the deploying admin
 * make them instead. The schemas stay the admin's and CI gets USAGE and CREATE, so the admin need not be a member of a
 * CI login (which PostgreSQL 16 and later would not allow without more; FINDINGS, PostgreSQL 7).
 */
export class CiFactory extends pulumi.ComponentResource {
  constructor(warehouse: Warehouse, sources: readonly string[]) {
    super(componentType("CiFactory"), CI_SCHEMA, {}, { provider: warehouse.provider });
    const { database, roles, plan, privileges } = warehouse;
    const ci = roles.name(DUTY_ROLES.ci);
    const schema = new postgresql.Schema(
      CI_SCHEMA,
      { name: CI_SCHEMA, database },
      { ...within(this), retainOnDelete: true },
    );
    const functions = CI_FUNCTIONS.map(
      ({ name, args, returns, securityDefiner }) =>
        new postgresql.Function(
          grantName(CI_SCHEMA, "function", name),
          {
            name,
            database,
            schema: schema.name,
            args: [...args],
            returns,
            language: "plpgsql",
            securityDefiner,
            body: functionBody(name, plan, sources),
          },
          within(this),
        ),
    );
    const onFunctions = { schema: schema.name, objectType: "function" };
    closeSchema(privileges, CI_SCHEMA, schema.name, this, functions);
    privileges.grant(
      grantName(DUTY_ROLES.ci, "function", CI_SCHEMA),
      { ...onFunctions, role: ci, privileges: ["EXECUTE"] },
      this,
    );
    // Last: nobody gets in before the functions are closed to everybody else.
    privileges.grant(
      grantName(DUTY_ROLES.ci, "usage", CI_SCHEMA),
      { schema: schema.name, objectType: "schema", role: ci, privileges: ["USAGE"] },
      this,
    );
  }
}

/** The body of a CI function, with what the roster decides filled in as SQL literals. */
export function functionBody(name: string, { identities }: AccessPlan, sources: readonly string[]): string {
  const body = readFileSync(join(__dirname, "sql", `${name}.sql`), "utf8");
  const lifetimes = Object.fromEntries(
    identities
      .filter(({ duty }) => duty === "ci")
      .map(({ name, limits }) => [name, `${limits.schemaTtl ?? 0} milliseconds`]),
  );
  return body
    .replace("{{sources}}", `array[${sources.map(literal).join(", ")}]::pg_catalog.text[]`)
    .replace("{{lifetimes}}", `${literal(JSON.stringify(lifetimes))}::pg_catalog.jsonb`);
}
