/** SHOW COLUMNS, and the JSON in which it tells types. */

import { isRelation } from "../../catalog/account";
import type { Column, Relation } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { sees } from "../../privileges/authority";
import { requireRelation, type Viewer } from "../../privileges/resolve";
import type { ShowObjects } from "../../sql/show";
import type { DataType } from "../../sql/types";
import { matchesLike } from "../query/patterns";
import { columnsOf, table } from "../statements/results";
import { schemasIn } from "./scopes";

const COLUMNS =
  "table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement schema_evolution_record";

export function showColumns({ scope, like }: ShowObjects, viewer: Viewer): Result {
  const relations = relationsIn(scope ?? { kind: "SCHEMA", path: [] }, viewer);
  const rows = relations.flatMap((relation) =>
    relation.columns
      .filter(({ name }) => like === null || matchesLike(name, like, { ignoreCase: true }))
      .map((column) => row(relation, column)),
  );
  return table(columnsOf(COLUMNS), rows);
}

function relationsIn(scope: NonNullable<ShowObjects["scope"]>, viewer: Viewer): Relation[] {
  if (scope.kind === "TABLE") return [requireRelation(viewer, scope.path)].filter(isRelation);
  return schemasIn(viewer, scope)
    .flatMap(({ objects }) => [...objects.values()])
    .filter(isRelation)
    .filter((relation) => sees(viewer.authority, relation));
}

function row({ name, parent }: Relation, column: Column) {
  const type = JSON.stringify(typeJson(column));
  const nullable = column.nullable ? "true" : "NOT_NULL";
  return [
    name,
    parent.name,
    column.name,
    type,
    nullable,
    "",
    "COLUMN",
    "",
    column.comment,
    parent.parent.name,
    "",
    null,
  ];
}

function typeJson({ type, nullable }: { readonly type: DataType; readonly nullable: boolean }) {
  const base = { type: wireTypeName(type).toUpperCase(), nullable };
  switch (type.name) {
    case "NUMBER":
      return { ...base, precision: type.precision, scale: type.scale };
    case "VARCHAR":
      return { ...base, length: type.length, byteLength: type.length, fixed: false };
    default:
      return base;
  }
}

/** What the wire protocol and SHOW COLUMNS call a type. */
export function wireTypeName({ name }: DataType): string {
  switch (name) {
    case "NUMBER":
      return "fixed";
    case "FLOAT":
      return "real";
    case "VARCHAR":
      return "text";
    default:
      return name.toLowerCase();
  }
}
