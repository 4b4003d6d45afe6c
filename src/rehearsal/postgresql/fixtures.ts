import type { Client } from "pg";
import type { AccessPlan } from "../../access/plan";
import { identifier, literal } from "../../warehouse/postgresql/quote";
import type { Age } from "../stage";

/** One object of each kind that the access model speaks of. */
export function objects(
  schema: string,
  age: Age,
): Record<"table" | "view" | "matview" | "sequence" | "function", string> {
  const named = (kind: string) => identifier(schema, `${age}_${kind}`);
  return {
    table: named("table"),
    view: named("view"),
    matview: named("matview"),
    sequence: named("sequence"),
    function: named("function"),
  };
}

/** SQL that makes one object of each kind in a schema, owned by whoever runs it. */
export function fill(schema: string, age: Age): string {
  const { table, view, matview, sequence, function: routine } = objects(schema, age);
  return `
    create table ${table} (id int primary key, note text);
    insert into ${table} values (1, ${literal(schema)}), (2, ${literal(age)});
    create view ${view} as select id from ${table};
    create materialized view ${matview} as select id from ${table};
    create sequence ${sequence};
    create function ${routine}() returns int language sql as 'select 1';`;
}

/**
 * The warehouse as found: every `<prefix>_<source>` schema is there already, with objects in it that belong to the
 * admin. The bare base schemas are not, so both ways are rehearsed: adopting a schema and making one.
 *
 * @returns the schemas that exist
 */
export async function layOutWarehouse(client: Client, plan: AccessPlan): Promise<string[]> {
  const found = plan.schemas
    .filter(({ name, kind }) => kind !== "throwaway" && name.includes("_"))
    .map(({ name }) => name);
  for (const schema of found) {
    await client.query(`create schema if not exists ${identifier(schema)}; ${fill(schema, "existing")}`);
  }
  return found;
}
