import { PROD, UNBLOCK_SCHEMA } from "../../access/names";
import type { AccessPaths } from "../../access/paths";
import { identifier, literal } from "../../warehouse/postgresql/quote";
import type { Probe, Repertoire } from "../probes";
import type { Age } from "../stage";
import type { ActionStatement } from "../statement";
import { objects } from "./fixtures";

/** What is tried on the objects of one age: each verb of the access model, on each kind of object that it reads. */
function objectStatements(schema: string, age: Age): ActionStatement[] {
  const { table, view, matview, sequence, function: routine } = objects(schema, age);
  return [
    { action: "read", sql: `select count(*) from ${table}` },
    { action: "read", sql: `select count(*) from ${view}` },
    { action: "read", sql: `select count(*) from ${matview}` },
    { action: "read", sql: `select last_value from ${sequence}` },
    { action: "insert", sql: `insert into ${table} values (3, 'probe')` },
    { action: "update", sql: `update ${table} set note = 'probe'` },
    { action: "delete", sql: `delete from ${table}` },
    { action: "truncate", sql: `truncate ${table}` },
    { action: "execute", sql: `select ${routine}()` },
    { action: "alter", sql: `alter table ${table} add column probe int` },
    { action: "rename", sql: `alter table ${table} rename to probe_renamed` },
    { action: "drop", sql: `drop table ${table} cascade` },
    {
      action: "grant",
      sql: `grant select on ${table} to public`,
      effect: grantedToPublic("pg_class", "relacl", `oid = ${literal(table)}::regclass`),
    },
  ];
}

/** What is tried in and on a schema itself. */
export function schemaStatements(schema: string): ActionStatement[] {
  const here = (name: string) => identifier(schema, name);
  const name = identifier(schema);
  return [
    { action: "create table", sql: `create table ${here("probe_table")} (id int)` },
    { action: "create view", sql: `create view ${here("probe_view")} as select 1 as one` },
    {
      action: "create function",
      sql: `create function ${here("probe_function")}() returns int language sql as 'select 1'`,
    },
    {
      action: "grant schema",
      sql: `grant usage on schema ${name} to public`,
      effect: grantedToPublic("pg_namespace", "nspacl", `nspname = ${literal(schema)}`),
    },
    { action: "drop schema", sql: `drop schema ${name} cascade` },
    { action: "rename schema", sql: `alter schema ${name} rename to prod_probe` },
    { action: "create schema", sql: `create schema ${identifier(`${schema}_probe`)}` },
  ];
}

function grantedToPublic(catalog: string, acl: string, condition: string): string {
  return `select exists (select from ${catalog} cross join lateral aclexplode(${acl}) as acl where ${condition} and acl.grantee = 0)`;
}

function temporaryProbe(paths: AccessPaths, who: string): Probe {
  const grants = paths.plan.grants.filter(({ privilege }) => privilege === "temporary");
  const reasons = grants
    .filter(({ role }) => paths.rolesOf(who).has(role))
    .map(({ role, because }) => ({ text: `\`${role}\` may use temporary tables`, because }));
  const sql = "create temporary table probe_temporary (id int)";
  return { who, action: "use temporary tables", target: "database", sql, expected: reasons.length > 0, reasons };
}

/** The functions by which production frees itself, with a number for a table: its name takes rights of its own. */
function unblockProbes(paths: AccessPaths, who: string): Probe[] {
  const table = `(select oid from pg_class where relnamespace = ${literal(PROD)}::regnamespace and relname in ('created_table', 'existing_table') limit 1)`;
  const expected = paths.identities.get(who)?.actsAs === PROD;
  const reasons = expected ? paths.rolesOf(who).get(PROD) : undefined;
  return ["blockers()", "end_blocker(0)", `dependents(${table})`, `drop_dependents(${table})`].map((call) => ({
    who,
    action: `call ${call.split("(")[0]}`,
    target: UNBLOCK_SCHEMA,
    sql: `select * from ${UNBLOCK_SCHEMA}.${call}`,
    expected,
    reasons: reasons ?? [],
  }));
}

/** What is tried on PostgreSQL, where every identity is a role. */
export const REPERTOIRE: Repertoire = {
  inSchema: ({ name, ages }) => [...ages.flatMap((age) => objectStatements(name, age)), ...schemaStatements(name)],
  hasRole: () => true,
  become: (role) => ({ sql: `set local role ${identifier(role)}` }),
  others: (paths, who) => [temporaryProbe(paths, who), ...unblockProbes(paths, who)],
};
