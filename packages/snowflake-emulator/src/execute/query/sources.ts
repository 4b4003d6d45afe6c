/** What a query reads from: tables, views, results, and joins of them. */

import type { Relation, Stream, View } from "../../catalog/securables";
import { insufficientPrivileges, SnowflakeError, unknownToEmulator } from "../../errors";
import { holds } from "../../privileges/authority";
import { pathOf, requireRelation, type Viewer } from "../../privileges/resolve";
import type { Expression, Source } from "../../sql/expressions";
import type { Path } from "../../sql/names";
import { type Row, VARCHAR } from "../../sql/types";
import { asOwner } from "../functions/userFunctions";
import { informationSchema } from "../show/informationSchema";
import { needWarehouse } from "../statements/warehouses";
import { type BoundColumn, columnIndex, type Environment, emptyEnvironment, type Rows } from "./environment";
import { evaluate, truth } from "./evaluate";
import { renamed, runQuery } from "./query";
import { rowsOf } from "./tableRows";
import { castTo, isEqual, textOf } from "./values";

export function readSource(source: Source, env: Environment): Rows {
  switch (source.type) {
    case "named":
      return readNamed(source, env);
    case "query":
      return renamed(runQuery(source.query, env), [source.alias ?? ""], source.columns);
    case "function":
      return renamed(readFunction(source, env), [source.alias ?? ""], []);
    case "join":
      return join(source, env);
  }
}

function readNamed({ path, alias }: Extract<Source, { type: "named" }>, env: Environment): Rows {
  const common = path.length === 1 ? env.tables.get(path[0] as string) : undefined;
  if (common) return renamed(common, [alias ?? (path[0] as string)], []);
  const rows =
    path.at(-2) === "INFORMATION_SCHEMA" ? informationSchema(path, env.viewer) : readRelation(env.viewer, path);
  return alias === null ? rows : renamed(rows, [alias], []);
}

/**
 * The rows of a table or view: SELECT on it is needed, and an active warehouse. What a view reads is read with the rights
 * of the view's owner ("CREATE VIEW", usage notes).
 */
function readRelation(viewer: Viewer, path: Path): Rows {
  const relation = requireRelation(viewer, path);
  if (!holds(viewer.authority, "SELECT", relation))
    throw insufficientPrivileges(relation.kind.toLowerCase(), relation.name);
  needWarehouse(viewer);
  return contentOf(viewer, relation);
}

function contentOf(viewer: Viewer, relation: Relation | Stream): Rows {
  const source = pathOf(relation);
  switch (relation.kind) {
    case "TABLE":
      return { columns: columnsIn(relation, source), rows: rowsOf(viewer, relation) };
    case "STREAM":
      return readStream(viewer, relation, source);
    default:
      return { columns: columnsIn(relation, source), rows: readView(viewer, relation) };
  }
}

function columnsIn({ columns }: Pick<Relation, "columns">, source: Path): BoundColumn[] {
  return columns.map(({ name, type, nullable }) => ({ source, name, type, nullable }));
}

/** @throws SnowflakeError 002037 when what the view reads is gone, or closed to its owner */
function readView(viewer: Viewer, view: View): readonly Row[] {
  try {
    const { rows } = runQuery(view.query, emptyEnvironment(asOwner(viewer, view)));
    return rows.map((row) => view.columns.map(({ type }, index) => castTo(row[index] ?? null, type)));
  } catch (error) {
    if (!(error instanceof SnowflakeError) || !error.message.startsWith("SQL ")) throw error;
    const message = `SQL compilation error:\nFailure during expansion of view '${view.name}': ${error.message}`;
    throw new SnowflakeError("002037", "42601", message);
  }
}

