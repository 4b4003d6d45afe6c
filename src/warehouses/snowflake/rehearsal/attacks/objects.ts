import { CI_SCHEMA, PROD, schemaName } from "../../../../names";
import type { Attempt } from "../../../../proof/attacks";
import { identifier } from "../../quote";
import { NOT_AUTHORIZED } from "../session";
import { type AttackContext, prodTable, refusalOf, type SnowflakeAttack, withOwn } from "./attack";

/** One attempt for each outsider, on a table of production. */
function onProdTable(
  attempt: (table: string, here: (name: string) => string) => Omit<Attempt, "who">,
): (context: AttackContext) => Attempt[] {
  return (context) => {
    const here = (name: string) => identifier(context.database, context.prodSchema.name, name);
    return context.outsiders.map(({ name: who }) => ({
      who,
      code: refusalOf(context, who),
      ...attempt(prodTable(context), here),
    }));
  };
}

/** Attacks that would put something into production, or take hold of what is there. */
export const OBJECT_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "prefix squatting",
    wants: "a schema under somebody else's prefix, waiting for their data",
    attempts: ({ plan, database, outsiders }) =>
      outsiders.flatMap(({ name: who }) =>
        [PROD, CI_SCHEMA, ...plan.identities.map(({ name }) => name).filter((name) => name !== who)].map((prefix) => {
          const schema = identifier(database, schemaName(prefix, "new"));
          return { who, sql: `create schema ${schema}`, undo: [`drop schema ${schema}`] };
        }),
      ),
  },
  {
    name: "rename into prefix",
    wants: "an own schema to pass for production",
    attempts: withOwn(({ schema }, { database }) => {
      const taken = identifier(database, schemaName(PROD, "new"));
      return [
        { sql: `alter schema ${schema} rename to ${taken}`, undo: [`alter schema ${taken} rename to ${schema}`] },
      ];
    }),
  },
  {
    name: "move into production",
    wants: "an own object among prod's",
    attempts: withOwn(({ table, schema }, context, who) => {
      const moved = identifier(context.database, context.prodSchema.name, "bait");
      const swap = `alter table ${table} swap with ${prodTable(context)}`;
      const swapSchemas = `alter schema ${schema} swap with ${identifier(context.database, context.prodSchema.name)}`;
      return [
        {
          code: refusalOf(context, who),
          sql: `alter table ${table} rename to ${moved}`,
          undo: [`alter table ${moved} rename to ${table}`],
        },
        ...[swap, swapSchemas].map((sql) => ({ code: refusalOf(context, who), sql, undo: [sql] })),
      ];
    }),
  },
  {
    name: "load into production",
    wants: "rows of one's own from a stage among prod's",
    attempts: onProdTable((table) => ({ sql: `copy into ${table} from @~` })),
  },
  {
    name: "replacement",
    wants: "an own table or view where a name of production's stood",
    attempts: onProdTable((table, here) => {
      const replace = (name: string) => `create or replace table ${name} (ID int, NOTE varchar)`;
      const decoy = here("decoy");
      return {
        sql: replace(table),
        // Not of the table that everybody reads.
        control: { prepare: [`create table ${decoy} (ID int)`], sql: replace(decoy), tidy: [`drop table ${decoy}`] },
      };
    }),
  },
  {
    name: "new database",
    wants: "a database without any of these rules",
    attempts: ({ plan }) =>
      plan.identities.map(({ name: who }) => ({ who, sql: "create database LOOT", undo: ["drop database LOOT"] })),
  },
  {
    name: "schema public",
    wants: "objects that everybody's sessions find",
    attempts: ({ database, plan }) =>
      plan.identities.map(({ name: who }) => {
        const table = identifier(database, "public", "loot");
        return { who, code: NOT_AUTHORIZED, sql: `create table ${table} (ID int)`, undo: [`drop table ${table}`] };
      }),
  },
];
