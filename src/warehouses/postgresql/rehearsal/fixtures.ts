import type { Client } from "pg";
import type { AccessPlan } from "../../../access/plan";
import { isProdSchema, READ_PROD } from "../../../names";
import type { FixtureTime } from "../../../proof/probes";
import { identifier, literal } from "../quote";

const KINDS = [
  ...["table", "view", "matview", "sequence", "parts", "part", "foreign", "function", "definer", "procedure"],
  ...["numbered", "total", "touch", "mood", "pair", "amount", "together"],
] as const;

/** The names of the objects of one age in a schema. */
export function objects(schema: string, time: FixtureTime): Record<(typeof KINDS)[number], string> {
  const named = KINDS.map((kind) => [kind, identifier(schema, `${time}_${kind}`)]);
  return Object.fromEntries(named) as Record<(typeof KINDS)[number], string>;
}

/** SQL that makes one object of each kind in a schema, owned by whoever runs it. */
export function fill(schema: string, time: FixtureTime): string {
  const made = objects(schema, time);
  return `
    create table ${made.table} (id int primary key, note text);
    insert into ${made.table} values (1, ${literal(schema)}), (2, ${literal(time)});
    create view ${made.view} as select id from ${made.table};
    create materialized view ${made.matview} as select id from ${made.table};
    create sequence ${made.sequence};
    create table ${made.parts} (id int) partition by list (id);
    create table ${made.part} partition of ${made.parts} for values in (1, 2);
    create table ${made.numbered} (line serial, number int generated always as identity);
    create statistics ${made.together} on id, note from ${made.table};
    create type ${made.mood} as enum ('good', 'bad');
    create type ${made.pair} as (one int, other int);
    create domain ${made.amount} as int check (value >= 0);
    create function ${made.function}() returns int language sql as 'select 1';
    create function ${made.definer}() returns int language sql security definer as 'select 1';
    create procedure ${made.procedure}() language sql as 'select 1';
    create aggregate ${made.total} (int) (sfunc = int4pl, stype = int);
    create function ${made.touch}() returns trigger language plpgsql as 'begin return new; end';
    create trigger touch before insert on ${made.table} for each row execute function ${made.touch}();`;
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
      await admin.query(`revoke execute on function ${objects(schema, "before").definer}() from public`);
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
    const { foreign } = objects(schema, "before");
    const columns = `${foreign} (line text)`;
    await superuser.query(
      available
        ? `create foreign table ${columns} server files options (filename '/dev/null'); alter foreign table ${foreign} owner to ${owner}`
        : `create table ${columns}; alter table ${foreign} owner to ${owner}`,
    );
  }
}

/** What comes with the years: extensions in production, views across it, moved tables, large objects, settings. */
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
    await admin.query(`create view ${across} as select id from ${objects(open, "before").table}`);
  }
}

/** What PUBLIC has in a schema where somebody was in a hurry. */
function openToEverybody(schema: string): string {
  const { table, view, sequence, parts, function: routine, definer, procedure } = objects(schema, "before");
  return `
    grant usage, create on schema ${identifier(schema)} to public;
    grant all on ${table}, ${view}, ${parts} to public;
    grant update (note) on ${table} to public;
    grant all on sequence ${sequence} to public;
    grant execute on function ${routine}(), ${definer}() to public;
    grant execute on procedure ${procedure}() to public;`;
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
