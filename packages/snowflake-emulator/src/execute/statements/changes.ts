/** INSERT, UPDATE, DELETE, TRUNCATE and MERGE. */

import type { Stream, Table } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { insufficientPrivileges, notAuthorized, SnowflakeError } from "../../errors";
import { holds } from "../../privileges/authority";
import { lookUp, pathOf, requireRelation, type Viewer } from "../../privileges/resolve";
import type { Assignment, ChangeStatement, MergeAction } from "../../sql/changes";
import type { Expression, Query, Source } from "../../sql/expressions";
import { type Path, printPath } from "../../sql/names";
import type { Row } from "../../sql/types";
import { type BoundColumn, type Environment, emptyEnvironment, type Rows } from "../query/environment";
import { evaluate, truth } from "../query/evaluate";
import { runQuery } from "../query/query";
import { readSource } from "../query/sources";
import { indexOfColumn, replaceRows, rowsOf } from "../query/tableRows";
import { counts, status } from "./results";
import { stored } from "./schemaObjects";
import { needWarehouse } from "./warehouses";

type Insert = Extract<ChangeStatement, { type: "insert" }>;
type Update = Extract<ChangeStatement, { type: "update" }>;
type Delete = Extract<ChangeStatement, { type: "delete" }>;
type Merge = Extract<ChangeStatement, { type: "merge" }>;

/**
 * The pages of the statements, and "Access control privileges", table privileges: each verb has its own privilege. None of
 * them asks for SELECT on the table that is changed, not even for a WHERE.
 */
export function changeTable(statement: ChangeStatement, viewer: Viewer): Result {
  switch (statement.type) {
    case "insert":
      return insert(statement, viewer);
    case "update":
      return update(statement, viewer);
    case "delete":
      return remove(statement, viewer);
    case "truncate":
      return truncate(statement, viewer);
    case "merge":
      return merge(statement, viewer);
  }
}

/** The table to change; the roles need each of the privileges, and the session a warehouse. */
export function changeable(viewer: Viewer, path: Path, privileges: readonly string[]): Table {
  const table = requireRelation(viewer, path);
  const isHeld = privileges.every((privilege) => holds(viewer.authority, privilege, table));
  if (!isHeld) throw insufficientPrivileges(table.kind.toLowerCase(), table.name);
  if (table.kind !== "TABLE") {
    const message = `SQL compilation error:\nObject '${printPath(path)}' of type ${table.kind} cannot be changed`;
    throw new SnowflakeError("002316", "42601", message);
  }
  needWarehouse(viewer);
  return table;
}

function columnsFrom(table: Table, alias: string | null): BoundColumn[] {
  return table.columns.map(({ name, type }) => ({ source: alias === null ? pathOf(table) : [alias], name, type }));
}

/** The columns that are named, or all of them. */
function targetsIn(table: Table, names: readonly string[]): number[] {
  return names.length ? names.map((name) => indexOfColumn(table, name)) : table.columns.map((_, index) => index);
}

/** INSERT OVERWRITE empties the table first: it needs DELETE besides ("INSERT", usage notes). */
function insert({ table: path, columns, source, overwrite }: Insert, viewer: Viewer): Result {
  const table = changeable(viewer, path, overwrite ? ["INSERT", "DELETE"] : ["INSERT"]);
  const targets = targetsIn(table, columns);
  const env = emptyEnvironment(viewer);
  const values = isRows(source)
    ? source.map((row) => row.map((each, at) => insertedValue(each, table, targets[at], env)))
    : selected(source, env);
  const rows = values.map((row) => {
    if (row.length !== targets.length) throw wrongCount(targets.length, row.length);
    const full = table.columns.map(({ default: otherwise }, index) => {
      const at = targets.indexOf(index);
      return at >= 0 ? (row[at] ?? null) : otherwise ? evaluate(otherwise, env) : null;
    });
    return stored(table.columns, full);
  });
  replaceRows(viewer, table, [...(overwrite ? [] : rowsOf(viewer, table)), ...rows]);
  if (!isRows(source)) consumeStreams(source, viewer);
  return counts("insert", { "number of rows inserted": rows.length });
}

function isRows(source: Insert["source"]): source is Exclude<Insert["source"], Query> {
  return Array.isArray(source);
}

function selected(query: Query, env: Environment): readonly Row[] {
  return runQuery(query, env).rows;
}

function insertedValue(expression: Expression | null, table: Table, target: number | undefined, env: Environment) {
  const meant = expression ?? table.columns[target ?? -1]?.default ?? null;
  return meant ? evaluate(meant, env) : null;
}

function wrongCount(expected: number, got: number): SnowflakeError {
  const message = `SQL compilation error:\nInsert value list does not match column list expecting ${expected} but got ${got}`;
  return new SnowflakeError("002020", "21S01", message);
}

/** "Introduction to streams": DML that reads a stream moves its offset on. */
function consumeStreams({ body }: Query, viewer: Viewer): void {
  if (body.type !== "select" || body.from?.type !== "named") return;
  const stream = lookUp(viewer, { kind: "STREAM", path: body.from.path, signature: null }) as Stream | undefined;
  if (stream) stream.offset = rowsOf(viewer, stream.table);
}

