/** What names in an expression mean: columns, tables of WITH, variables of a procedure. */
import type { Viewer } from "../../privileges/resolve";
import type { Expression } from "../../sql/expressions";
import type { Path } from "../../sql/names";
import type { DataType, Row, Value } from "../../sql/types";

/** A column of a source, under the name or alias of that source: `["DB", "S", "T"]` or `["ALIAS"]`. */
export interface BoundColumn {
  readonly source: Path;
  readonly name: string;
  readonly type: DataType;
  readonly nullable?: boolean;
}

/** Rows with the names of their columns. */
export interface Rows {
  readonly columns: readonly BoundColumn[];
  readonly rows: readonly Row[];
}

/** Variables of Snowflake Scripting, or the arguments of a function. */
export type Variables = (name: string) => { readonly value: Value; readonly type: DataType } | undefined;

export interface Environment {
  readonly viewer: Viewer;
  readonly columns: readonly BoundColumn[];
  readonly row: Row;
  /** The rows of the present group, where aggregates are evaluated. */
  readonly group: readonly Row[] | null;
  /** Columns of the select list, which other clauses may name. */
  readonly aliases: ReadonlyMap<string, Expression>;
  /** The query around this one. */
  readonly outer: Environment | null;
  /** Tables of WITH. */
  readonly tables: ReadonlyMap<string, Rows>;
  readonly variables: Variables | null;
}

/** Nothing but what the session knows. */
export function emptyEnvironment(viewer: Viewer, variables: Variables | null = null): Environment {
  return {
    viewer,
    columns: [],
    row: [],
    group: null,
    outer: null,
    variables,
    aliases: new Map(),
    tables: new Map(),
  };
}

/** Which column a path names, or -1. `T.C`, `S.T.C` and `D.S.T.C` name a column of a table by the end of its path. */
export function columnIndex(columns: readonly BoundColumn[], path: Path): number {
  const name = path.at(-1);
  const qualifier = path.slice(0, -1);
  return columns.findIndex((column) => column.name === name && endsWith(column.source, qualifier));
}

function endsWith(path: Path, end: Path): boolean {
  return end.every((part, index) => path[path.length - end.length + index] === part);
}
