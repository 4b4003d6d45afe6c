/** Running queries. */
import { isBadValue, SnowflakeError } from "../../errors";
import type { Body, Expression, OrderItem, Query, Select, SelectItem, Star } from "../../sql/expressions";
import type { Row, Value } from "../../sql/types";
import { hasAggregate } from "./aggregates";
import type { BoundColumn, Environment, Rows } from "./environment";
import { evaluate, truth } from "./evaluate";
import { readSource } from "./sources";
import { typeOf } from "./typing";
import { compare, identityOf } from "./values";

/** One row of output, with what ORDER BY may look at: the source row, or the group, that it came from. */
interface Output {
  readonly row: Row;
  readonly from: Environment;
}

/** The rows of a query, seen from where it stands: `env` has the query around it and the tables of WITH. */
export function runQuery(query: Query, env: Environment): Rows {
  const tables = new Map(env.tables);
  const inside = { ...env, tables };
  for (const { name, columns, query: definition } of query.with) {
    tables.set(name, renamed(runQuery(definition, inside), [name], columns));
  }
  const { columns, outputs } = runBody(query.body, inside);
  const sorted = query.orderBy.length ? sort(outputs, query.orderBy, columns) : outputs;
  const end = query.limit === null ? undefined : query.offset + query.limit;
  return { columns, rows: sorted.slice(query.offset, end).map(({ row }) => row) };
}

/** Rows under the name of a source, and with other column names where those are given. */
export function renamed({ columns, rows }: Rows, source: readonly string[], names: readonly string[]): Rows {
  return { columns: columns.map((column, index) => ({ ...column, source, name: names[index] ?? column.name })), rows };
}

interface Outputs {
  readonly columns: readonly BoundColumn[];
  readonly outputs: readonly Output[];
}

function runBody(body: Body, env: Environment): Outputs {
  switch (body.type) {
    case "select":
      return runSelect(body, env);
    case "nested": {
      const { columns, rows } = runQuery(body.query, env);
      return { columns, outputs: rows.map((row) => ({ row, from: env })) };
    }
    case "values": {
      const rows = body.rows.map((row) => row.map((each) => evaluate(each, env)));
      const columns = (body.rows[0] ?? []).map((each, index) => ({
        source: [],
        name: `COLUMN${index + 1}`,
        type: typeOf(each, env),
      }));
      return { columns, outputs: rows.map((row) => ({ row, from: env })) };
    }
    case "set":
      return combine(body, runBody(body.left, env), runBody(body.right, env));
  }
}

function combine({ operator }: Extract<Body, { type: "set" }>, left: Outputs, right: Outputs): Outputs {
  if (left.columns.length !== right.columns.length) {
    const message = `SQL compilation error:\ninvalid number of result columns for set operator input branches, expected ${left.columns.length}, got ${right.columns.length}`;
    throw new SnowflakeError("001789", "42601", message);
  }
  const { columns } = left;
  if (operator === "UNION ALL") return { columns, outputs: [...left.outputs, ...right.outputs] };
  const there = new Set(right.outputs.map(({ row }) => identityOf(row)));
  switch (operator) {
    case "UNION":
      return { columns, outputs: distinct([...left.outputs, ...right.outputs]) };
    case "INTERSECT":
      return { columns, outputs: distinct(left.outputs.filter(({ row }) => there.has(identityOf(row)))) };
    case "EXCEPT":
      return { columns, outputs: distinct(left.outputs.filter(({ row }) => !there.has(identityOf(row)))) };
  }
}

function distinct(outputs: readonly Output[]): Output[] {
  const first = new Map<string, Output>();
  for (const output of outputs) {
    const identity = identityOf(output.row);
    if (!first.has(identity)) first.set(identity, output);
  }
  return [...first.values()];
}

function runSelect(select: Select, env: Environment): Outputs {
  const source: Rows = select.from ? readSource(select.from, env) : { columns: [], rows: [[]] };
  const aliases = new Map(
    select.items.flatMap((item) => (isStar(item) ? [] : [[item.name, item.expression] as const])),
  );
  const outer = env.columns.length || env.outer ? env : null;
  const scope: Environment = { ...env, columns: source.columns, row: [], group: null, outer, aliases };
  const kept = select.where
    ? source.rows.filter((row) => truth(select.where as Expression, { ...scope, row }) === true)
    : source.rows;
  const items = select.items.flatMap((item) => (isStar(item) ? expand(item, source.columns) : [item]));
  const places = isGrouped(select) ? groups(select, items, kept, scope) : kept.map((row) => ({ ...scope, row }));
  const sample = places[0] ?? { ...scope, row: [], group: isGrouped(select) ? [] : null };
  const columns = items.map(({ expression, name }) => ({ source: [], name, type: typeOf(expression, sample) }));
  // A query without rows still has to name columns that exist.
  if (places.length === 0) checkNames(items, { ...sample, row: source.columns.map(() => null) });
  const outputs = places.map((place) => ({
    row: items.map(({ expression }) => evaluate(expression, place)),
    from: place,
  }));
  return { columns, outputs: select.distinct ? distinct(outputs) : outputs };
}

