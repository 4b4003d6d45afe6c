import { schemaName } from "../../../access/names";
import { identifier } from "../../../warehouse/snowflake/quote";
import { as } from "../session";
import { type Field, prodTable, refused, type SnowflakeRaid } from "./attack";

/** Attacks that would make others run the attacker's code, or the attacker run theirs. */
export const CODE_RAIDS: readonly SnowflakeRaid[] = [
  {
    name: "trojan view",
    wants: "prod to run the function behind a developer's view",
    run: (field) =>
      lure(field, "trojan", ({ here }) => ({
        make: [
          `create function ${here("horse")}() returns int as '1'`,
          `create view ${here("trojan")} as select ${here("horse")}() as ONE`,
          `grant usage on function ${here("horse")}() to role PUBLIC`,
          `grant select on view ${here("trojan")} to role PUBLIC`,
        ],
        bait: `select * from ${here("trojan")}`,
        clear: [`drop view ${here("trojan")}`, `drop function ${here("horse")}()`],
      })),
  },
  {
    name: "trojan procedure",
    wants: "prod to call a procedure that runs with its caller's rights",
    run: (field) =>
      lure(field, "horse", ({ here }) => ({
        make: [
          `create procedure ${here("horse")}() returns int language sql execute as caller as 'begin return 1; end'`,
          `grant usage on procedure ${here("horse")}() to role PUBLIC`,
        ],
        bait: `call ${here("horse")}()`,
        clear: [`drop procedure ${here("horse")}()`],
      })),
  },
  {
    name: "owner's-rights leak",
    wants: "to write production through a procedure that prod made for itself",
    async run(field) {
      const { outsiders, prodServices, prodSchema, database, doors } = field;
      const author = prodServices[0];
      if (!author) return null;
      const procedure = `${identifier(database, prodSchema.name, "wipe")}()`;
      return as(doors.login(author.name), async (client) => {
        await client.query(
          `create procedure ${procedure} returns varchar language sql execute as owner as 'begin delete from ${prodTable(field)} where ID = -1; return current_role(); end'`,
        );
        try {
          await client.query(`call ${procedure}`);
          for (const { name } of outsiders) {
            const wrong = await refused(as(doors.login(name), (outsider) => outsider.query(`call ${procedure}`)));
            if (wrong) return `${name}: ${wrong}`;
          }
        } finally {
          await client.query(`drop procedure ${procedure}`);
        }
      });
    },
  },
  {
    name: "second wall",
    wants: "to execute a function of somebody whose schema has come open",
    async run({ plan, outsiders, database, doors }) {
      const visitor = outsiders.find(({ duty }) => duty === "reader") ?? outsiders[0];
      if (!visitor) return null;
      const foreign = plan.schemas.filter(({ kind, owner }) => kind !== "throwaway" && owner !== visitor.name);
      return as(doors.login(visitor.name), async (client) => {
        for (const { name } of foreign) {
          const schema = identifier(database, name);
          const opening = `usage on schema ${schema}`;
          const grants = await doors.master.query(`show grants on schema ${schema}`);
          const isOpen = grants.some(({ grantee_name }) => grantee_name === "PUBLIC");
          if (!isOpen) await doors.master.query(`grant ${opening} to role PUBLIC`);
          const wrong = await refused(client.query(`select ${identifier(database, name, "created_function")}()`));
          if (!isOpen) await doors.master.query(`revoke ${opening} from role PUBLIC`);
          if (wrong) return `${visitor.name}, let into ${name}: ${wrong}`;
        }
      });
    },
  },
];

/** What a developer lays out for prod to take. */
interface Lure {
  readonly make: readonly string[];
  readonly bait: string;
  readonly clear: readonly string[];
}

/** A developer lays out a lure, which works for the developer, and no prod service may take it. */
async function lure(
  { developers, prodServices, database, doors }: Field,
  what: string,
  plan: (own: { here: (name: string) => string }) => Lure,
): Promise<string | undefined | null> {
  const attacker = developers[0];
  if (!attacker || prodServices.length === 0) return null;
  const home = schemaName(attacker.name);
  const { make, bait, clear } = plan({ here: (name) => identifier(database, home, name) });
  return as(doors.login(attacker.name), async (client) => {
    for (const statement of make) await client.query(statement);
    try {
      await client.query(bait);
      for (const { name } of prodServices) {
        const wrong = await refused(as(doors.login(name), (prod) => prod.query(bait)));
        if (wrong) return `${what}: ${name}: ${wrong}`;
      }
    } finally {
      for (const statement of clear) await client.query(statement);
    }
  });
}
