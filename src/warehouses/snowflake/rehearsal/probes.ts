import type { AccessPaths } from "../../../access/paths";
import { DUTY_ROLES } from "../../../names";
import type { FixtureTime, Probe, ProbeDialect } from "../../../proof/probes";
import type { ActionStatement } from "../../../proof/statement";
import { KINDS } from "../kinds";
import { identifier } from "../quote";
import { fixturePlace } from "./fixtures";
import { NOBODY } from "./session";

/** What is tried on Snowflake, where a prod service is a user without a role of its own. */
export function probeDialectOf(database: string): ProbeDialect {
  return {
    inSchema: ({ name, times }) => [
      ...times.flatMap((time) => objectStatements(database, name, time)),
      ...schemaStatements(database, name),
    ],
    hasRole: ({ duty }) => duty !== "prod",
    become: (role) => ({ sql: `use role ${identifier(role)}` }),
    mayBecome: () => true,
    others: warehouseProbes,
  };
}

/** What is tried on the fixtures that were made before the program was applied, or on those made after it. */
function objectStatements(database: string, schema: string, time: FixtureTime): ActionStatement[] {
  const place = fixturePlace(database, schema, time);
  return KINDS.flatMap(({ fixtures }) => fixtures).flatMap(
    ({ name, tries }) => tries?.(place.beside(name), place) ?? [],
  );
}

/** What is tried in and on a schema itself. */
function schemaStatements(database: string, schema: string): ActionStatement[] {
  const here = (name: string) => identifier(database, schema, name);
  const name = identifier(database, schema);
  const renamed = identifier(database, "prod_probe");
  const beside = identifier(database, `${schema}_probe`);
  return [
    {
      action: "create table",
      sql: `create table ${here("probe_table")} (ID int)`,
      undo: [`drop table ${here("probe_table")}`],
    },
    {
      action: "create view",
      sql: `create view ${here("probe_view")} as select 1 as ONE`,
      undo: [`drop view ${here("probe_view")}`],
    },
    {
      action: "create function",
      sql: `create function ${here("probe_function")}() returns int as '1'`,
      undo: [`drop function ${here("probe_function")}()`],
    },
    {
      action: "create function",
      sql: `create procedure ${here("probe_procedure")}() returns int language sql as 'begin return 1; end'`,
      undo: [`drop procedure ${here("probe_procedure")}()`],
    },
    {
      action: "grant schema",
      sql: `grant usage on schema ${name} to role ${NOBODY}`,
      effect: `show grants on schema ${name}`,
      undo: [`revoke usage on schema ${name} from role ${NOBODY}`],
    },
    { action: "drop schema", sql: `drop schema ${name}`, undo: [`undrop schema ${name}`] },
    {
      action: "rename schema",
      sql: `alter schema ${name} rename to ${renamed}`,
      undo: [`alter schema ${renamed} rename to ${name}`],
    },
    { action: "create schema", sql: `create schema ${beside}`, undo: [`drop schema ${beside}`] },
  ];
}

/** Everybody computes on the warehouse of their own duty, and on no other. */
function warehouseProbes(paths: AccessPaths, who: string): Probe[] {
  const own = paths.identities.get(who);
  const duties = [...new Set(paths.plan.identities.map(({ duty }) => duty))].sort();
  return duties.map((duty) => ({
    who,
    action: "use warehouse",
    target: DUTY_ROLES[duty],
    sql: `use warehouse ${identifier(DUTY_ROLES[duty])}`,
    expected: own?.duty === duty,
    reasons: own ? [{ text: `\`${who}\` has the duty ${own.duty}`, because: own.because }] : [],
  }));
}
