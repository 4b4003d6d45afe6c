import { accessPaths } from "../../../../access/paths";
import { PROD } from "../../../../names";
import type { Attempt } from "../../../../proof/attacks";
import { as } from "../../../../proof/session";
import { identifier } from "../../quote";
import { NOT_AUTHORIZED } from "../session";
import { type AttackContext, refused, type SnowflakeAttack, type SnowflakeScriptedAttack } from "./attack";

/** For each developer, a table of each production schema that is closed to them. */
function onClosed(
  attempts: (own: string, closed: string) => Pick<Attempt, "sql" | "undo">[],
): (context: AttackContext) => Attempt[] {
  return (context) => {
    const paths = accessPaths(context.plan);
    const production = context.plan.schemas.filter(({ name, kind }) => kind === "prod" && name !== PROD);
    return context.developers.flatMap(({ name: who }) =>
      production
        .filter(({ name }) => !paths.accessTo(name).has(who))
        .flatMap(({ name }) =>
          attempts(identifier(context.database, who, "peek"), identifier(context.database, name, "after_table")).map(
            (attempt) => ({ who, code: NOT_AUTHORIZED, ...attempt }),
          ),
        ),
    );
  };
}

/** Attacks that would carry data out of where it may be read. */
export const DATA_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "view of what is closed",
    wants: "to read a restricted source through a view of one's own",
    attempts: onClosed((own, closed) => [
      { sql: `create view ${own} as select * from ${closed}`, undo: [`drop view ${own}`] },
    ]),
  },
  {
    name: "stream of what is closed",
    wants: "every change of a restricted source",
    attempts: onClosed((own, closed) => [
      { sql: `create stream ${own} on table ${closed}`, undo: [`drop stream ${own}`] },
    ]),
  },
  {
    name: "copy of what is closed",
    wants: "a restricted source's rows in a table or stage of one's own, today's or yesterday's",
    attempts: onClosed((own, closed) => [
      ...[
        `as select * from ${closed}`,
        `as select * from ${closed} at (offset => 0)`,
        `clone ${closed}`,
        `like ${closed}`,
      ].map((what) => ({ sql: `create table ${own} ${what}`, undo: [`drop table ${own}`] })),
      // Everybody has a stage of their own, which no grant takes away.
      ...[closed, `(select * from ${closed})`].map((what) => ({
        sql: `copy into @~/peek from ${what}`,
        undo: ["remove @~/peek"],
      })),
    ]),
  },
  {
    name: "clone of production",
    wants: "production's tables with their rows and grants in a schema of one's own making",
    attempts: ({ database, outsiders, prodSchema }) =>
      outsiders.map(({ name: who }) => {
        const copy = identifier(database, `${who}_copy`);
        const sql = `create schema ${copy} clone ${identifier(database, prodSchema.name)}`;
        return { who, sql, undo: [`drop schema ${copy}`] };
      }),
  },
];

/** The same, where it takes more than one refused statement. */
export const SCRIPTED_DATA_ATTACKS: readonly SnowflakeScriptedAttack[] = [
  {
    name: "undrop",
    wants: "back what prod has dropped, rows and all",
    async run({ outsiders, prodServices, database, prodSchema, logins }) {
      const [author] = prodServices;
      if (!author) return null;
      const table = identifier(database, prodSchema.name, "dropped");
      return as(logins.login(author.name), async (prod) => {
        const drop = () => prod.query(`drop table ${table}`);
        await prod.query(`create table ${table} as select 'secret' as NOTE`);
        await drop();
        try {
          for (const { name } of outsiders) {
            const wrong = await as(logins.login(name), (client) =>
              refused(client.query(`undrop table ${table}`), () => prod.query(`undrop table ${table}`).then(drop)),
            );
            if (wrong) return `${name}: ${wrong}`;
          }
        } finally {
          await logins.admin.query(`drop table if exists ${table}`);
        }
      });
    },
  },
];
