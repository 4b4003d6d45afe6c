import { existsSync } from "node:fs";
import { Client, type ClientConfig, DatabaseError } from "pg";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { isPort } from "./environment";
import { tls } from "./tls";

const SET_THEM = "set PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD and PGSSLMODE, or give --url";

/**
 * Connects with somebody's own credentials: those of a URL, else libpq's environment (PGHOST, PGUSER, …). `sslmode`
 * means what it means to psql, which is not what it means to node-postgres: there `require` verifies the certificate.
 *
 * @returns the client, the caller's to end
 * @throws UserError for what cannot be tried at all; what the database or the network says otherwise
 */
export async function connectWarehouse(url: string | undefined): Promise<Client> {
  const client = new Client({ ...configFrom(url), connectionTimeoutMillis: 30_000, application_name: "one-env" });
  // A session that is ended by the server shows in the query that waits for it, not as a crash of ours.
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    // Without a password the driver gives up and leaves the socket open, which would keep us alive.
    void client.end();
    throw error;
  }
}

/** {@link connect} for commands that need a session: its errors say why logging in failed, and what to do. */
export async function withWarehouse<T>(url: string | undefined, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectWarehouse(url).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot connect to the warehouse: ${reasonOf(error)}`, SET_THEM);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Why logging in failed, in one line. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  if (error instanceof DatabaseError) return `${message} (${code})`;
  // Node reports several addresses that all refused as one error without a message.
  return message || String(code);
}

function configFrom(url: string | undefined): ClientConfig {
  const parsed = url === undefined ? undefined : parseUrl(url);
  const { PGPORT } = process.env;
  if (!parsed && PGPORT && !isPort(PGPORT)) throw new UserError(`${quote(PGPORT)} is no port`, "set PGPORT");
  const mode = parsed?.searchParams.get("sslmode") ?? process.env.PGSSLMODE;
  parsed?.searchParams.delete("sslmode");
  return {
    ...(parsed ? { connectionString: parsed.href } : {}),
    ...(mode ? { ssl: tlsFor(mode) } : {}),
  };
}

/** The text is not repeated: it may have a password in it. */
function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !canDecode(url.username + url.password + url.pathname))
    throw new UserError("--url is no URL", "write it as `postgresql://user@host:5432/database?sslmode=require`");
  return url;
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function tlsFor(mode: string) {
  switch (mode) {
    case "disable":
    case "require":
    case "verify-ca":
    case "verify-full": {
      const root = process.env.PGSSLROOTCERT;
      if (root && !existsSync(root)) throw new UserError(`no file ${quote(root)}`, "set PGSSLROOTCERT");
      return tls({ sslmode: mode, ...(root ? { sslrootcert: root } : {}) });
    }
    default:
      throw new UserError(`sslmode ${quote(mode)} is not supported`, "use disable, require, verify-ca or verify-full");
  }
}
