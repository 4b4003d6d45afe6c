import { Client, DatabaseError } from "pg";
import { UserError } from "../../../messages/userError";
import { type Expiries, readExpiries } from "../deploy/expiries";
import type { Connection } from "../settings";
import { tls } from "../tls";
import { examine, refuse } from "./examine";
import type { Deployment } from "./snapshot";

/** Oldest PostgreSQL that the rehearsal proves. */
const OLDEST = 15;

interface Server {
  version: number;
  superuser: boolean;
  createrole: boolean;
  owns_database: boolean;
}

const SERVER_FACTS = `
  select current_setting('server_version_num')::int / 10000 as version,
         rolsuper as superuser,
         rolcreaterole as createrole,
         pg_has_role(current_user, (select datdba from pg_database where datname = current_database()), 'usage') as owns_database
    from pg_roles where rolname = current_user`;

/** A warehouse that can be deployed to. */
export interface PreflightResult {
  readonly expiries: Expiries;
  /** Roles that are there already and are taken over. */
  readonly roles: ReadonlySet<string>;
  /** Schemas with routines that cannot be closed: those of an extension, mostly. */
  readonly foreignRoutines: ReadonlySet<string>;
  /** What the deployment should be told, and what does not stand in its way. */
  readonly warnings: readonly string[];
}

/**
 * Asks the warehouse, before anything is declared, whether the deployment can succeed and would mean what the plan says:
 * preview alone never connects, the provider's own answers come late and one resource at a time, and a refresh sees
 * little of what others were granted (PG-10, PG-27). Nothing is changed.
 *
 * @param deployment the plan, the configuration, and what the stack has made so far: all else is somebody else's
 * @throws UserError that lists everything in the way
 */
export async function preflight(connection: Connection, deployment: Deployment): Promise<PreflightResult> {
  const { plan, settings } = deployment;
  const taken = plan.identities.find(({ name }) => name === connection.username);
  if (taken) {
    throw new UserError(
      `\`${taken.name}\` is the deploying admin and cannot be an identity of the roster too`,
      "deploy with an account of its own, or rename the identity",
    );
  }
  return withClient(connection, settings.database, async (client) => {
    const { rows } = await client.query<Server>(SERVER_FACTS);
    const problem = problemOf(rows[0] as Server, connection, settings.database);
    if (problem) throw problem;
    const { findings, taken: roles, foreignRoutines, warnings } = await examine(client, deployment);
    refuse(findings);
    return { expiries: await readExpiries(client, plan), roles, foreignRoutines, warnings };
  });
}

function problemOf(server: Server, { username, superuser }: Connection, database: string): UserError | undefined {
  if (server.version < OLDEST)
    return new UserError(`PostgreSQL ${server.version} is too old: ${OLDEST} or newer is needed`);
  if (superuser && !server.superuser) {
    return new UserError(`\`${username}\` is no superuser`, "set `pulumi config set postgresql:superuser false`");
  }
  if (server.superuser) return undefined;
  if (!server.createrole)
    return new UserError(`\`${username}\` may not create roles`, `grant it: ALTER ROLE "${username}" CREATEROLE`);
  if (!server.owns_database) {
    const help = `make it the owner: ALTER DATABASE "${database}" OWNER TO "${username}"`;
    return new UserError(`\`${username}\` does not own database \`${database}\``, help);
  }
  return undefined;
}

/** Connects as the deploying admin; the caller ends it. @throws UserError when there is no way in */
export async function connectAdmin(connection: Connection, database: string): Promise<Client> {
  const { host, port, username, password, connectTimeout } = connection;
  const client = new Client({
    host,
    port,
    user: username,
    database,
    ssl: tls(connection),
    connectionTimeoutMillis: connectTimeout * 1000,
    ...(password === undefined ? {} : { password }),
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw refusal(error, connection, database);
  }
}

/** Runs `work` on a connection of the deploying admin. @throws UserError when there is no way in */
export async function withClient<T>(
  connection: Connection,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connectAdmin(connection, database);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function refusal(error: unknown, { host, port, username }: Connection, database: string): UserError {
  const at = `${host}:${port}`;
  if (!(error instanceof DatabaseError)) {
    const why =
      error instanceof Error && error.message !== "" ? error.message : String((error as { code?: string }).code);
    return new UserError(
      `cannot reach PostgreSQL at ${at}: ${why}`,
      "check `postgresql:host`, `postgresql:port` and `postgresql:sslmode`",
    );
  }
  switch (error.code) {
    case "3D000":
      return new UserError(
        `database \`${database}\` does not exist at ${at}`,
        `create it (CREATE DATABASE "${database}" OWNER "${username}"), or set \`one-environment:database\``,
      );
    case "28P01":
    case "28000":
      return new UserError(
        `${at} does not let \`${username}\` in: ${error.message}`,
        "check `postgresql:username` and `postgresql:password`",
      );
    default:
      return new UserError(`cannot connect to ${at} as \`${username}\`: ${error.message} (${error.code})`);
  }
}
