import type { AccessPlan } from "../../../access/plan";
import type { FixtureTime } from "../../../proof/probes";
import { identifier, literal } from "../quote";
import type { Client } from "./client";

const KINDS = ["table", "base", "view", "matview", "dynamic", "function", "procedure"] as const;
type Kind = (typeof KINDS)[number];

/** One object of each kind that the access model speaks of; `base` is what the derived tables are made from. */
export function objects(database: string, schema: string, time: FixtureTime): Record<Kind, string> {
  const names = KINDS.map((kind) => [kind, identifier(database, schema, `${time}_${kind}`)]);
  return Object.fromEntries(names) as Record<Kind, string>;
}

/** SQL that makes one object of each kind in a schema, owned by the role that runs it. */
export function fill(database: string, schema: string, time: FixtureTime, warehouse: string): string[] {
  const { table, base, view, matview, dynamic, function: routine, procedure } = objects(database, schema, time);
  return [
    `create table ${table} (ID int, NOTE varchar)`,
    ...rowsOf(database, schema, time),
    `create table ${base} (ID int)`,
    `insert into ${base} values (1), (2)`,
    `create view ${view} as select ID from ${table}`,
    `create materialized view ${matview} as select ID from ${base}`,
    `create dynamic table ${dynamic} target_lag = '1 day' warehouse = ${identifier(warehouse)} as select ID from ${base}`,
    `create function ${routine}() returns int as '1'`,
    `create procedure ${procedure}() returns int language sql as 'begin return 1; end'`,
  ];
}

/** Puts the rows of a table back as they were. */
export function refill(database: string, schema: string, time: FixtureTime): string[] {
  return [`delete from ${objects(database, schema, time).table}`, ...rowsOf(database, schema, time)];
}

function rowsOf(database: string, schema: string, time: FixtureTime): string[] {
  const { table } = objects(database, schema, time);
  return [`insert into ${table} values (1, ${literal(schema)}), (2, ${literal(time)})`];
}

/**
 * The warehouse as found: every `<prefix>_<source>` schema is there already, with objects in it that belong to the
 * admin. The bare base schemas are not, so both ways are rehearsed: adopting a schema and making one.
 */
export async function layOutWarehouse(
  client: Client,
  database: string,
  warehouse: string,
  plan: AccessPlan,
): Promise<void> {
  const found = plan.schemas.filter(({ name, kind }) => kind !== "throwaway" && name.includes("_"));
  for (const { name, kind } of found) {
    // The program takes a production schema over only when its grants are managed already.
    const managed = kind === "prod" ? " with managed access" : "";
    await client.query(`create schema if not exists ${identifier(database, name)}${managed}`);
    for (const statement of fill(database, name, "before", warehouse)) await client.query(statement);
  }
}
