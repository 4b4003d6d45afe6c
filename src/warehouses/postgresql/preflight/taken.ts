/** Roles that are there already and that the plan has a name for: taken over where they are harmless. */
import { isProdSchema, PROD } from "../../../names";
import { identifier } from "../quote";
import type { OwnerRow } from "./catalog";
import { listed, type PreflightFinding } from "./finding";
import type { Snapshot } from "./snapshot";

/** What speaks against taking a role over; members and memberships are told as everybody's are. */
export function takenFindings(snapshot: Snapshot): PreflightFinding[] {
  return [...snapshot.taken].flatMap((name) => [
    ...outOfReach(snapshot, name),
    ...loginOfGroup(snapshot, name),
    ...possessions(snapshot, name),
    ...ownSettings(snapshot, name),
  ]);
}

function outOfReach({ serverRoles }: Snapshot, name: string): PreflightFinding[] {
  if (serverRoles.roles.get(name)?.manageable) return [];
  return [
    {
      what: `role \`${name}\` is there already, and \`${serverRoles.admin}\` cannot alter it`,
      mend: `GRANT ${identifier(name)} TO ${identifier(serverRoles.admin)} WITH ADMIN OPTION`,
      otherwise: renaming(name),
    },
  ];
}

/** A role that logs in and would become a group: it could no longer log in, and nobody would be told. */
function loginOfGroup({ plan, serverRoles }: Snapshot, name: string): PreflightFinding[] {
  const isGroup = plan.roles.some((role) => role.name === name);
  if (!isGroup || !serverRoles.roles.get(name)?.login) return [];
  const what = `role \`${name}\` is there already and logs in, and would be a group that nobody logs in as`;
  return [{ what, mend: `ALTER ROLE ${identifier(name)} NOLOGIN`, otherwise: renaming(name) }];
}

function possessions(snapshot: Snapshot, name: string): PreflightFinding[] {
  const things = snapshot.owners.filter((thing) => thing.owner === name && !isPlanned(snapshot, thing));
  if (things.length === 0) return [];
  const to = identifier(snapshot.serverRoles.admin);
  return [
    {
      what: `role \`${name}\` is there already and owns ${listed(things.map(({ place }) => place))}`,
      mend: things.map(({ place }) => `ALTER ${place} OWNER TO ${to}`).join("; "),
      otherwise: renaming(name),
    },
  ];
}

function isPlanned({ planSchemas }: Snapshot, { schema, owner }: OwnerRow): boolean {
  if (owner === PROD) return isProdSchema(schema);
  return planSchemas.get(schema)?.owner === owner;
}

/** The provider manages a role's own settings, and none of a role in a database. */
function ownSettings({ sessionSettings, settings }: Snapshot, name: string): PreflightFinding[] {
  return sessionSettings
    .filter(({ role, inDatabase }) => role === name && inDatabase)
    .map((setting) => ({
      what: `role \`${name}\` is there already and starts with ${setting.name} = ${setting.value} in \`${settings.database}\``,
      mend: `ALTER ROLE ${identifier(name)} IN DATABASE ${identifier(settings.database)} RESET ${setting.name}`,
    }));
}

function renaming(name: string): string {
  return `ALTER ROLE ${identifier(name)} RENAME TO ${identifier(`${name}_before`)}`;
}
