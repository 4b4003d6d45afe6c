/**
 * The one place where names are built: schemas, roles and Pulumi logical names.
 *
 * Logical names depend on nothing but the thing they name, because a logical name is identity: renaming one replaces
 * the resource, and a replaced grant ends revoked (PG-9, SF-2). A role that is renamed in place loses its own (SF-3).
 */

/** Owns and writes production; nobody logs in as it. */
export const PROD = "prod";

/** Group role of each duty; `prod` is the owner of production itself. */
export const DUTY_ROLES = { developer: "developer", prod: PROD, ci: "ci", reader: "reader" } as const;

/** Group role that reads every unrestricted production schema. */
export const READ_PROD = "read_prod";

/** Schema that holds the functions which open and close CI's throw-away schemas. */
export const CI_SCHEMA = "ci";

/** Schema that holds the functions by which production frees itself from those who block it. */
export const UNBLOCK_SCHEMA = "unblock";

/** Prefix of the roles that own what identities who left had made; no name of a roster can have a colon. */
export const LEFT = "left:";

/** Stands for every schema that CI opens for its runs: `ci_<run>` and `ci_<run>_<source>`. */
export const CI_SCHEMAS = "ci_*";

/** Longest role or schema name in bytes: no warehouse allows less. */
export const MAX_NAME_BYTES = 63;

/** Group role that reads one production schema. */
export function readerRole(source: string): string {
  return `${READ_PROD}_${source}`;
}

/** `prod` + `salesforce` → `prod_salesforce`; without a source the bare base schema that dbt's default schema needs. */
export function schemaName(prefix: string, source?: string): string {
  return source === undefined ? prefix : `${prefix}_${source}`;
}

/** Procedure of one CI service, where each has its own: `open` + `github_ci` → `open_github_ci`. */
export function procedureName(procedure: string, service: string): string {
  return `${procedure}_${service}`;
}

/** Whether a schema is production's. */
export function isProdSchema(schema: string): boolean {
  return schema === PROD || schema.startsWith(`${PROD}_`);
}

/** Whether a schema is one that CI opens for a run. */
export function isCiSchema(schema: string): boolean {
  return schema.startsWith(`${CI_SCHEMA}_`);
}

/** Logical name of a grant: `read_prod_stripe:table:prod_stripe`. */
export function grantName(role: string, what: string, target: string): string {
  return `${role}:${what}:${target}`;
}
