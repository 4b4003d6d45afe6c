import { Client, DatabaseError } from "pg";
import type { AccessPlan } from "../../access/plan";
import { UserError } from "../../errors";
import { type Expiries, readExpiries } from "./expiries";
import type { Connection } from "./settings";
import { tls } from "./tls";

/** Oldest PostgreSQL that the rehearsal proves. */
const OLDEST = 14;

interface Server {
  version: number;
  superuser: boolean;
  createrole: boolean;
  owns_database: boolean;
  /** PUBLIC may create in schema `public`, and the admin cannot take that away. */
  public_stays_open: boolean;
}

const SERVER_FACTS = `
  select current_setting('server_version_num')::int / 10000 as version,
         rolsuper as superuser,
         rolcreaterole as createrole,
         pg_has_role(current_user, (select datdba from pg_database where datname = current_database()), 'usage') as owns_database,
         exists (select from pg_namespace cross join lateral aclexplode(nspacl) as acl
                  where nspname = 'public' and acl.grantee = 0 and acl.privilege_type = 'CREATE'
                    and not pg_has_role(current_user, nspowner, 'usage')) as public_stays_open
    from pg_roles where rolname = current_user`;

/**
 * Asks the warehouse, before anything is declared, whether the deployment can succeed: preview alone never connects,
 * and the provider's own answers come late and one resource at a time.
 *
 * @returns what the declaration needs to know about the server
 * @throws UserError that says what is missing
 */
export async function preflight(connection: Connection, database: string, plan: AccessPlan): Promise<Expiries> {
  const taken = plan.identities.find(({ name }) => name === connection.username);
  if (taken) {
    throw new UserError(
      `\`${taken.name}\` is the deploying admin and cannot be an identity of the roster too`,
      "deploy with an account of its own, or rename the identity",
    );
  }
  return withClient(connection, database, async (client) => {
    const { rows } = await client.query<Server>(SERVER_FACTS);
    const problem = problemOf(rows[0] as Server, connection, database);
    if (problem) throw problem;
    return readExpiries(client, plan);
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
  // PostgreSQL 14: `public` belongs to whoever made the cluster, and a REVOKE by others does nothing but warn.
  if (server.public_stays_open) {
    const help = `as its owner: REVOKE CREATE ON SCHEMA public FROM PUBLIC, or ALTER SCHEMA public OWNER TO "${username}"`;
    return new UserError(`everybody may create in schema \`public\`, and \`${username}\` cannot take that away`, help);
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
