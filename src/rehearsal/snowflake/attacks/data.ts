import { PROD } from "../../../access/names";
import { accessPaths } from "../../../access/paths";
import { identifier } from "../../../warehouse/snowflake/quote";
import type { Attempt } from "../../attacks";
import { NOT_AUTHORIZED } from "../session";
import type { Field, SnowflakeAttack } from "./attack";

/** For each developer, the production schemas that are closed to them. */
function onClosed(statements: (own: string, closed: string) => string[]): (field: Field) => Attempt[] {
  return (field) => {
    const paths = accessPaths(field.plan);
    const production = field.plan.schemas.filter(({ name, kind }) => kind === "prod" && name !== PROD);
    return field.developers.flatMap(({ name: who }) =>
      production
        .filter(({ name }) => !paths.accessTo(name).has(who))
        .flatMap(({ name }) => {
          const copy = identifier(field.database, who, "peek");
          return statements(copy, identifier(field.database, name, "created_table")).map((sql) => ({
            who,
            sql,
            code: NOT_AUTHORIZED,
            undo: [`drop ${/^create (\w+)/.exec(sql)?.[1]} ${copy}`],
          }));
        }),
    );
  };
}

/** Attacks that would carry data out of where it may be read. */
export const DATA_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "view of what is closed",
    wants: "to read a restricted source through a view of one's own",
    attempts: onClosed((own, closed) => [`create view ${own} as select * from ${closed}`]),
  },
  {
    name: "stream of what is closed",
    wants: "every change of a restricted source",
    attempts: onClosed((own, closed) => [`create stream ${own} on table ${closed}`]),
  },
  {
    name: "copy of what is closed",
    wants: "a restricted source's rows in a table of one's own",
    attempts: onClosed((own, closed) => [
      `create table ${own} as select * from ${closed}`,
      `create table ${own} clone ${closed}`,
      `create table ${own} like ${closed}`,
    ]),
  },
];
