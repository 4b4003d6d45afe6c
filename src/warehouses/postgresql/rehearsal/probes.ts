import type { AccessPaths } from "../../../access/paths";
import { PROD, UNBLOCK_SCHEMA } from "../../../names";
import type { FixtureTime, Probe, ProbeDialect } from "../../../proof/probes";
import type { ActionStatement } from "../../../proof/statement";
import { grantedToPublic, KINDS } from "../kinds";
import { identifier, literal } from "../quote";
import { fixturePlace } from "./fixtures";

/** What is tried on the fixtures that were made before the program was applied, or on those made after it. */
function objectStatements(schema: string, time: FixtureTime): ActionStatement[] {
  const place = fixturePlace(schema, time);
  return KINDS.flatMap(({ fixtures }) => fixtures).flatMap(
    ({ name, tries }) => tries?.(place.beside(name), place) ?? [],
  );
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
