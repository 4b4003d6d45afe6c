import { CI_SCHEMA } from "../../../../names";
import { as } from "../../../../proof/session";
import { outcomeOf } from "../../../../proof/statement";
import { identifier, literal } from "../../quote";
import type { PostgresqlAttack, PostgresqlScriptedAttack } from "./attack";

const BAD_RUNS = [
  "",
  "X",
  "a-b",
  "a__b",
  "_a",
  "a_",
  "../prod",
  "a'b",
  'x" authorization prod; --',
  "x; drop schema prod cascade",
  "x\n",
  "a".repeat(21),
];

/** SQLSTATE of a call in a transaction of one snapshot (REPEATABLE READ), which would not see what others commit. */
const WRONG_ISOLATION = "25000";

/** Attacks on the functions that open and close CI's schemas: they run with the deploying admin's rights. */
export const CI_ATTACKS: readonly PostgresqlAttack[] = [
  {
    name: "ci functions for others",
    wants: "a schema of one's own through CI's door",
    attempts: ({ plan, ciServices: [service] }) =>
      service === undefined
        ? []
        : plan.identities
            .filter(({ duty }) => duty !== "ci")
            .flatMap(({ name: who }) =>
              [
                "ci.open('loot')",
                "ci.close('loot')",
                "ci.reap('0')",
                "ci.leases()",
                "ci.lease('ci_loot')",
                // The schema lets CI in and ci.lock refuses it: that the call is right, the admin shows.
                "ci.lock('ci_loot', '1')",
              ].map((call) => {
                const sql = `select * from ${call}`;
                return { who, sql, ...(call.startsWith("ci.lock") ? {} : { control: { who: service.name, sql } }) };
              }),
            ),
  },
  {
    name: "ci function injection",
    wants: "SQL of one's own to run as the admin",
    attempts: ({ ciServices }) =>
      ciServices.flatMap(({ name: who }) =>
        [...BAD_RUNS.map(literal), "null"].map((run) => ({
          who,
          sql: `select * from ci.open(${run})`,
          code: "22023",
          control: { who, sql: "select * from ci.open('fine')" },
          unharmed: `select exists (select from pg_namespace where nspname = 'prod') and not exists (select from pg_namespace where nspname ~ '^ci_(x|a|_|$)')`,
        })),
      ),
  },
  {
    name: "ci forged lease",
    wants: "a lease on what is not one's own, or one that never ends",
    attempts: ({ runs }) =>
      [...runs].flatMap(([who, run]) => {
        const schema = identifier(`${CI_SCHEMA}_${run}`);
        return [
          `comment on schema ${schema} is '{"run": "prod"}'`,
          `select ci.lock('${CI_SCHEMA}_${run}', (select version from ci.lease('${CI_SCHEMA}_${run}')))`,
          // Whoever could comment on the role could keep the service from opening anything.
          `comment on role ${identifier(who)} is 'loot'`,
          `alter schema ${schema} rename to ci_mine`,
          `alter schema ${schema} owner to ${identifier(who)}`,
          `drop schema ${schema} cascade`,
          "create schema ci_mine",
        ].map((sql) => ({ who, sql }));
      }),
  },
  {
    name: "ci function overwrite",
    wants: "own code in place of the functions",
    attempts: ({ ciServices }) =>
      ciServices.flatMap(({ name: who }) =>
        [
          "create or replace function ci.open(run text) returns setof text language sql as 'select null::text'",
          "create function ci.open(run varchar) returns setof text language sql as 'select null::text'",
          "alter function ci.open(text) security invoker",
          "drop function ci.close(text)",
          "create table ci.loot (id int)",
        ].map((sql) => ({ who, sql })),
      ),
  },
];