function isStar(item: SelectItem | Star): item is Star {
  return "star" in item;
}

/** The columns that `*` stands for, each named by its place so that two of a name stay apart. */
function expand({ qualifier, exclude }: Star, columns: readonly BoundColumn[]): SelectItem[] {
  return columns.flatMap(({ source, name }, index) => {
    const isMeant = qualifier === null || qualifier.join("\0") === source.slice(-qualifier.length).join("\0");
    if (!isMeant || exclude.includes(name)) return [];
    return [{ name, expression: { type: "variable", name: String(index + 1) } as const }];
  });
}

/** NULLs in place of a row: what fails then is the values, not the names. */
function checkNames(items: readonly SelectItem[], env: Environment): void {
  for (const { expression } of items) {
    try {
      evaluate(expression, env);
    } catch (error) {
      if (!isBadValue(error)) throw error;
    }
  }
}

function isGrouped({ groupBy, having, items }: Select): boolean {
  return groupBy !== null || having !== null || items.some((item) => !isStar(item) && hasAggregate(item.expression));
}

/** One environment for each group: its first row stands for what is grouped by. */
function groups(select: Select, items: readonly SelectItem[], rows: readonly Row[], scope: Environment): Environment[] {
  const keys = groupKeys(select, items);
  const found = new Map<string, Row[]>();
  if (keys.length === 0) found.set("", [...rows]);
  else {
    for (const row of rows) {
      const key = identityOf(keys.map((each) => evaluate(each, { ...scope, row })));
      found.set(key, [...(found.get(key) ?? []), row]);
    }
  }
  const nothing = scope.columns.map(() => null);
  const places = [...found.values()].map((group) => ({ ...scope, row: group[0] ?? nothing, group }));
  return places.filter((place) => !select.having || truth(select.having, place) === true);
}

/** GROUP BY takes expressions, aliases, and positions in the select list; ALL means what is no aggregate. */
function groupKeys({ groupBy }: Select, items: readonly SelectItem[]): Expression[] {
  if (groupBy === null) return [];
  if (groupBy === "ALL") return items.map(({ expression }) => expression).filter((each) => !hasAggregate(each));
  return groupBy.map((each) => (isPosition(each) ? (items[Number(each.value) - 1]?.expression ?? each) : each));
}

function isPosition(expression: Expression): expression is Extract<Expression, { type: "literal" }> {
  return expression.type === "literal" && typeof expression.value === "number";
}

function sort(outputs: readonly Output[], orderBy: readonly OrderItem[], columns: readonly BoundColumn[]): Output[] {
  const keyed = outputs.map((output) => ({ output, keys: orderBy.map(({ by }) => sortKey(by, output, columns)) }));
  keyed.sort((one, other) => {
    for (const [index, { descending, nullsFirst }] of orderBy.entries()) {
      const order = orderOf(one.keys[index] ?? null, other.keys[index] ?? null, nullsFirst);
      if (order.value) return order.isNull || !descending ? order.value : -order.value;
    }
    return 0;
  });
  return keyed.map(({ output }) => output);
}

/** A position, a column of the result, or any expression over the source. */
function sortKey(by: Expression, { row, from }: Output, columns: readonly BoundColumn[]): Value {
  if (isPosition(by)) return row[Number(by.value) - 1] ?? null;
  const index =
    by.type === "column" && by.path.length === 1 ? columns.findIndex(({ name }) => name === by.path[0]) : -1;
  return index >= 0 ? (row[index] ?? null) : evaluate(by, from);
}

function orderOf(a: Value, b: Value, nullsFirst: boolean): { value: number; isNull: boolean } {
  if (a === null || b === null) {
    const value = a === b ? 0 : (a === null) === nullsFirst ? -1 : 1;
    return { value, isNull: true };
  }
  return { value: compare(a, b) ?? 0, isNull: false };
}
