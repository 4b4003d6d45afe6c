import { PROD } from "../../../../names";
import { as } from "../../../../proof/session";
import { readableKinds } from "../../kinds";
import { identifier } from "../../quote";
import { NOBODY } from "../session";
import {
  type AttackContext,
  prodTable,
  refusalOf,
  refused,
  type SnowflakeAttack,
  type SnowflakeScriptedAttack,
  withOwn,
} from "./attack";

/** Attacks that would bend who may do what, now or in the future. */
export const GRANT_ATTACKS: readonly SnowflakeAttack[] = [
  {
    name: "future grants",
    wants: "a part of everything that will be created",
    attempts: (context) => {
      const { database, outsiders, prodSchema } = context;
      return outsiders.flatMap(({ name: who }) =>
        ["select on future tables", "insert on future tables", "select on future views"].flatMap((what) => [
          {
            who,
            code: refusalOf(context, who),
            sql: `grant ${what} in schema ${identifier(database, prodSchema.name)} to role ${NOBODY}`,
            undo: [`revoke ${what} in schema ${identifier(database, prodSchema.name)} from role ${NOBODY}`],
          },
          {
            who,
            sql: `grant ${what} in database ${identifier(database)} to role ${NOBODY}`,
            undo: [`revoke ${what} in database ${identifier(database)} from role ${NOBODY}`],
          },
        ]),
      );
    },
  },
  {
    name: "managed access",
    wants: "protected schemas where every owner of a table decides who reads it",
    attempts: (context) => {
      const { plan, database, outsiders, prodSchema } = context;
      const schema = identifier(database, prodSchema.name);
      const readers = plan.grants.filter(({ target, privilege }) => target === prodSchema.name && privilege === "read");
      const future = readableKinds().flatMap(({ plural, read }) =>
        readers.map(({ role }) => ({ what: `${read.join(", ")} on future ${plural}`, role: identifier(role) })),
      );
      const undo = [
        // They stand in its way ("ALTER SCHEMA", usage notes).
        ...future.map(({ what, role }) => `revoke ${what} in schema ${schema} from role ${role}`),
        `alter schema ${schema} enable managed access`,
        ...future.map(({ what, role }) => `grant ${what} in schema ${schema} to role ${role}`),
      ];
      return outsiders.map(({ name: who }) => ({
        who,
        code: refusalOf(context, who),
        sql: `alter schema ${schema} disable managed access`,
        undo,
      }));
    },
  },
  {
    name: "ownership grab",
    wants: "what belongs to prod as one's own",
    attempts: (context) => {
      const { database, outsiders, prodSchema } = context;
      const [table, schema] = [prodTable(context), identifier(database, prodSchema.name)];
      return outsiders.flatMap(({ name: who }) =>
        [`table ${table}`, `schema ${schema}`].map((what) => ({
          who,
          code: refusalOf(context, who),
          sql: `grant ownership on ${what} to role ${NOBODY} copy current grants`,
          undo: [`grant ownership on ${what} to role ${identifier(PROD)} copy current grants`],
        })),
      );
    },
  },
  {
    name: "ownership gift",
    wants: "own code that runs with prod's rights, or own objects that pass for prod's",
    attempts: withOwn(({ owner, table, procedure, schema }) => {
      const [copy, revoke] = ["copy current grants", "revoke current grants"];
      const gifts = [
        ...[`procedure ${procedure}`, `table ${table}`, `schema ${schema}`].map((what) => ({ what, current: copy })),
        // COPY has conditions of its own ("GRANT OWNERSHIP"). Without the schema: nothing would give its grants back.
        ...[`procedure ${procedure}`, `table ${table}`].map((what) => ({ what, current: revoke })),
      ];
      return gifts.map(({ what, current }) => ({
        sql: `grant ownership on ${what} to role ${identifier(PROD)} ${current}`,
        undo: [`grant ownership on ${what} to role ${owner} copy current grants`],
      }));
    }),
  },
];

/** Grants that somebody makes by mistake must not open what is closed. */
export const SCRIPTED_GRANT_ATTACKS: readonly SnowflakeScriptedAttack[] = [
  {
    name: "future-grant shadowing",
    wants: "a grant on the database's future tables to open production, or to hide who may read it",
    async run(context) {
      const { database, logins, prodServices } = context;
      const [author] = prodServices;
      if (!author) return null;
      const table = identifier(database, context.prodSchema.name, "shadowed");
      const grant = `select on future tables in database ${identifier(database)}`;
      await logins.admin.query(`grant ${grant} to role PUBLIC`);
      try {
        await as(logins.login(author.name), (client) => client.query(`create table ${table} (ID int)`));
        const rows = await logins.admin.query(`show grants on table ${table}`);
        const grantees = rows.map(({ grantee_name }) => grantee_name);
        if (grantees.includes("PUBLIC")) return "the database's future grant reaches a protected schema";
        return await readersOf(context, table);
      } finally {
        await logins.admin.query(`revoke ${grant} from role PUBLIC`);
        await logins.admin.query(`drop table if exists ${table}`);
      }
    },
  },
];

/** Who reads production's other tables reads this one, and nobody else does. */
async function readersOf({ outsiders, logins, ...context }: AttackContext, table: string): Promise<string | undefined> {
  const known = prodTable({ outsiders, logins, ...context });
  const read = (name: string) => `select count(*) from ${name}`;
  for (const { name } of outsiders) {
    const wrong = await as(logins.login(name), async (client) => {
      const [expected, got] = [
        await refused(client.query(read(known)), () => logins.admin.query(read(known))),
        await refused(client.query(read(table)), () => logins.admin.query(read(table))),
      ];
      return (expected === undefined) === (got === undefined)
        ? undefined
        : `reads ${got ? "more" : "less"} than before`;
    });
    if (wrong) return `${name} ${wrong}`;
  }
}
