/** INFORMATION_SCHEMA of a database ("Snowflake Information Schema"): what the roles may see of it. */

import { isRelation } from "../../catalog/account";
import type { Database, Relation, Routine, Schema, Securable } from "../../catalog/securables";
import { notAuthorized, unknownToEmulator } from "../../errors";
import { managesGrants, owns, sees } from "../../privileges/authority";
import { pathOf, resolveDatabase, type Viewer } from "../../privileges/resolve";
import { type Path, printPath } from "../../sql/names";
import { printType, type Row } from "../../sql/types";
import type { Rows } from "../query/environment";
import { columnsOf } from "../statements/results";
import { needWarehouse } from "../statements/warehouses";
import { withOwnership } from "./showGrants";

interface InformationView {
  readonly columns: string;
  readonly rows: (database: Database, viewer: Viewer) => Row[];
}

const VIEWS: Readonly<Record<string, InformationView>> = {
  SCHEMATA: {
    columns:
      "CATALOG_NAME SCHEMA_NAME SCHEMA_OWNER IS_TRANSIENT IS_MANAGED_ACCESS RETENTION_TIME:number CREATED:time LAST_ALTERED:time " +
      "COMMENT DEFAULT_CHARACTER_SET_NAME SQL_PATH",
    rows: (database, viewer) =>
      visible(viewer, database.schemas.values()).map((schema) => [
        database.name,
        schema.name,
        schema.owner?.name ?? null,
        yes(schema.transient),
        yes(schema.managedAccess),
        1,
        new Date(schema.createdOn),
        new Date(schema.createdOn),
        schema.comment || null,
        null,
        null,
      ]),
  },
  TABLES: {
    columns:
      "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY ROW_COUNT:number BYTES:number " +
      "RETENTION_TIME:number CREATED:time LAST_ALTERED:time LAST_DDL:time COMMENT IS_ICEBERG IS_DYNAMIC IS_TEMPORARY IS_HYBRID",
    rows: (database, viewer) =>
      relations(database, viewer).map((relation) => [
        ...pathOf(relation),
        relation.owner?.name ?? null,
        tableType(relation),
        yes(relation.kind === "TABLE" && relation.persistence === "transient"),
        null,
        relation.kind === "TABLE" ? relation.rows.length : null,
        relation.kind === "TABLE" ? 0 : null,
        1,
        new Date(relation.createdOn),
        new Date(relation.createdOn),
        new Date(relation.createdOn),
        relation.comment || null,
        "NO",
        yes(relation.kind === "DYNAMIC TABLE"),
        yes(relation.kind === "TABLE" && relation.persistence === "temporary"),
        "NO",
      ]),
  },
  VIEWS: {
    columns: "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER VIEW_DEFINITION IS_SECURE CREATED:time COMMENT",
    rows: (database, viewer) =>
      relations(database, viewer).flatMap((view) => {
        if (view.kind !== "VIEW" && view.kind !== "MATERIALIZED VIEW") return [];
        const at = new Date(view.createdOn);
        return [[...pathOf(view), view.owner?.name ?? null, view.text, yes(view.secure), at, view.comment || null]];
      }),
  },
  COLUMNS: {
    columns:
      "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION:number COLUMN_DEFAULT IS_NULLABLE DATA_TYPE " +
      "CHARACTER_MAXIMUM_LENGTH:number NUMERIC_PRECISION:number NUMERIC_SCALE:number COMMENT",
    rows: (database, viewer) =>
      relations(database, viewer).flatMap((relation) =>
        relation.columns.map(({ name, type, nullable, comment }, index) => [
          ...pathOf(relation),
          name,
          index + 1,
          null,
          yes(nullable),
          dataTypeName(type.name),
          type.length ?? null,
          type.precision ?? null,
          type.name === "NUMBER" ? (type.scale ?? 0) : null,
          comment || null,
        ]),
      ),
  },
  OBJECT_PRIVILEGES: {
    columns:
      "GRANTOR GRANTEE OBJECT_CATALOG OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE_TYPE IS_GRANTABLE CREATED:time GRANTED_TO",
    rows: (database, viewer) => privileges(securables(database, viewer)),
  },
  TABLE_PRIVILEGES: {
    columns:
      "GRANTOR GRANTEE TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE PRIVILEGE_TYPE IS_GRANTABLE CREATED:time GRANTED_TO",
    rows: (database, viewer) => privileges(relations(database, viewer)),
  },
  PROCEDURES: {
    columns:
      "PROCEDURE_CATALOG PROCEDURE_SCHEMA PROCEDURE_NAME PROCEDURE_OWNER ARGUMENT_SIGNATURE DATA_TYPE PROCEDURE_LANGUAGE CREATED:time COMMENT",
    rows: (database, viewer) =>
      securables(database, viewer).flatMap((routine) => {
        if (routine.kind !== "PROCEDURE" || !isOpen(routine, viewer)) return [];
        const signature = `(${routine.arguments.map(({ name, type }) => `${name} ${type.name}`).join(", ")})`;
        const returns = routine.returns === "TABLE" ? "TABLE" : printType(routine.returns);
        const at = new Date(routine.createdOn);
        return [
          [
            ...pathOf(routine),
            routine.owner?.name ?? null,
            signature,
            returns,
            routine.language,
            at,
            routine.comment || null,
          ],
        ];
      }),
  },
};

