import type { AccessPlan } from "../../access/plan";
import { UserError } from "../../errors";
import { ACCOUNTADMIN, type Authority, authorityOf, unquoted } from "./authority";
import { identifier, literal, snowflakeName } from "./quote";
import type { ExistingSchemas } from "./resources";
import { type Row, type Session, withSession } from "./session";
import type { Connection, Settings } from "./settings";

/** SHOW gives no more rows at once (FINDINGS, Snowflake 9). */
const PAGE = 10_000;

/**
 * Asks the account, before anything is declared, whether the deployment can succeed and would mean what the plan says.
 *
 * @returns the database's schemas
 * @throws UserError that lists everything in the way
 */
export async function preflight(
  connection: Connection,
  settings: Settings,
  plan: AccessPlan,
): Promise<ExistingSchemas> {
  const declared = new Set([...plan.roles, ...plan.identities].map(({ name }) => snowflakeName(name)));
  return withSession(connection, async (session) => {
    const role = await currentRole(session, connection);
    const clashes = clashesOf(declared, connection, role, settings);
    if (clashes.length > 0) throw new UserError(clashes.join("\n"));
    const { database } = settings;
    if (!(await hasDatabase(session, database))) {
      throw new UserError(
        `database \`${database}\` does not exist, or \`${role}\` may not see it`,
        `create it (CREATE DATABASE ${identifier(database)}), or set \`one-environment:database\``,
      );
    }
    const authority = await authorityOf(session, role, declared);
    const problems = [
      ...lackOf(authority, role, settings, plan),
      ...(await openDoors(session, database)),
      ...(await futureGrants(session, database)),
      ...(await unfitUsers(session, settings, plan)),
    ];
    if (problems.length > 0) throw new UserError(problems.join("\n"));
    return schemasOf(session, database);
  });
}

async function currentRole(session: Session, { user }: Connection): Promise<string> {
  const [row] = await session.query('SELECT CURRENT_ROLE() AS "ROLE"');
  if (typeof row?.ROLE === "string") return row.ROLE;
  throw new UserError(`\`${user}\` has no default role`, "set `snowflake:role`");
}

async function hasDatabase(session: Session, database: string): Promise<boolean> {
  const found = await session.query(`SHOW DATABASES LIKE ${literal(database)}`);
  return found.some(({ name }) => name === database);
}

/** Who deploys stands above the roster, not in it. */
function clashesOf(
  declared: ReadonlySet<string>,
  { user }: Connection,
  role: string,
  { parentRole }: Settings,
): string[] {
  const all: [string, string][] = [
    [snowflakeName(user), "is the deploying admin"],
    [role, "is the deploying role"],
    [parentRole, "is the parent of all roles"],
  ];
  return all
    .filter(([name]) => declared.has(name))
    .map(([name, what]) => `\`${name}\` ${what} and cannot be an identity or a role of the roster too`);
}

/** What the deploying role would need besides. */
function lackOf(authority: Authority, role: string, settings: Settings, plan: AccessPlan): string[] {
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

/** What everybody in the account has in the database. */
async function openDoors(session: Session, database: string): Promise<string[]> {
  const rows = await session.query('SHOW GRANTS TO ROLE "PUBLIC"');
  return rows
    .filter(({ name }) => unquoted(name) === database || unquoted(name).startsWith(`${database}.`))
    .map(({ privilege, granted_on: on, name }) => {
      const kind = String(on).replaceAll("_", " ");
      return `everybody has ${privilege} on ${kind.toLowerCase()} \`${name}\`: REVOKE ${privilege} ON ${kind} ${name} FROM ROLE PUBLIC`;
    });
}

/** On the whole database: they would open personal schemas, or be hidden by ours where we have one of the same kind. */
async function futureGrants(session: Session, database: string): Promise<string[]> {
  const rows = await session.query(`SHOW FUTURE GRANTS IN DATABASE ${identifier(database)}`);
  return rows.map(({ privilege, grant_on: on, grantee_name: grantee }) => {
    const kind = plural(String(on).replaceAll("_", " "));
    return `\`${grantee}\` gets ${privilege} on every future one of the database's ${kind.toLowerCase()}: REVOKE ${privilege} ON FUTURE ${kind} IN DATABASE ${identifier(database)} FROM ROLE ${identifier(String(grantee))}`;
  });
}

function plural(kind: string): string {
  return kind.endsWith("Y") ? `${kind.slice(0, -1)}IES` : `${kind}S`;
}

/** Users that are there and must not be, or the other way round. */
async function unfitUsers(session: Session, { people }: Settings, { identities }: AccessPlan): Promise<string[]> {
  const types = new Map((await showAll(session, "SHOW USERS")).map(({ name, type }) => [name, type]));
  return identities.flatMap(({ name, duty }) => {
    const user = snowflakeName(name);
    const isPerson = duty === "developer";
    if (isPerson && people === "external")
      return types.has(user) ? [] : [`there is no user \`${user}\`, and people are \`external\`: make it first`];
    // The provider has a resource for each, and the new one would be made before the old one is gone.
    return types.has(user) && (types.get(user) === "SERVICE") === isPerson
      ? [
          `user \`${user}\` is a ${isPerson ? "service" : "person"}: leave \`${name}\` out of the roster for one deployment`,
        ]
      : [];
  });
}

async function schemasOf(session: Session, database: string): Promise<ExistingSchemas> {
  const schemas = await showAll(session, `SHOW SCHEMAS IN DATABASE ${identifier(database)}`);
  return new Map(
    schemas.map(({ name, options }) => [
      String(name),
      { transient: String(options).split(", ").includes("TRANSIENT") },
    ]),
  );
}

async function showAll(session: Session, show: string): Promise<Row[]> {
  const all: Row[] = [];
  for (;;) {
    const from = all.length === 0 ? "" : ` FROM ${literal(String(all.at(-1)?.name))}`;
    const page = await session.query(`${show} LIMIT ${PAGE}${from}`);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}
