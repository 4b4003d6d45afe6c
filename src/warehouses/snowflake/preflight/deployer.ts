/** The role that deploys: who it is, and what it may do. */
import type { AccessPlan } from "../../../access/plan";
import { UserError } from "../../../messages/userError";
import { identifier, literal, snowflakeName } from "../quote";
import type { Session } from "../session";
import type { Connection, Settings } from "../settings";
import { ACCOUNTADMIN, type Authority } from "./authority";

/** @throws UserError for a user without one */
export async function currentRole(session: Session, user: string): Promise<string> {
  const [row] = await session.query('SELECT CURRENT_ROLE() AS "ROLE"');
  if (typeof row?.ROLE === "string") return row.ROLE;
  throw new UserError(`\`${user}\` has no default role`, "set `snowflake:role`");
}

/** Who deploys stands above the roster, not in it. @throws UserError that lists who is both */
export function refuseClashes(
  declared: ReadonlySet<string>,
  { user }: Connection,
  role: string,
  { parentRole }: Settings,
): void {
  const all: [string, string][] = [
    [snowflakeName(user), "is the deploying admin"],
    [role, "is the deploying role"],
    [parentRole, "is the parent of all roles"],
  ];
  const clashes = all.filter(([name]) => declared.has(name));
  if (clashes.length === 0) return;
  throw new UserError(
    clashes
      .map(([name, what]) => `\`${name}\` ${what} and cannot be an identity or a role of the roster too`)
      .join("\n"),
  );
}

/** @throws UserError for a database that is not there, or out of sight */
export async function requireDatabase(session: Session, database: string, role: string): Promise<void> {
  const found = await session.query(`SHOW DATABASES LIKE ${literal(database)}`);
  if (found.some(({ name }) => name === database)) return;
  throw new UserError(
    `database \`${database}\` does not exist, or \`${role}\` may not see it`,
    `create it (CREATE DATABASE ${identifier(database)}), or set \`one-environment:database\``,
  );
}

/** What the deploying role would need besides. */
export function lackOf(authority: Authority, role: string, settings: Settings, plan: AccessPlan): string[] {
  const { database, parentRole, people, resourceMonitors } = settings;
  const makesUsers = plan.identities.some(({ duty }) => duty !== "developer" || people === "managed");
  const onAccount = ["CREATE ROLE", "MANAGE GRANTS", "CREATE WAREHOUSE", ...(makesUsers ? ["CREATE USER"] : [])];
  const mayUse = (privilege: string) => authority.may(privilege, "DATABASE", database);
  const grantee = identifier(role);
  return [
    ...onAccount
      .filter((privilege) => !authority.may(privilege, "ACCOUNT"))
      .map((privilege) => `\`${role}\` lacks ${privilege}: GRANT ${privilege} ON ACCOUNT TO ROLE ${grantee}`),
    ...(mayUse("OWNERSHIP") || (mayUse("USAGE") && mayUse("CREATE SCHEMA"))
      ? []
      : [
          `\`${role}\` may not create schemas: GRANT USAGE, CREATE SCHEMA ON DATABASE ${identifier(database)} TO ROLE ${grantee}`,
        ]),
    ...(authority.roles.has(parentRole) || authority.roles.has(ACCOUNTADMIN)
      ? []
      : [
          `\`${role}\` is not above \`${parentRole}\` and would lose what it gives away: deploy with a role above it, or set \`one-environment:parentRole\` to \`${role}\``,
        ]),
    ...(resourceMonitors && !authority.roles.has(ACCOUNTADMIN)
      ? [
          `only ACCOUNTADMIN makes resource monitors: deploy with it, or set \`one-environment:resourceMonitors\` to \`false\``,
        ]
      : []),
  ];
}