/** Attacks on the same functions that are not refused but must stay without effect. */
export const SCRIPTED_CI_ATTACKS: readonly PostgresqlScriptedAttack[] = [
  {
    name: "ci function overreach",
    wants: "to end somebody else's run, or to drop what is no lease",
    async run({ ciServices, logins }) {
      const attacker = ciServices[0];
      if (!attacker) return null;
      const lease = (expires: string) =>
        literal(`{"run": "other", "owner": "other", "opened": "2000-01-01", "expires": "${expires}"}`);
      return as(logins.superuser(), async (superuser) => {
        const owner = await superuser.query(
          "select nspowner::regrole::text as name from pg_namespace where nspname = 'ci'",
        );
        await superuser.query(`
          create schema ci_other authorization ${owner.rows[0].name};
          comment on schema ci_other is ${lease("2999-01-01")};
          create schema ci_over authorization ${owner.rows[0].name};
          comment on schema ci_over is ${lease("2000-01-02")};
          create schema ci_precious authorization ${owner.rows[0].name};`);
        try {
          return await as(logins.login(attacker.name), async (ci) => {
            await ci.query("begin");
            const dropped: string[] = [];
            for (const call of [
              "ci.close('other')",
              "ci.reap('0')",
              "ci.reap('-1 day')",
              "ci.close('precious')",
              "ci.close('%')",
            ]) {
              const { rows } = await ci.query(`select * from ${call} as schema`);
              dropped.push(...rows.map(({ schema }) => schema));
            }
            await ci.query("rollback");
            // Times are written as the session has them, and some zones are too far away to be read again.
            await ci.query("begin; set local timezone = '<X>-99'");
            const opened = await ci.query("select * from ci.open('zone')");
            const readable = await ci.query("select * from ci.leases() where run = 'zone'");
            await ci.query("rollback");
            if (readable.rowCount !== opened.rowCount) return "wrote a lease that nobody can read";
            // What a transaction of one snapshot sees as a lease of its own may be another service's run by now.
            await ci.query("begin isolation level repeatable read");
            const stale = await outcomeOf(ci.query("select * from ci.close('stale')"));
            await ci.query("rollback");
            if (stale.code !== WRONG_ISOLATION)
              return `in one snapshot: expected ${WRONG_ISOLATION}, got ${stale.code}`;
            const wrong = dropped.filter((schema) => schema === "ci_other" || schema === "ci_precious");
            if (wrong.length > 0) return `dropped ${wrong.join(", ")}`;
            return dropped.includes("ci_over") ? undefined : "did not reap an expired lease (positive control)";
          });
        } finally {
          await superuser.query("drop schema ci_other; drop schema ci_over; drop schema ci_precious");
        }
      });
    },
  },
  {
    name: "ci run held open",
    wants: "everybody's reaping to wait for a transaction that stays open in an expired run",
    async run({ ciServices, logins }) {
      const reaper = ciServices[0];
      if (!reaper) return null;
      const expired = literal('{"run": "held", "owner": "other", "opened": "2000-01-01", "expires": "2000-01-02"}');
      return as(logins.superuser(), async (superuser) => {
        const { rows } = await superuser.query(
          "select nspowner::regrole::text as name from pg_namespace where nspname = 'ci'",
        );
        const schema = (name: string) =>
          `create schema ${name} authorization ${rows[0].name}; comment on schema ${name} is ${expired}`;
        await superuser.query(`${schema("ci_held")}; create table ci_held.t (id int); ${schema("ci_held_too")}`);
        try {
          // What the run's own service can do: use what is in it, and prolong it.
          for (const hold of ["lock table ci_held.t in access share mode", `comment on schema ci_held is ${expired}`]) {
            await superuser.query(`begin; ${hold}`);
            const reaped = await as(logins.login(reaper.name), async (ci) => {
              await ci.query("begin; set local statement_timeout = '10s'");
              const { rows } = await ci.query("select * from ci.reap('0') as schema");
              await ci.query("rollback");
              return rows.map(({ schema }) => schema);
            }).finally(() => superuser.query("rollback"));
            if (reaped.includes("ci_held")) return `${hold}: dropped what was in use`;
            if (!reaped.includes("ci_held_too")) return `${hold}: did not reap what was not held (positive control)`;
          }
        } finally {
          await superuser.query("drop schema ci_held cascade; drop schema ci_held_too");
        }
      });
    },
  },
  {
    name: "ci function hijack",
    wants: "types, functions, operators and tables of one's own to be used by the functions as they run as the admin",
    async run({ ciServices, runs, logins }) {
      const attacker = ciServices[0];
      const run = attacker && runs.get(attacker.name);
      if (!attacker || run === undefined) return null;
      const home = identifier(`${CI_SCHEMA}_${run}`);
      return as(logins.login(attacker.name), async (ci) => {
        await ci.query("begin");
        await ci.query(trap(home));
        try {
          // The first call compiles with the attacker's path; a later one with a harmless path must not suffer from it.
          for (const path of [`${home}, pg_temp, pg_catalog`, `pg_temp, ${home}, pg_catalog`, "pg_catalog"]) {
            await ci.query(`set local search_path = ${path}`);
            for (const call of ["leases()", "open('hijack')", "open('hijack')", "reap('1 day')", "close('hijack')"]) {
              await ci.query(`select * from ci.${call}`);
            }
          }
          for (const setting of [
            "standard_conforming_strings = off",
            "quote_all_identifiers = on",
            "intervalstyle = sql_standard",
            "datestyle = 'SQL, DMY'",
          ]) {
            await ci.query(`set local ${setting}`);
            const opened = await ci.query("select * from ci.open('hijack')");
            const closed = await ci.query("select * from ci.close('hijack')");
            if (opened.rowCount === 0 || opened.rowCount !== closed.rowCount)
              return `${setting}: opened ${opened.rowCount}, closed ${closed.rowCount}`;
          }
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        } finally {
          await ci.query("rollback");
        }
      });
    },
  },
];

