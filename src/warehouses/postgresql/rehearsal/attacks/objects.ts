import { schemaName } from "../../../../names";
import type { Attempt } from "../../../../proof/attacks";
import { identifier } from "../../quote";
import type { AttackContext, PostgresqlAttack } from "./attack";

/** One attempt for each outsider, on a table of production. */
function onProdTable(statement: (table: string) => string): (context: AttackContext) => Attempt[] {
  return ({ outsiders, prodSchema }) =>
    outsiders.map(({ name: who }) => ({ who, sql: statement(identifier(prodSchema.name, "after_table")) }));
}

/** One attempt for each developer, who has a table and a function of their own to attack with. */
function withOwn(
  statement: (own: { table: string; routine: string; schema: string }, context: AttackContext) => string[],
) {
  return (context: AttackContext): Attempt[] =>
    context.developers.flatMap(({ name: who }) => {
      const schema = schemaName(who);
      const own = {
        schema: identifier(schema),
        table: identifier(schema, "bait"),
        routine: `${identifier(schema, "bait")}()`,
      };
      const prepare = [
        `create table ${own.table} (id int)`,
        `create function ${own.routine} returns int language sql security definer as 'select 1'`,
      ];
      return statement(own, context).map((sql) => ({ who, prepare, sql }));
    });
}

/** Attacks that would put something into production, or take hold of what is there. */
export const OBJECT_ATTACKS: readonly PostgresqlAttack[] = [
  {
    name: "prefix squatting",
    wants: "a schema under somebody else's prefix, waiting for their data",
    attempts: ({ plan, outsiders }) =>
      outsiders.flatMap(({ name: who }) =>
        [
          "prod_new",
          "ci_new",
          ...plan.identities.filter(({ name }) => name !== who).map(({ name }) => `${name}_new`),
        ].flatMap((schema) => [
          { who, sql: `create schema ${identifier(schema)}` },
          { who, sql: `create schema ${identifier(schema)} authorization ${identifier(who)}` },
        ]),
      ),
  },
  {
    name: "rename into prefix",
    wants: "an own schema to pass for production",
    attempts: withOwn(({ schema }) => [`alter schema ${schema} rename to prod_new`]),
  },
  {
    name: "move into production",
    wants: "an own object among prod's",
    attempts: withOwn(({ table, routine }, { prodSchema }) => [
      `alter table ${table} set schema ${identifier(prodSchema.name)}`,
      `alter function ${routine} set schema ${identifier(prodSchema.name)}`,
    ]),
  },
  {
    name: "ownership gift",
    wants: "own code that runs with prod's rights",
    attempts: withOwn(({ table, routine, schema }) => [
      `alter function ${routine} owner to prod`,
      `alter table ${table} owner to prod`,
      `alter schema ${schema} owner to prod`,
    ]),
  },
  {
    name: "trigger and rule",
    wants: "own code to run when prod writes",
    attempts: (context) => [
      ...onProdTable(
        (table) =>
          `create trigger loot before update on ${table} for each row execute function suppress_redundant_updates_trigger()`,
      )(context),
      ...onProdTable((table) => `create rule loot as on delete to ${table} do instead nothing`)(context),
    ],
  },
  {
    name: "foreign key",
    wants: "prod to be unable to delete the rows one refers to",
    attempts: withOwn(({ schema }, { prodSchema }) => [
      `create table ${schema}.holder (id int references ${identifier(prodSchema.name, "after_table")})`,
    ]),
  },
  {
    name: "lock",
    wants: "production to stand still",
    attempts: onProdTable((table) => `lock table ${table} in access exclusive mode`),
  },
  {
    name: "maintenance of others",
    wants: "load and locks on production",
    attempts: (context) => [
      ...onProdTable((table) => `cluster ${table} using after_table_pkey`)(context),
      ...onProdTable((table) => `reindex table ${table}`)(context),
      ...context.outsiders.map(({ name: who }) => ({
        who,
        sql: `refresh materialized view ${identifier(context.prodSchema.name, "after_matview")}`,
      })),
    ],
  },
  {
    name: "schema public",
    wants: "objects that everybody's search_path finds",
    attempts: ({ plan }) =>
      plan.identities.flatMap(({ name: who }) => [
        { who, sql: "create table public.loot (id int)" },
        { who, sql: "create function public.now() returns timestamptz language sql as 'select null::timestamptz'" },
      ]),
  },
  {
    name: "comment",
    wants: "to write into the catalog about what belongs to others",
    attempts: ({ outsiders, prodSchema }) =>
      outsiders.map(({ name: who }) => ({ who, sql: `comment on schema ${identifier(prodSchema.name)} is 'loot'` })),
  },
  {
    name: "server",
    wants: "files, programs and settings of the server",
    attempts: ({ plan, developers }) => [
      ...plan.identities.flatMap(({ name: who }) => [
        { who, sql: "select pg_read_file('PG_VERSION')" },
        { who, sql: "select lo_import('PG_VERSION')" },
        { who, sql: "set session_replication_role = replica" },
        { who, sql: "set temp_file_limit = -1" },
        { who, sql: "create publication loot for all tables" },
        {
          who,
          sql: "select pg_create_physical_replication_slot('loot')",
          // No rollback takes a slot away.
          control: {
            sql: "select pg_drop_replication_slot(slot_name) from pg_create_physical_replication_slot('loot')",
          },
        },
      ]),
      ...developers.flatMap(({ name: who }) =>
        ["program 'echo 1'", "'PG_VERSION'"].map((from) => ({
          who,
          prepare: [`create table ${identifier(who, "bait")} (id text)`],
          sql: `copy ${identifier(who, "bait")} from ${from}`,
        })),
      ),
      ...developers.map(({ name: who }) => ({
        who,
        prepare: [`create function ${identifier(who, "bait")}() returns event_trigger language plpgsql as 'begin end'`],
        sql: `create event trigger loot on ddl_command_end execute function ${identifier(who, "bait")}()`,
      })),
    ],
  },
];
