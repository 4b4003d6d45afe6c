import * as pulumi from "@pulumi/pulumi";
import type { AccessPlan } from "../../../access/plan";
import { LONGEST_RUN, RUN_FORM, RUN_PATTERN } from "../../../environment/run";
import { CI_SCHEMA, DUTY_ROLES } from "../../../names";
import { literal } from "../quote";
import { readSql } from "../readSql";
import { componentType } from "./component";
import { CI_FUNCTIONS, type Filling } from "./functionSpecs";
import { declareFunctions, jsonObject, textArray } from "./functions";
import type { DeployContext } from "./resources";

/**
 * How CI gets its throw-away schemas. CREATE on the database would allow any name (PG-13), so functions of the
 * deploying admin make them instead. The schemas stay the admin's and CI gets USAGE and CREATE, so the admin need not be a
 * member of a CI login (which PostgreSQL 16 and later would not allow without more; PG-7).
 */
export class CiFunctions extends pulumi.ComponentResource {
  constructor(warehouse: DeployContext, sources: readonly string[]) {
    super(componentType("CiFactory"), CI_SCHEMA, {}, { provider: warehouse.provider });
    const filling = ciFilling(warehouse.plan, sources);
    declareFunctions(warehouse, this, CI_SCHEMA, CI_FUNCTIONS, filling, DUTY_ROLES.ci);
  }
}

/** What the bodies of the functions say of the roster: which services there are, and which sources. */
export function ciFilling({ identities }: AccessPlan, sources: readonly string[]): Filling {
  const services = identities.filter(({ duty }) => duty === "ci");
  return {
    run_pattern: literal(`^${RUN_PATTERN}$`),
    longest_run: String(LONGEST_RUN),
    run_form: literal(`A${RUN_FORM.slice(1)}.`),
    due: readSql("due").trimEnd(),
    sources: textArray(sources),
    services: jsonObject(
      services.map(({ name, limits }) => [
        name,
        { lifetime: `${limits.schemaTtl ?? 0} milliseconds`, runs: limits.runs ?? 0 },
      ]),
    ),
  };
}