/** Objects that shadow what the functions use and raise an error when they run as anybody but the attacker. */
function trap(home: string): string {
  const spy = `begin if current_user <> session_user then raise exception 'hijacked: ran as %', current_user; end if; `;
  const routine = (name: string, args: string, returns: string, value: string) =>
    `create function ${home}.${name}(${args}) returns ${returns} language plpgsql as ${literal(`${spy} return ${value}; end`)};`;
  const types = ["text", "interval", "jsonb", "record", "timestamptz"];
  return [
    routine("spy", "", "boolean", "true"),
    routine(
      "set_config",
      "pg_catalog.text, pg_catalog.text, boolean",
      "pg_catalog.text",
      "pg_catalog.set_config($1, $2, $3)",
    ),
    routine("current_setting", "pg_catalog.text", "pg_catalog.text", "pg_catalog.current_setting($1)"),
    routine("format", "pg_catalog.text, pg_catalog.text", "pg_catalog.text", "pg_catalog.format($1, $2)"),
    routine("length", "pg_catalog.text", "int", "pg_catalog.length($1)"),
    routine("now", "", "pg_catalog.timestamptz", "pg_catalog.now()"),
    routine("concat_texts", "pg_catalog.text, pg_catalog.text", "pg_catalog.text", "pg_catalog.concat($1, $2)"),
    routine("no_match", "pg_catalog.text, pg_catalog.text", "boolean", "not pg_catalog.textregexeq($1, $2)"),
    `create operator ${home}.|| (leftarg = pg_catalog.text, rightarg = pg_catalog.text, function = ${home}.concat_texts);`,
    `create operator ${home}.!~ (leftarg = pg_catalog.text, rightarg = pg_catalog.text, function = ${home}.no_match);`,
    `create table ${home}.pg_namespace (nspname pg_catalog.name, nspowner oid);`,
    "create temporary table pg_namespace (nspname pg_catalog.name, nspowner oid) on commit drop;",
    ...types.flatMap((type) => {
      const base = type === "record" ? "pg_catalog.text" : `pg_catalog.${type}`;
      return [home, "pg_temp"].map((where) => `create domain ${where}.${type} as ${base} check (${home}.spy());`);
    }),
  ].join("\n");
}
