import type { Connection as Driver, RowStatement, SnowflakeError } from "snowflake-sdk";
import { UserError } from "../../messages/userError";
import type { Connection } from "./settings";

/** Where an account answers, and who logs in; the key is PEM (PKCS #8), not encrypted. */
export type AccountLogin = Pick<
  Connection,
  "organizationName" | "accountName" | "user" | "role" | "privateKey" | "host" | "port" | "protocol"
>;

/** A row, by the column's name as Snowflake gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** An open session. */
export interface Session {
  /** @throws Error with `code` (six digits) and `sqlState` of Snowflake */
  query(sql: string, binds?: readonly (string | number)[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Opens a session with the user's default role, or the one that is asked for. @throws the driver's error */
export async function openSession({
  organizationName,
  accountName,
  user,
  role,
  ...login
}: AccountLogin): Promise<Session> {
  const { createConnection } = await loadDriver();
  const { host, port, protocol = "https" } = login;
  const connection = createConnection({
    account: `${organizationName}-${accountName}`,
    username: user,
    authenticator: "SNOWFLAKE_JWT",
    privateKey: login.privateKey,
    application: "one-environment",
    // It would otherwise try for five minutes.
    sfRetryMaxLoginRetries: 1,
    ...(role === undefined ? {} : { role }),
    ...(host === undefined ? {} : { accessUrl: `${protocol}://${host}${port === undefined ? "" : `:${port}`}` }),
  });
  await new Promise<void>((done, fail) => connection.connect((error) => (error ? fail(error) : done())));
  return { query: (sql, binds = []) => query(connection, sql, binds), close: () => close(connection) };
}

/** Runs `work` in a session of the deploying admin. @throws UserError when there is no way in */
export async function withSession<T>(connection: Connection, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(connection).catch((error: SnowflakeError) => {
    const account = `${connection.organizationName}-${connection.accountName}`;
    throw new UserError(
      `Snowflake account \`${account}\` does not let \`${connection.user}\` in: ${error.message} (${error.code})`,
      "check `snowflake:user`, `snowflake:privateKey`, `snowflake:role` and the account's names",
    );
  });
  return work(session).finally(() => session.close());
}

/** Loads the driver when a session is wanted: it takes about a second. */
async function loadDriver() {
  // One of the driver's own dependencies would otherwise tell on stderr which Node.js it wants next year.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { default: driver } = await import("snowflake-sdk");
  // It writes `snowflake.log` where the process stands, unless it is told not to.
  driver.configure({ logLevel: "OFF", additionalLogToConsole: false });
  return driver;
}

function query(connection: Driver, sqlText: string, binds: readonly (string | number)[]): Promise<Row[]> {
  return new Promise((done, fail) => {
    const complete = (error: SnowflakeError | undefined, _: RowStatement | object, rows?: Row[]) =>
      error ? fail(error) : done(rows ?? []);
    connection.execute({ sqlText, binds: [...binds], complete });
  });
}

function close(connection: Driver): Promise<void> {
  return new Promise((done) => connection.destroy(() => done()));
}