/** "Introduction to streams", standard streams: rows that came or went since the offset. */
function readStream(viewer: Viewer, { table, offset }: Stream, source: Path): Rows {
  const [before, now] = [new Set(offset), new Set(rowsOf(viewer, table))];
  const changed = (row: Row, action: string) => [...row, action, false, ""];
  const came = [...now].filter((row) => !before.has(row)).map((row) => changed(row, "INSERT"));
  const went = [...before].filter((row) => !now.has(row)).map((row) => changed(row, "DELETE"));
  const metadata = [
    { source, name: "METADATA$ACTION", type: VARCHAR },
    { source, name: "METADATA$ISUPDATE", type: { name: "BOOLEAN" } as const },
    { source, name: "METADATA$ROW_ID", type: VARCHAR },
  ];
  return { columns: [...columnsIn(table, source), ...metadata], rows: [...came, ...went] };
}

function readFunction({ name, args }: Extract<Source, { type: "function" }>, env: Environment): Rows {
  const called = name.join(".");
  if (called === "RESULT_SCAN") return scanResult(args, env);
  throw unknownToEmulator(`table function ${called}`);
}

/** "RESULT_SCAN": a result of this session, whose rights were checked when it was made. */
function scanResult([id]: readonly Expression[], env: Environment): Rows {
  const queryId = id ? evaluate(id, env) : null;
  const result = queryId === null ? undefined : env.viewer.context.session.results.get(textOf(queryId));
  if (!result) throw new SnowflakeError("000709", "02000", `Statement ${queryId} not found`);
  return { columns: result.columns.map(({ name, type }) => ({ source: [], name, type })), rows: result.rows };
}

type JoinSource = Extract<Source, { type: "join" }>;

function join(source: JoinSource, env: Environment): Rows {
  const [left, right] = [readSource(source.left, env), readSource(source.right, env)];
  const columns = [...left.columns, ...right.columns];
  const scope = { ...env, columns, group: null, outer: env.columns.length || env.outer ? env : null };
  const fits = (one: Row, other: Row) => isJoined(source, left, right, { ...scope, row: [...one, ...other] });
  const rows: Row[] = [];
  const matchedRight = new Set<Row>();
  const [noLeft, noRight] = [left.columns.map(() => null), right.columns.map(() => null)];
  for (const one of left.rows) {
    const partners = right.rows.filter((other) => fits(one, other));
    for (const other of partners) matchedRight.add(other);
    rows.push(...partners.map((other) => [...one, ...other]));
    if (partners.length === 0 && (source.join === "LEFT" || source.join === "FULL")) rows.push([...one, ...noRight]);
  }
  if (source.join === "RIGHT" || source.join === "FULL") {
    rows.push(...right.rows.filter((other) => !matchedRight.has(other)).map((other) => [...noLeft, ...other]));
  }
  return isUsing(source.on) ? merged(source.on, left, right, { columns, rows }) : { columns, rows };
}

function isJoined({ on }: JoinSource, left: Rows, right: Rows, env: Environment): boolean {
  if (on === null) return true;
  if (!isUsing(on)) return truth(on, env) === true;
  return on.every((name) => {
    const [a, b] = [columnIndex(left.columns, [name]), columnIndex(right.columns, [name])];
    const [one, other] = [env.row[a] ?? null, env.row[left.columns.length + b] ?? null];
    return one !== null && isEqual(one, other);
  });
}

function isUsing(on: JoinSource["on"]): on is readonly string[] {
  return Array.isArray(on);
}

/** USING: columns of both sides are one, and stand once in `*` ("JOIN", USING). */
function merged(names: readonly string[], left: Rows, right: Rows, { columns, rows }: Rows): Rows {
  const pairs = names.map((name) => [
    columnIndex(left.columns, [name]),
    left.columns.length + columnIndex(right.columns, [name]),
  ]);
  const gone = new Set(pairs.map(([, second]) => second));
  const isKept = (_: unknown, index: number) => !gone.has(index);
  const both = (row: Row) =>
    row.map((value, index) => value ?? row[pairs.find(([first]) => first === index)?.[1] ?? -1] ?? null);
  return { columns: columns.filter(isKept), rows: rows.map((row) => both(row).filter(isKept)) };
}
