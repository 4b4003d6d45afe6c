import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as snowflake from "@pulumi/snowflake";
import type { Identity } from "../../../access/plan";
import { LONGEST_RUN, RUN_PATTERN } from "../../../environment/run";
import { CI_SCHEMA, DUTY_ROLES, grantName, procedureName } from "../../../names";
import { KINDS } from "../kinds";
import { identifier, literal, snowflakeName } from "../quote";
import { componentType, within } from "./component";
import { type DeployContext, declareSchema } from "./resources";

/** What a CI service may do in a schema that was opened for it. */
const PRIVILEGES = [
  "USAGE",
  ...KINDS.filter(({ ciMakes }) => ciMakes).map(({ plural }) => `CREATE ${plural.slice(0, -1)}`),
];

interface Procedure {
  /** Its body is `sql/<name>.sql`. */
  readonly name: "open" | "close" | "reap" | "leases";
  readonly args: readonly { argName: string; argDataType: string }[];
}

/** Every CI service has a copy of each that it alone may call, so a body knows who called it. */
const PER_SERVICE: readonly Procedure[] = [
  { name: "open", args: [{ argName: "RUN", argDataType: "VARCHAR" }] },
  { name: "close", args: [{ argName: "RUN", argDataType: "VARCHAR" }] },
  { name: "reap", args: [{ argName: "HOURS", argDataType: "NUMBER" }] },
];

const LEASES: Procedure = { name: "leases", args: [] };

/**
 * How CI gets its throw-away schemas. CREATE SCHEMA on the database would allow any name, so procedures with the rights
 * of the deploying role make them instead ("Understanding caller's rights and owner's rights stored procedures").
 */
export class CiProcedures extends pulumi.ComponentResource {
  constructor(
    private readonly warehouse: DeployContext,
    private readonly sources: readonly string[],
  ) {
    super(componentType("CiFactory"), CI_SCHEMA, {}, { provider: warehouse.provider });
    const schema = declareSchema(warehouse, { name: CI_SCHEMA, kind: "throwaway" }, this);
    const services = warehouse.plan.identities.filter(({ duty }) => duty === "ci");
    for (const service of services) {
      for (const procedure of PER_SERVICE) {
        this.declare(procedureName(procedure.name, service.name), procedure, service.name, schema, service);
      }
    }
    const ci = DUTY_ROLES.ci;
    this.declare(LEASES.name, LEASES, ci, schema);
    new snowflake.GrantPrivilegesToAccountRole(
      grantName(ci, "usage", CI_SCHEMA),
      {
        accountRoleName: warehouse.roles.name(ci),
        privileges: ["USAGE"],
        onSchema: { schemaName: identifier(warehouse.settings.database, CI_SCHEMA) },
      },
      within(this, [schema]),
    );
  }

  /** @param role who may call it */
  private declare(
    name: string,
    { name: file, args }: Procedure,
    role: string,
    schema: pulumi.Resource,
    service?: Identity,
  ): void {
    const { settings, roles } = this.warehouse;
    const procedure = new snowflake.ProcedureSql(
      name,
      {
        name: snowflakeName(name),
        database: settings.database,
        schema: snowflakeName(CI_SCHEMA),
        arguments: [...args],
        // A table's type the provider reads back in another spelling than it takes (SF-16).
        returnType: "ARRAY",
        executeAs: "OWNER",
        procedureDefinition: procedureBody(file, settings.database, this.sources, service),
      },
      within(this, [schema]),
    );
    const types = args.map(({ argDataType }) => argDataType).join(", ");
    new snowflake.GrantPrivilegesToAccountRole(
      grantName(role, "procedure", name),
      {
        accountRoleName: roles.name(role),
        privileges: ["USAGE"],
        onSchemaObject: {
          objectType: "PROCEDURE",
          // From the procedure itself: a new body makes a new procedure (SF-14), and the grant must follow.
          objectName: pulumi.interpolate`${identifier(settings.database, CI_SCHEMA)}."${procedure.name}"(${types})`,
        },
      },
      within(this, [procedure]),
    );
  }
}

/** The body of a procedure, with what the roster decides filled in as SQL. */
export function procedureBody(
  file: string,
  database: string,
  sources: readonly string[],
  service?: Pick<Identity, "name" | "limits">,
): string {
  const suffixes = ["", ...sources.map((source) => `_${snowflakeName(source)}`)];
  const filled = {
    database: identifier(database),
    run_pattern: RUN_PATTERN,
    longest_run: String(LONGEST_RUN),
    privileges: PRIVILEGES.join(", "),
    suffixes: `ARRAY_CONSTRUCT(${suffixes.map(literal).join(", ")})`,
    ...(service === undefined
      ? {}
      : {
          service: service.name,
          role: identifier(service.name),
          lifetime: String(Math.round((service.limits.schemaTtl ?? 0) / 1000)),
          runs: String(service.limits.runs ?? 0),
        }),
  };
  const body = readFileSync(join(__dirname, "..", "sql", `${file}.sql`), "utf8").trimEnd();
  return Object.entries(filled).reduce((text, [key, value]) => text.replaceAll(`{{${key}}}`, value), body);
}
