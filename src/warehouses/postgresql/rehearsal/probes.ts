import type { AccessPaths } from "../../../access/paths";
import { isProdSchema, PROD, schemaName, UNBLOCK_SCHEMA } from "../../../names";
import type { FixtureTime, Probe, ProbeDialect } from "../../../proof/probes";
import type { ActionStatement } from "../../../proof/statement";
import { identifier, literal } from "../quote";
import { objects } from "./fixtures";

/** What is tried on the objects of one age: each verb of the access model, on each kind of object that it reads. */
function objectStatements(schema: string, time: FixtureTime): ActionStatement[] {
  const { table, view, matview, sequence, parts, part, definer } = objects(schema, time);
  return [
    ...[table, view, matview, parts, part].map((relation) => ({
      action: "read" as const,
      sql: `select count(*) from ${relation}`,
    })),
    { action: "read", sql: `select last_value from ${sequence}` },
    { action: "insert", sql: `insert into ${table} values (3, 'probe')` },
    { action: "insert", sql: `insert into ${parts} values (1)` },
    { action: "insert", sql: `insert into ${part} values (1)` },
    { action: "update", sql: `update ${table} set note = 'probe'` },
    { action: "delete", sql: `delete from ${table}` },
    { action: "truncate", sql: `truncate ${table}` },
    { action: "execute", sql: `select ${definer}()` },
    ...plainRoutines(schema, time),
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

/**
 * Routines that run with their caller's rights. Production's readers may execute them, but only once `adopt` has been
 * there: PostgreSQL knows no default that would tell them from those that run with their owner's rights.
 */
function plainRoutines(schema: string, time: FixtureTime): ActionStatement[] {
  const { function: routine, procedure } = objects(schema, time);
  const calls = [`select ${routine}()`, `call ${procedure}()`];
  if (!isProdSchema(schema)) return calls.map((sql) => ({ action: "execute", sql }));
  return time === "before" ? calls.map((sql) => ({ action: "read", sql })) : [];
}

/** What only the warehouse as found has, and only in the sources' schemas of production. */
function foundStatements(schema: string): ActionStatement[] {
  const isFound = isProdSchema(schema) && schema !== schemaName(PROD);
  return isFound ? [{ action: "read", sql: `select count(*) from ${objects(schema, "before").foreign}` }] : [];
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
  const table = `(select c.oid from pg_class as c where c.relname in ('before_table', 'after_table') and c.relnamespace = ${literal(PROD)}::regnamespace limit 1)`;
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

/** What is tried on PostgreSQL, where every identity is a role. @param version `18.4` */
export function probeDialectOf(version: string): ProbeDialect {
  return {
    inSchema: ({ name, times }) => [
      ...times.flatMap((time) => objectStatements(name, time)),
      ...(times.includes("before") ? foundStatements(name) : []),
      ...schemaStatements(name),
    ],
    hasRole: () => true,
    become: (role) => ({ sql: `set local role ${identifier(role)}` }),
    // Before PostgreSQL 16 every member may SET ROLE (GRANT, WITH SET).
    mayBecome: ({ name, actsAs }, role) => role === name || role === actsAs || majorVersion(version) < 16,
    others: (paths, who) => [temporaryProbe(paths, who), ...unblockProbes(paths, who)],
  };
}

/** `18.4` → 18. */
export function majorVersion(version: string): number {
  return Number.parseInt(version, 10);
}
