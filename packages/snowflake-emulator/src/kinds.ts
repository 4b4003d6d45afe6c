/** The kinds of securable objects that the emulator knows, and the privileges that each takes. */

export const TABLE_KINDS = ["TABLE", "VIEW", "MATERIALIZED VIEW", "DYNAMIC TABLE"] as const;
export const ROUTINE_KINDS = ["FUNCTION", "PROCEDURE"] as const;
export const SCHEMA_OBJECT_KINDS = [
  ...TABLE_KINDS,
  ...ROUTINE_KINDS,
  "STAGE",
  "FILE FORMAT",
  "SEQUENCE",
  "STREAM",
] as const;
export const ACCOUNT_OBJECT_KINDS = [
  "ROLE",
  "USER",
  "WAREHOUSE",
  "RESOURCE MONITOR",
  "NETWORK POLICY",
  "DATABASE",
] as const;

export type TableKind = (typeof TABLE_KINDS)[number];
export type RoutineKind = (typeof ROUTINE_KINDS)[number];
export type SchemaObjectKind = (typeof SCHEMA_OBJECT_KINDS)[number];
/** What GRANT … ON ALL|FUTURE takes. */
export type ContainedKind = "SCHEMA" | SchemaObjectKind;
export type AccountObjectKind = (typeof ACCOUNT_OBJECT_KINDS)[number];
export type Kind = AccountObjectKind | "ACCOUNT" | "SCHEMA" | SchemaObjectKind;

export function pluralOf(kind: Kind): string {
  return kind === "NETWORK POLICY" ? "NETWORK POLICIES" : `${kind}S`;
}

/** As error messages call a kind: `Table`, `Resource Monitor`. */
export function titleOf(kind: Kind): string {
  return kind.toLowerCase().replace(/(^| )[a-z]/g, (letter) => letter.toUpperCase());
}

export function isTableKind(kind: Kind): kind is TableKind {
  return (TABLE_KINDS as readonly Kind[]).includes(kind);
}

export function isRoutineKind(kind: Kind): kind is RoutineKind {
  return kind === "FUNCTION" || kind === "PROCEDURE";
}

const CREATED_IN_SCHEMA = [
  ...SCHEMA_OBJECT_KINDS,
  "EXTERNAL TABLE",
  "ICEBERG TABLE",
  "TASK",
  "PIPE",
  "TAG",
  "MASKING POLICY",
  "ROW ACCESS POLICY",
  "TEMPORARY TABLE",
];

/**
 * The privileges of each kind besides OWNERSHIP (page "Access control privileges"). Those of objects that the emulator
 * does not have (tasks, pipes, tags …) can be granted on a schema, since plans do so; what they allow does not exist.
 */
export const PRIVILEGES: Readonly<Record<Kind, readonly string[]>> = {
  ACCOUNT: [
    ...[
      "CREATE DATABASE",
      "CREATE ROLE",
      "CREATE USER",
      "CREATE WAREHOUSE",
      "CREATE INTEGRATION",
      "CREATE NETWORK POLICY",
    ],
    ...["CREATE SHARE", "IMPORT SHARE", "EXECUTE TASK", "EXECUTE MANAGED TASK", "MANAGE GRANTS", "MONITOR USAGE"],
    ...["MONITOR EXECUTION", "MANAGE WAREHOUSES", "APPLY MASKING POLICY", "APPLY ROW ACCESS POLICY", "APPLY TAG"],
    ...["ATTACH POLICY", "AUDIT", "CREATE ACCOUNT", "OVERRIDE SHARE RESTRICTIONS", "MANAGE ACCOUNT SUPPORT CASES"],
  ],
  ROLE: ["USAGE"],
  USER: ["MONITOR"],
  WAREHOUSE: ["USAGE", "MODIFY", "MONITOR", "OPERATE", "APPLYBUDGET"],
  "RESOURCE MONITOR": ["MODIFY", "MONITOR"],
  "NETWORK POLICY": [],
  DATABASE: [
    "USAGE",
    "MODIFY",
    "MONITOR",
    "CREATE SCHEMA",
    "CREATE DATABASE ROLE",
    "IMPORTED PRIVILEGES",
    "APPLYBUDGET",
  ],
  SCHEMA: ["USAGE", "MODIFY", "MONITOR", "APPLYBUDGET", ...CREATED_IN_SCHEMA.map((kind) => `CREATE ${kind}`)],
  TABLE: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "REBUILD", "EVOLVE SCHEMA", "APPLYBUDGET"],
  VIEW: ["SELECT", "REFERENCES"],
  "MATERIALIZED VIEW": ["SELECT", "REFERENCES", "APPLYBUDGET"],
  "DYNAMIC TABLE": ["SELECT", "OPERATE", "MONITOR"],
  FUNCTION: ["USAGE"],
  PROCEDURE: ["USAGE"],
  STAGE: ["USAGE", "READ", "WRITE"],
  "FILE FORMAT": ["USAGE"],
  SEQUENCE: ["USAGE"],
  STREAM: ["SELECT"],
};

/** What ALL PRIVILEGES stands for: everything but OWNERSHIP, and on databases without what only shares have. */
export function allPrivileges(kind: Kind): readonly string[] {
  return PRIVILEGES[kind].filter(
    (privilege) => privilege !== "IMPORTED PRIVILEGES" && privilege !== "CREATE TEMPORARY TABLE",
  );
}
