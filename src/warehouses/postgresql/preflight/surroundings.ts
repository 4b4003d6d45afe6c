/** What bears on the plan besides roles and grants: settings of sessions, servers, triggers, and rows that show through. */

import { accessPaths } from "../../../access/paths";
import { groupBy } from "../../../collections";
import { isProdSchema, PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { identifier } from "../quote";
import type { ServerRow, SettingRow, ShownRow } from "./catalog";
import { lineOf, listed, type PreflightFinding } from "./finding";
import { toSql, whoIs } from "./grants";
import { astrayPath, DECISIVE, LIMITS } from "./sessionSettings";
import type { Snapshot } from "./snapshot";

/**
 * Settings of the database, and of the roster's roles in it. What a login of the roster may set for itself stops nobody's
 * deployment, unless production is led astray by it.
 */
export function settingFindings(snapshot: Snapshot): PreflightFinding[] {
  return [
    ...unreadable(snapshot).filter(({ role }) => snapshot.taken.has(role)),
    ...misleading(snapshot).filter(({ role }) => role === null || dutyOf(snapshot, role) === "prod"),
  ];
}

function settingWarnings(snapshot: Snapshot): string[] {
  return [
    ...unreadable(snapshot).filter(({ role }) => !snapshot.taken.has(role)),
    ...misleading(snapshot).filter(({ role }) => role !== null && dutyOf(snapshot, role) !== "prod"),
  ].map(lineOf);
}

function dutyOf({ plan }: Snapshot, name: string) {
  return plan.identities.find((identity) => identity.name === name)?.duty;
}

interface SettingFinding extends PreflightFinding {
  /** Null: everybody. */
  readonly role: string | null;
}

/** With a unit, as somebody sets them by hand, the provider fails at every reading; `up` puts them right first. */
function unreadable(snapshot: Snapshot) {
  return snapshot.sessionSettings
    .flatMap((setting) => (setting.role === null || setting.inDatabase ? [] : [{ ...setting, role: setting.role }]))
    .filter(
      ({ role, name, value }) => snapshot.serverRoles.declared.has(role) && LIMITS.has(name) && !/^\d+$/.test(value),
    )
    .map((setting) => ({
      role: setting.role,
      what: `role \`${setting.role}\` starts with ${setting.name} = ${setting.value}, which the provider reads in plain milliseconds only`,
      mend: reset(snapshot, setting),
    }));
}

function misleading(snapshot: Snapshot): SettingFinding[] {
  return snapshot.sessionSettings
    .filter(({ role }) => role === null || snapshot.serverRoles.declared.has(role))
    .filter(({ role }) => role === null || !snapshot.taken.has(role))
    .flatMap((setting) => {
      const why = objection(snapshot, setting);
      if (why === undefined) return [];
      return [{ role: setting.role, what: `${sessionsOf(snapshot, setting)} ${why}`, mend: reset(snapshot, setting) }];
    });
}

function objection(snapshot: Snapshot, { role, inDatabase, name, value }: SettingRow): string | undefined {
  if (name === "search_path") return astrayPath(value, role, snapshot.schemas, snapshot.serverRoles.trusted);
  // Of a role the provider manages these itself.
  if (role !== null && !inDatabase) return undefined;
  if (DECISIVE.has(name)) return `start with ${name} = ${value}`;
  return role !== null && LIMITS.has(name) ? `start with ${name} = ${value}, whatever the roster says` : undefined;
}

function sessionsOf({ settings }: Snapshot, { role }: SettingRow): string {
  return role === null ? `sessions in \`${settings.database}\`` : `sessions of \`${role}\``;
}

function reset({ settings }: Snapshot, { role, inDatabase, name }: SettingRow): string {
  const database = `DATABASE ${identifier(settings.database)}`;
  if (role === null) return inDatabase ? `ALTER ${database} RESET ${name}` : `ALTER ROLE ALL RESET ${name}`;
  return `ALTER ROLE ${identifier(role)}${inDatabase ? ` IN ${database}` : ""} RESET ${name}`;
}

/** Settings of the server that others may change, servers that others may use as somebody, event triggers of others. */
export function serverFindings({ server, serverRoles }: Snapshot): PreflightFinding[] {
  const of = (what: ServerRow["what"]) => server.filter((row) => row.what === what);
  return [
    ...of("parameter").map(({ name, holder, detail }) => ({
      what: `${whoIs(holder)} may ${detail} parameter \`${name}\``,
      mend: `REVOKE ${detail} ON PARAMETER ${identifier(name)} FROM ${toSql(holder)} CASCADE`,
    })),
    ...of("foreign server")
      .filter((row) => isUsable(row, serverRoles.declared))
      .map(({ name, holder }) => ({
        what: `${whoIs(holder)} may use foreign server \`${name}\`, which logs everybody in as somebody`,
        mend: `REVOKE USAGE ON FOREIGN SERVER ${identifier(name)} FROM ${toSql(holder)} CASCADE`,
      })),
    ...of("event trigger")
      .filter(({ holder }) => !serverRoles.trusted.has(holder))
      .map(({ name, holder }) => ({
        what: `event trigger \`${name}\` of \`${holder}\` runs in everybody's sessions`,
        mend: `ALTER EVENT TRIGGER ${identifier(name)} DISABLE`,
      })),
  ];
}

/** A mapping of PUBLIC logs in whoever may use the server. */
function isUsable({ holder, detail }: ServerRow, declared: ReadonlySet<string>): boolean {
  return detail === "mapped" && holder !== PROD && (holder === PUBLIC || declared.has(holder));
}

/** What breaks no promise and may surprise. */
export function surroundingWarnings(snapshot: Snapshot): string[] {
  const { server, serverRoles, schemas, planSchemas } = snapshot;
  const told = server.flatMap(({ what, name, holder, detail }) => {
    if (what === "event trigger" && serverRoles.trusted.has(holder)) return [`event trigger \`${name}\`: ${detail}`];
    if (what === "row security")
      return [`row security on \`${name}\` hides rows from its readers where no policy shows them`];
    return [];
  });
  const unlisted = [...schemas.values()].filter(
    ({ name, owner }) => isProdSchema(name) && owner !== PROD && !planSchemas.has(name),
  );
  const strays = unlisted.map(
    ({ name }) => `schema \`${name}\` is under production's prefix and of no source of the roster`,
  );
  return [...told, ...strays, ...shownWarnings(snapshot), ...settingWarnings(snapshot)];
}

/** Rows of a production schema that are shown, by another one's relation, to who may not read it. */
function shownWarnings({ shown, plan }: Snapshot): string[] {
  if (shown.length === 0) return [];
  const paths = accessPaths(plan);
  const production = new Set(plan.schemas.filter(({ kind }) => kind === "prod").map(({ name }) => name));
  const lookers = ({ schema, innerSchema, readers }: ShownRow) =>
    production.has(schema)
      ? [...paths.accessTo(schema).keys()].filter((who) => !paths.accessTo(innerSchema).has(who))
      : readers;
  return [...groupBy(shown, ({ schema, name }) => `${schema}.${name}`)].flatMap(([outside, rows]) => {
    const exposed = rows.filter((row) => lookers(row).length > 0);
    if (exposed.length === 0) return [];
    const whom = [...new Set(exposed.flatMap(lookers))].map((name) => (name === PUBLIC ? "everybody" : name));
    return [
      `\`${outside}\` shows rows of ${listed(exposed.map((row) => `${row.innerSchema}.${row.innerName}`))} to ${listed(whom)}`,
    ];
  });
}
