import { accessPaths } from "../../../../access/paths";
import type { Identity } from "../../../../access/plan";
import { DUTY_ROLES, schemaName } from "../../../../names";
import { as } from "../../../../proof/session";
import { outcomeOf } from "../../../../proof/statement";
import { identifier } from "../../quote";
import type { Client } from "../client";
import { NO_SUCH_PROCEDURE, NOT_AUTHORIZED } from "../session";
import { type AttackContext, prodTable, refused, type SnowflakeScriptedAttack } from "./attack";

/** What a view's reader hears when its owner may not read what is behind it. */
const VIEW_FAILED = "002037";

/** Nothing of that name is found: a view, a procedure or a function. */
const NOT_FOUND: readonly (string | undefined)[] = [NOT_AUTHORIZED, NO_SUCH_PROCEDURE];

/** Attacks that would make others run the attacker's code, or the attacker run theirs. */
export const SCRIPTED_CODE_ATTACKS: readonly SnowflakeScriptedAttack[] = [
  {
    name: "trojan view",
    wants: "prod to run the function behind a developer's view that it does not name",
    run: (context) =>
      lure(context, ({ here, prod }) => ({
        make: [
          `create function ${here("horse")}() returns int as '1'`,
          `create view ${here("trojan")} as select ${here("horse")}() as ONE`,
          `grant usage on function ${here("horse")}() to role ${prod}`,
          `grant select on view ${here("trojan")} to role ${prod}`,
        ],
        unnamed: ["select * from TROJAN", "select HORSE()"],
        named: `select * from ${here("trojan")}`,
        clear: [`drop view ${here("trojan")}`, `drop function ${here("horse")}()`],
      })),
  },
  {
    name: "trojan procedure",
    wants: "prod to call a procedure that runs with its caller's rights and that it does not name",
    run: (context) =>
      lure(context, ({ here, prod }) => ({
        make: [
          `create procedure ${here("horse")}() returns int language sql execute as caller as 'begin return 1; end'`,
          `grant usage on procedure ${here("horse")}() to role ${prod}`,
        ],
        unnamed: ["call HORSE()"],
        named: `call ${here("horse")}()`,
        clear: [`drop procedure ${here("horse")}()`],
      })),
  },
  {
    name: "function behind prod's view",
    wants: "to call a function of production, which has prod's rights, and not only read what prod's view says of it",
    async run(context) {
      const { outsiders, prodServices, prodSchema, database, logins } = context;
      const author = prodServices[0];
      if (!author) return null;
      const readers = accessPaths(context.plan).accessTo(prodSchema.name);
      const here = (name: string) => identifier(database, prodSchema.name, name);
      return as(logins.login(author.name), async (prod) => {
        await prod.query(`create function ${here("behind")}() returns int as '1'`);
        await prod.query(`create view ${here("shown")} as select ${here("behind")}() as ONE`);
        try {
          for (const { name } of outsiders.filter(({ name }) => readers.has(name))) {
            const wrong = await as(logins.login(name), async (reader) => {
              const view = await outcomeOf(reader.query(`select * from ${here("shown")}`));
              if (!view.allowed) return `cannot read prod's view (positive control): ${view.code}: ${view.message}`;
              const call = `select ${here("behind")}()`;
              return refused(reader.query(call), () => prod.query(call));
            });
            if (wrong) return `${name}: ${wrong}`;
          }
        } finally {
          await prod.query(`drop view ${here("shown")}`);
          await prod.query(`drop function ${here("behind")}()`);
        }
      });
    },
  },
  {
    name: "view that outlives its owner's access",
    wants: "to go on reading a restricted source through a view that was made in better days",
    run: outlive,
  },
  {
    name: "temporary shadow",
    wants: "prod to read a temporary table in place of its own",
    async run(context) {
      const { outsiders, prodServices, logins } = context;
      const victim = prodServices[0];
      if (!victim) return null;
      const rows = `select count(*) as N from ${prodTable(context)}`;
      return as(logins.login(victim.name), async (prod) => {
        const before = Number((await prod.query(rows))[0]?.N);
        for (const { name } of outsiders) {
          const after = await as(logins.login(name), async (client) => {
            // Snowflake may let everybody who sees the schema do this; it must stay in the session.
            await outcomeOf(client.query(`create temporary table ${prodTable(context)} (ID int, NOTE varchar)`));
            return Number((await prod.query(rows))[0]?.N);
          });
          if (after !== before) return `${name}: ${victim.name} sees ${after} rows instead of ${before}`;
        }
      });
    },
  },
  {
    name: "owner's-rights leak",
    wants: "to write production through a procedure that prod made for itself",
    async run(context) {
      const { outsiders, prodServices, prodSchema, database, logins } = context;
      const author = prodServices[0];
      if (!author) return null;
      const procedure = `${identifier(database, prodSchema.name, "wipe")}()`;
      return as(logins.login(author.name), async (client) => {
        await client.query(
          `create procedure ${procedure} returns varchar language sql execute as owner as 'begin delete from ${prodTable(context)} where ID = -1; return current_role(); end'`,
        );
        try {
          for (const { name } of outsiders) {
            const call = (caller: Client) => caller.query(`call ${procedure}`);
            const wrong = await refused(as(logins.login(name), call), () => call(client));
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
    async run({ plan, outsiders, database, logins }) {
      const visitor = outsiders.find(({ duty }) => duty === "reader") ?? outsiders[0];
      if (!visitor) return null;
      const foreign = plan.schemas.filter(({ kind, owner }) => kind !== "throwaway" && owner !== visitor.name);
      return as(logins.login(visitor.name), async (client) => {
        for (const { name } of foreign) {
          const schema = identifier(database, name);
          const opening = `usage on schema ${schema}`;
          const grants = await logins.admin.query(`show grants on schema ${schema}`);
          const isOpen = grants.some(({ grantee_name }) => grantee_name === "PUBLIC");
          if (!isOpen) await logins.admin.query(`grant ${opening} to role PUBLIC`);
          const execute = `select ${identifier(database, name, "after_function")}()`;
          const wrong = await refused(client.query(execute), () => logins.admin.query(execute));
          if (!isOpen) await logins.admin.query(`revoke ${opening} from role PUBLIC`);
          if (wrong) return `${visitor.name}, let into ${name}: ${wrong}`;
        }
      });
    },
  },
];

/** A reader of a restricted source shares a view of it; when the reader's access ends, so does the view's. */
async function outlive({ plan, developers, database, logins }: AttackContext): Promise<string | undefined | null> {
  const restricted = plan.schemas.find(({ name, kind }) => kind === "prod" && readerOf(name, developers) !== undefined);
  const reader = restricted && readerOf(restricted.name, developers);
  const other = developers.find(({ name }) => name !== reader?.name);
  if (!restricted || !reader || !other) return null;
  const home = identifier(database, schemaName(reader.name));
  const view = identifier(database, schemaName(reader.name), "peek");
  const membership = (verb: string, word: string) =>
    logins.admin.query(`${verb} role ${identifier(`read_${restricted.name}`)} ${word} role ${identifier(reader.name)}`);
  const peek = () => as(logins.login(other.name), (client) => client.query(`select count(*) from ${view}`));
  return as(logins.login(reader.name), async (client) => {
    await client.query(`create view ${view} as select * from ${identifier(database, restricted.name, "after_table")}`);
    await client.query(`grant usage on schema ${home} to role ${identifier(other.name)}`);
    await client.query(`grant select on view ${view} to role ${identifier(other.name)}`);
    try {
      await peek();
      await membership("revoke", "from");
      const { allowed, code } = await outcomeOf(peek());
      return code === VIEW_FAILED ? undefined : `expected ${VIEW_FAILED}, got ${allowed ? "ALLOWED" : code}`;
    } finally {
      await membership("grant", "to");
      await client.query(`drop view ${view}`);
      await client.query(`revoke usage on schema ${home} from role ${identifier(other.name)}`);
    }
  });
}

/** A developer who reads a source by a membership of their own. */
function readerOf(schema: string, developers: readonly Identity[]): Identity | undefined {
  return developers.find(({ memberOf }) => memberOf.some(({ role }) => role === `read_${schema}`));
}

/** Objects that a developer makes so that prod might use them by mistake. */
interface Lure {
  readonly make: readonly string[];
  /** Statements that name it without a schema: prod must not find it. */
  readonly unnamed: readonly string[];
  /** A statement that names it with its schema works: an owner may grant, and prod may use what it was granted. */
  readonly named: string;
  readonly clear: readonly string[];
}

/** A developer makes a lure and lets prod in; a prod service uses it only by naming it with its schema. */
async function lure(
  { developers, prodServices, database, logins }: AttackContext,
  plan: (own: { here: (name: string) => string; prod: string }) => Lure,
): Promise<string | undefined | null> {
  const attacker = developers[0];
  if (!attacker || prodServices.length === 0) return null;
  const home = schemaName(attacker.name);
  const prod = identifier(DUTY_ROLES.prod);
  const { make, unnamed, named, clear } = plan({ here: (name) => identifier(database, home, name), prod });
  const opening = `usage on schema ${identifier(database, home)}`;
  return as(logins.login(attacker.name), async (client) => {
    for (const statement of [...make, `grant ${opening} to role ${prod}`]) await client.query(statement);
    try {
      for (const { name } of prodServices) {
        const wrong = await as(logins.login(name), async (session) => {
          for (const sql of unnamed) {
            const { allowed, code, message } = await outcomeOf(session.query(sql));
            if (allowed || !NOT_FOUND.includes(code))
              return `${sql}: expected ${NOT_FOUND.join(" or ")}, got ${allowed ? "ALLOWED" : `${code}: ${message}`}`;
          }
          const taken = await outcomeOf(session.query(named));
          return taken.allowed ? undefined : `${named} (positive control): ${taken.code}: ${taken.message}`;
        });
        if (wrong) return `${name}: ${wrong}`;
      }
    } finally {
      for (const statement of [`revoke ${opening} from role ${prod}`, ...clear]) await client.query(statement);
    }
  });
}
