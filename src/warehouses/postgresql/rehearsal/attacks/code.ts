import { accessPaths } from "../../../../access/paths";
import { PROD } from "../../../../names";
import { as } from "../../../../proof/session";
import { identifier, literal } from "../../quote";
import { type PostgresqlScriptedAttack, refused } from "./attack";
import { TROJAN } from "./trojan";

/** Attacks that would make others run the attacker's code, or the attacker run theirs. */
export const SCRIPTED_CODE_ATTACKS: readonly PostgresqlScriptedAttack[] = [
  TROJAN,
  {
    name: "SECURITY DEFINER leak",
    wants: "to write production through a function that prod made for itself",
    async run({ outsiders, prodServices, prodSchema, logins }) {
      const author = prodServices[0];
      if (!author) return null;
      const routine = `${identifier(prodSchema.name, "wipe")}()`;
      const call = `select ${routine}`;
      return as(logins.login(author.name), async (client) => {
        await client.query(
          `create function ${routine} returns bigint language sql security definer as 'select count(*) from pg_class'`,
        );
        try {
          await client.query(call);
          for (const { name } of outsiders) {
            const wrong = await refused(as(logins.login(name), (outsider) => outsider.query(call)));
            if (wrong) return `${name}: ${wrong}`;
          }
        } finally {
          await client.query(`drop function ${routine}`);
        }
      });
    },
  },
  {
    name: "function behind prod's view",
    wants: "to run a function with prod's rights by reading a view of prod's, as plain ones run with the reader's",
    async run({ plan, outsiders, prodServices, prodSchema, logins }) {
      const author = prodServices[0];
      const group = plan.grants.find(({ target, privilege }) => target === prodSchema.name && privilege === "read");
      if (!author || !group) return null;
      const readers = accessPaths(plan).accessTo(prodSchema.name);
      const here = (name: string) => identifier(prodSchema.name, name);
      const routine = (name: string, rights: string) =>
        `create function ${here(name)}() returns text language sql security ${rights} as 'select current_user::text';
         create view ${here(`${name}_shown`)} as select ${here(name)}() as who;`;
      return as(logins.login(author.name), async (prod) => {
        await prod.query(`${routine("plain", "invoker")} ${routine("privileged", "definer")}
          grant execute on function ${here("plain")}() to ${identifier(group.role)}`);
        try {
          for (const { name } of outsiders.filter(({ name }) => readers.has(name))) {
            const wrong = await as(logins.login(name), async (reader) => {
              const { rows } = await reader.query(`select who from ${here("plain_shown")}`);
              if (rows[0].who !== name) return `a plain function ran as ${rows[0].who}`;
              return refused(reader.query(`select who from ${here("privileged_shown")}`));
            });
            if (wrong) return `${name}: ${wrong}`;
          }
          const { rows } = await prod.query(`select who from ${here("privileged_shown")}`);
          if (rows[0].who !== PROD) return `prod's own call runs as ${rows[0].who} (positive control)`;
        } finally {
          await prod.query(`drop function ${here("plain")}, ${here("privileged")} cascade`);
        }
      });
    },
  },
  {
    name: "second wall",
    wants: "to execute a function of somebody whose schema has come open",
    async run({ plan, outsiders, logins }) {
      const visitor = outsiders.find(({ duty }) => duty === "reader") ?? outsiders[0];
      if (!visitor) return null;
      const foreign = plan.schemas.filter(({ kind, owner }) => kind !== "throwaway" && owner !== visitor.name);
      return as(logins.superuser(), async (client) => {
        for (const { name } of foreign) {
          await client.query("begin");
          await client.query(
            `grant usage on schema ${identifier(name)} to ${identifier(visitor.name)}; set local role ${identifier(visitor.name)}`,
          );
          const wrong = await refused(client.query(`select ${identifier(name, "after_function")}()`));
          await client.query("rollback");
          if (wrong) return `${visitor.name}, let into ${name}: ${wrong}`;
        }
      });
    },
  },
  {
    name: "kill",
    wants: "production's sessions to end",
    async run({ outsiders, prodServices, logins }) {
      const victim = prodServices[0];
      if (!victim) return null;
      return as(logins.login(victim.name), async (session) => {
        const { rows } = await session.query("select pg_backend_pid() as pid");
        for (const { name } of outsiders) {
          for (const signal of ["pg_cancel_backend", "pg_terminate_backend"]) {
            const wrong = await refused(
              as(logins.login(name), (outsider) => outsider.query(`select ${signal}(${rows[0].pid})`)),
            );
            if (wrong) return `${name}: ${wrong}`;
          }
        }
      });
    },
  },
  {
    name: "stranger",
    wants: "into the warehouse with a login that the roster does not know",
    async run({ logins }) {
      const name = "one_env_stranger";
      return as(logins.superuser(), async (superuser) => {
        await superuser.query(`create role ${identifier(name)} login password ${literal(name)}`);
        try {
          const wrong = await refused(as(logins.connect(name, name), (client) => client.query("select 1")));
          if (wrong) return wrong;
        } finally {
          await superuser.query(`drop role ${identifier(name)}`);
        }
      });
    },
  },
];