/** @throws SnowflakeError 002003 for a database that is closed; 001003 for a view that the emulator does not have */
export function informationSchema(path: Path, viewer: Viewer): Rows {
  const name = path.at(-1) as string;
  const database = resolveDatabase(viewer, path.at(-3));
  const view = VIEWS[name];
  if (!view) {
    if (KNOWN_ELSEWHERE.includes(name)) throw unknownToEmulator(`INFORMATION_SCHEMA.${name}`);
    throw notAuthorized("Object", printPath(path), "42S02");
  }
  needWarehouse(viewer);
  const columns = columnsOf(view.columns).map((column) => ({
    ...column,
    source: [database.name, "INFORMATION_SCHEMA", name],
  }));
  return { columns, rows: view.rows(database, viewer) };
}

const KNOWN_ELSEWHERE = [
  "APPLICABLE_ROLES",
  "DATABASES",
  "ENABLED_ROLES",
  "FUNCTIONS",
  "SEQUENCES",
  "STAGES",
  "TABLE_CONSTRAINTS",
  "PIPES",
  "USAGE_PRIVILEGES",
  "FILE_FORMATS",
  "LOAD_HISTORY",
  "PACKAGES",
  "EXTERNAL_TABLES",
  "TABLE_STORAGE_METRICS",
];

function visible(viewer: Viewer, schemas: Iterable<Schema>): Schema[] {
  return [...schemas].filter((schema) => sees(viewer.authority, schema) || managesGrants(viewer.authority));
}

function securables(database: Database, viewer: Viewer): Securable[] {
  const schemas = visible(viewer, database.schemas.values());
  const objects = schemas
    .flatMap((schema) => [...schema.objects.values()])
    .filter((each) => sees(viewer.authority, each));
  return [database, ...schemas, ...objects];
}

function relations(database: Database, viewer: Viewer): Relation[] {
  return securables(database, viewer).filter(isRelation);
}

function privileges(objects: readonly Securable[]): Row[] {
  return objects.flatMap((object) => {
    const path = pathOf(object);
    const place = object.kind === "DATABASE" ? [path[0], null] : object.kind === "SCHEMA" ? path : path.slice(0, 2);
    return withOwnership(object).map(({ privilege, to, by, grantOption, createdOn }) => [
      by?.name ?? null,
      to.name,
      place[0] ?? null,
      place[1] ?? null,
      object.name,
      object.kind,
      privilege,
      yes(grantOption),
      new Date(createdOn),
      "ROLE",
    ]);
  });
}

/** A procedure with owner's rights is listed for its owner only (page on caller's and owner's rights). */
function isOpen(routine: Routine, { authority }: Viewer): boolean {
  return routine.executeAs === "CALLER" || owns(authority, routine);
}

function yes(is: boolean): string {
  return is ? "YES" : "NO";
}

function tableType(relation: Relation): string {
  switch (relation.kind) {
    case "TABLE":
      return relation.persistence === "temporary" ? "LOCAL TEMPORARY" : "BASE TABLE";
    case "DYNAMIC TABLE":
      return "BASE TABLE";
    default:
      return relation.kind;
  }
}

function dataTypeName(name: string): string {
  return name === "VARCHAR" ? "TEXT" : name;
}
