import type { AccessPlan } from "../../../access/plan";
import type { FixtureTime } from "../../../proof/probes";
import { type FixturePlace, KINDS } from "../kinds";
import { identifier } from "../quote";
import type { Client } from "./client";
import { NOBODY } from "./session";

/** Where the fixtures of a schema lie. */
export function fixturePlace(database: string, schema: string, time: FixtureTime): FixturePlace {
  const beside = (name: string) => identifier(database, schema, `${time}_${name}`);
  return { database, schema, time, nobody: NOBODY, beside };
}

/** SQL that makes one object of each kind in a schema, owned by the role that runs it. */
export function fill(database: string, schema: string, time: FixtureTime, warehouse: string): string[] {
  const place = fixturePlace(database, schema, time);
  return KINDS.flatMap(({ fixtures }) => fixtures).flatMap(({ name, make }) =>
    make(place.beside(name), place, warehouse),
  );
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
