import { PROD, READ_PROD } from "../../../../names";
import { as } from "../../../../proof/session";
import { identifier } from "../../quote";
import { type PostgresqlAttack, type PostgresqlScriptedAttack, refused } from "./attack";

/** Attacks that would turn an identity into more than it is. */
export const ROLE_ATTACKS: readonly PostgresqlAttack[] = [
  {
    name: "set role",
    wants: "to act as prod or as a prod service",
    attempts: ({ outsiders, prodServices }) =>
      outsiders.flatMap(({ name: who }) =>
        [PROD, ...prodServices.map(({ name }) => name)].flatMap((role) => [
          { who, sql: `set role ${identifier(role)}` },
          { who, sql: `set session authorization ${identifier(role)}` },
        ]),
      ),
  },
  {
    name: "self-grant",
    wants: "to join a role by granting it to oneself",
    attempts: ({ plan, outsiders }) =>
      outsiders.flatMap(({ name: who }) =>
        plan.roles
          .filter(({ name }) => name === PROD || name.startsWith(READ_PROD))
          .map(({ name }) => ({ who, sql: `grant ${identifier(name)} to ${identifier(who)}` })),
      ),
  },
  {
    name: "outliving a membership",
    wants: "objects that belong to a group, and go on reading what it reads when their maker no longer may",
    // Before PostgreSQL 16 every member may do it, and a deployment is refused while a group owns anything.
    attempts: ({ developers, version }) =>
      version < 16
        ? []
        : developers.flatMap(({ name: who, memberOf }) =>
            memberOf.flatMap(({ role }) => {
              const [schema, table, group] = [identifier(who), identifier(who, "bait"), identifier(role)];
              const prepare = [`grant usage, create on schema ${schema} to ${group}`, `create table ${table} (id int)`];
              return [
                { who, prepare, sql: `alter table ${table} owner to ${group}` },
                { who, sql: `set role ${group}` },
                { who, sql: `create schema authorization ${group}` },
              ];
            }),
          ),
  },
  {
    name: "self-promotion",
    wants: "attributes that go around every grant, or a limit gone",
    attempts: ({ plan }) =>
      plan.identities.flatMap(({ name: who }) =>
        ["superuser", "createrole", "createdb", "bypassrls", "replication", "connection limit -1"].map((attribute) => ({
          who,
          sql: `alter role ${identifier(who)} ${attribute}`,
        })),
      ),
  },
  {
    name: "new role",
    wants: "a login of one's own making",
    attempts: ({ plan }) =>
      plan.identities.flatMap(({ name: who }) => [
        { who, sql: "create role loot login" },
        { who, sql: "create role loot in role prod" },
      ]),
  },
  {
    name: "password theft",
    wants: "to log in as somebody else",
    attempts: ({ outsiders, prodServices }) =>
      outsiders.flatMap(({ name: who }) =>
        prodServices.map(({ name }) => ({ who, sql: `alter role ${identifier(name)} password 'stolen'` })),
      ),
  },
  {
    name: "default privileges for prod",
    wants: "a part of everything that prod will create",
    attempts: ({ outsiders, prodSchema }) =>
      outsiders.flatMap(({ name: who }) => [
        { who, sql: `alter default privileges for role prod grant all on tables to public` },
        {
          who,
          sql: `alter default privileges for role prod in schema ${identifier(prodSchema.name)} grant insert on tables to ${identifier(who)}`,
        },
      ]),
  },
  {
    name: "settings of others",
    wants: "prod's sessions to find the attacker's objects first",
    attempts: ({ database, outsiders, prodServices }) =>
      outsiders.flatMap(({ name: who }) => [
        ...[PROD, ...prodServices.map(({ name }) => name)].map((role) => ({
          who,
          sql: `alter role ${identifier(role)} set search_path to ${identifier(who)}`,
        })),
        { who, sql: `alter database ${identifier(database)} set search_path to ${identifier(who)}` },
      ]),
  },
  {
    name: "reassign and drop owned",
    wants: "prod's objects as one's own, or gone",
    attempts: ({ outsiders }) =>
      outsiders.flatMap(({ name: who }) => [
        { who, sql: `reassign owned by prod to ${identifier(who)}` },
        { who, sql: "drop owned by prod cascade" },
      ]),
  },
  {
    name: "dropping the role in a prod session",
    wants: "objects that do not belong to prod, or the service's own way to its data",
    attempts: ({ prodServices, prodSchema }) =>
      prodServices.flatMap(({ name: who }) =>
        [
          `create table ${identifier(prodSchema.name, "loot")} (id int)`,
          `insert into ${identifier(prodSchema.name, "after_table")} values (9, 'loot')`,
          `select count(*) from ${identifier(prodSchema.name, "after_table")}`,
          `drop table ${identifier(prodSchema.name, "after_table")} cascade`,
          "create temporary table loot (id int)",
        ].map((sql) => ({ who, prepare: ["set local role none"], sql })),
      ),
  },
];

/** The same, where it takes more than a statement in a transaction. */
export const SCRIPTED_ROLE_ATTACKS: readonly PostgresqlScriptedAttack[] = [
  {
    name: "new database",
    wants: "a database without any of these rules",
    async run({ plan, logins }) {
      for (const { name } of plan.identities) {
        // CREATE DATABASE refuses to run in a transaction before it looks at privileges (PG-20).
        const wrong = await refused(as(logins.login(name), (client) => client.query("create database loot")));
        if (wrong) return `${name}: ${wrong}`;
      }
    },
  },
];
