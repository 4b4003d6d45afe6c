import type { Client } from "pg";
import type { AccessPlan } from "../../../access/plan";
import { isProdSchema, READ_PROD } from "../../../names";
import type { FixtureTime } from "../../../proof/probes";
import { type FixturePlace, KINDS } from "../kinds";
import { identifier } from "../quote";

/** The name of a fixture, as SQL. @param name of an entry in {@link KINDS} */
export function fixtureName(schema: string, time: FixtureTime, name: string): string {
  return identifier(schema, `${time}_${name}`);
}

/** Where the fixtures of a schema lie. */
export function fixturePlace(schema: string, time: FixtureTime): FixturePlace {
  return { schema, time, beside: (name) => fixtureName(schema, time, name) };
}

/** SQL that makes one object of each kind in a schema, owned by whoever runs it. */
export function fill(schema: string, time: FixtureTime): string {
  const place = fixturePlace(schema, time);
  return KINDS.flatMap(({ fixtures }) => fixtures)
    .flatMap(({ name, make }) => make?.(place.beside(name), place) ?? [])
    .join("; ");
}

/**
 * The warehouse as found: every `<prefix>_<source>` schema is there already, with objects in it that belong to the
 * admin. The bare base schemas are not, so both ways are rehearsed: adopting a schema and making one.
 *
 * @param superuser for what an admin of a managed service has others do
 * @returns the schemas that exist
 */
export async function layOutWarehouse(admin: Client, superuser: Client, plan: AccessPlan): Promise<string[]> {
  const found = plan.schemas
    .filter(({ name, kind }) => kind !== "throwaway" && name.includes("_"))
    .map(({ name }) => name);
  for (const schema of found) {
    await admin.query(`create schema if not exists ${identifier(schema)}; ${fill(schema, "before")}`);
    // Where the program closes nothing to PUBLIC, what runs as the admin would be refused.
    if (!plan.grants.some(({ target }) => target === schema))
      await admin.query(`revoke execute on function ${fixtureName(schema, "before", "definer")}() from public`);
  }
  const prod = found.filter(isProdSchema);
  await layOutForeignTables(admin, superuser, prod);
  await layOutGrownThings(admin, plan, prod);
  for (const schema of prod) await admin.query(openToEverybody(schema));
  return found;
}

/** A foreign table in each schema; an ordinary one where the server does not come with file_fdw. */
async function layOutForeignTables(admin: Client, superuser: Client, schemas: readonly string[]): Promise<void> {
  const available = await isAvailable(superuser, "file_fdw");
  const { rows } = await admin.query<{ name: string }>("select current_user as name");
  const owner = identifier(rows[0]?.name ?? "");
  if (available) await superuser.query("create extension file_fdw; create server files foreign data wrapper file_fdw");
  for (const schema of schemas) {
    const foreign = fixtureName(schema, "before", "foreign");
    const columns = `${foreign} (line text)`;
    await superuser.query(
      available
        ? `create foreign table ${columns} server files options (filename '/dev/null'); alter foreign table ${foreign} owner to ${owner}`
        : `create table ${columns}; alter table ${foreign} owner to ${owner}`,
    );
  }
}

/** What a grown warehouse has: extensions in production, views across it, moved tables, large objects, settings. */
async function layOutGrownThings(admin: Client, plan: AccessPlan, schemas: readonly string[]): Promise<void> {
  const [first] = schemas;
  if (first === undefined) return;
  for (const extension of ["citext", "pgcrypto"]) {
    if (await isAvailable(admin, extension))
      await admin.query(`create extension ${extension} schema ${identifier(first)}`);
  }
  await admin.query("select lo_create(0)");
  await admin.query(`create table moved (id int); alter table moved set schema ${identifier(first)}`);
  await admin.query(
    "do $$ begin execute format('alter database %I set timezone to %L', current_database(), 'America/St_Johns'); end $$",
  );
  const open = openSchema(plan);
  if (open === undefined) return;
  for (const schema of schemas) {
    const across = identifier(schema, "before_across");
    await admin.query(`create view ${across} as select id from ${fixtureName(open, "before", "table")}`);
  }
}

/** Grants to PUBLIC that somebody has made in a schema by hand. */
function openToEverybody(schema: string): string {
  const opened = KINDS.flatMap(({ fixtures }) => fixtures).flatMap(
    ({ name, opened }) => opened?.(fixtureName(schema, "before", name)) ?? [],
  );
  return [`grant usage, create on schema ${identifier(schema)} to public`, ...opened].join("; ");
}

/** A production schema that everybody reads, so that a view over it opens nothing. */
function openSchema({ roles, grants, schemas }: AccessPlan): string | undefined {
  const readers = roles.find(({ name }) => name === READ_PROD)?.memberOf.map(({ role }) => role) ?? [];
  return grants
    .filter(({ role, privilege }) => privilege === "read" && readers.includes(role))
    .map(({ target }) => target)
    .find((target) => schemas.some(({ name, kind }) => name === target && kind === "prod"));
}

async function isAvailable(client: Client, extension: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_available_extensions where name = $1", [extension]);
  return rowCount === 1;
}