/** Each row with the first row of the other source that fits, if there is one. */
function matching(table: Table, alias: string | null, other: Source | null, where: Expression | null, viewer: Viewer) {
  const empty = emptyEnvironment(viewer);
  const joined: Rows = other ? readSource(other, empty) : { columns: [], rows: [[]] };
  const env = { ...empty, columns: [...columnsFrom(table, alias), ...joined.columns] };
  return (row: Row): Environment | undefined =>
    joined.rows
      .map((partner) => ({ ...env, row: [...row, ...partner] }))
      .find((place) => !where || truth(where, place) === true);
}

function update({ table: path, alias, set, from, where }: Update, viewer: Viewer): Result {
  const table = changeable(viewer, path, ["UPDATE"]);
  const match = matching(table, alias, from, where, viewer);
  let changed = 0;
  const rows = rowsOf(viewer, table).map((row) => {
    const place = match(row);
    if (!place) return row;
    changed += 1;
    return assigned(table, row, set, place);
  });
  replaceRows(viewer, table, rows);
  return counts("update", { "number of rows updated": changed, "number of multi-joined rows updated": 0 });
}

function assigned(table: Table, row: Row, set: readonly Assignment[], place: Environment): Row {
  const values = new Map(set.map(({ column, value }) => [indexOfColumn(table, column), evaluate(value, place)]));
  return stored(
    table.columns,
    row.map((value, index) => (values.has(index) ? (values.get(index) ?? null) : value)),
  );
}

function remove({ table: path, alias, using, where }: Delete, viewer: Viewer): Result {
  const table = changeable(viewer, path, ["DELETE"]);
  const match = matching(table, alias, using, where, viewer);
  const before = rowsOf(viewer, table);
  const kept = before.filter((row) => !match(row));
  replaceRows(viewer, table, kept);
  return counts("delete", { "number of rows deleted": before.length - kept.length });
}

function truncate({ table: path, ifExists }: Extract<ChangeStatement, { type: "truncate" }>, viewer: Viewer): Result {
  if (ifExists && !lookUp(viewer, { kind: "TABLE", path, signature: null })) return status();
  const table = requireRelation(viewer, path);
  if (!holds(viewer.authority, "TRUNCATE", table)) throw insufficientPrivileges(table.kind.toLowerCase(), table.name);
  if (table.kind !== "TABLE") throw notAuthorized("Table", printPath(path), "42S02");
  replaceRows(viewer, table, []);
  return status();
}

/** Page "MERGE": the privileges of what the clauses do, and SELECT on the source. */
function merge({ table: path, alias, using, on, actions }: Merge, viewer: Viewer): Result {
  const verbs = actions.map((each) => (each.matched ? (each.set === "DELETE" ? "DELETE" : "UPDATE") : "INSERT"));
  const table = changeable(viewer, path, verbs);
  const empty = emptyEnvironment(viewer);
  const source = readSource(using, empty);
  const env = { ...empty, columns: [...columnsFrom(table, alias), ...source.columns] };
  const join = (row: Row, other: Row): Environment => ({ ...env, row: [...row, ...other] });
  const pairs = rowsOf(viewer, table).map((row) => {
    const partners = source.rows.filter((other) => truth(on, join(row, other)) === true);
    return { row, partners };
  });
  const changed = pairs.map(({ row, partners: [partner] }) =>
    partner ? mergedRow(table, row, actions, join(row, partner)) : row,
  );
  const taken = new Set(pairs.flatMap(({ partners }) => partners));
  const nothing = table.columns.map(() => null);
  const added = source.rows
    .filter((other) => !taken.has(other))
    // There is no row of the table here: a bare name is the source's, also where the table has a column of that name.
    .flatMap((row) => addedRows(table, actions, join(nothing, row), { ...empty, columns: source.columns, row }));
  const kept = changed.filter((row) => row !== null);
  replaceRows(viewer, table, [...kept, ...added]);
  const updated = changed.filter((row, index) => row !== null && row !== pairs[index]?.row).length;
  return counts("merge", {
    ...(verbs.includes("INSERT") ? { "number of rows inserted": added.length } : {}),
    ...(verbs.includes("UPDATE") ? { "number of rows updated": updated } : {}),
    ...(verbs.includes("DELETE") ? { "number of rows deleted": pairs.length - kept.length } : {}),
  });
}

function isMeant({ and }: MergeAction, place: Environment): boolean {
  return and === null || truth(and, place) === true;
}

/** What becomes of a row that has a partner in the source: itself where no clause is meant, `null` where it goes. */
function mergedRow(table: Table, row: Row, actions: readonly MergeAction[], place: Environment): Row | null {
  const action = actions.find((each) => each.matched && isMeant(each, place));
  if (!action?.matched) return row;
  return action.set === "DELETE" ? null : assigned(table, row, action.set, place);
}

/** The row, if any, that comes of a row of the source without partners. */
function addedRows(table: Table, actions: readonly MergeAction[], place: Environment, fromSource: Environment): Row[] {
  const action = actions.find((each) => !each.matched && isMeant(each, place));
  if (!action || action.matched) return [];
  const targets = targetsIn(table, action.columns);
  const full = table.columns.map((_, index) => {
    const value = action.values[targets.indexOf(index)];
    return value ? evaluate(value, fromSource) : null;
  });
  return [stored(table.columns, full)];
}
