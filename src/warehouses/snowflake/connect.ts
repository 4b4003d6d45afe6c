import { existsSync } from "node:fs";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { readText } from "../../os/files";
import { DEFAULT_DATABASE } from "./environment";
import { type AccountLogin, openSession, type Session } from "./session";
import { readPrivateKey } from "./settings";

/** How somebody logs in with their own credentials: the variables that `one-env env` prints. */
export interface SnowflakeLogin extends AccountLogin {
  readonly database: string;
}

const PRINT = "`one-env env --warehouse snowflake` prints what to set";

/** @throws UserError for what cannot be tried at all */
export function loginFromEnvironment(env: NodeJS.ProcessEnv = process.env): SnowflakeLogin {
  const required = (name: string) => {
    const value = env[name];
    if (value) return value;
    throw new UserError(`${name} is not set`, PRINT);
  };
  const account = required("SNOWFLAKE_ACCOUNT");
  const [organizationName = "", ...rest] = account.split("-");
  if (rest.length === 0)
    throw new UserError(
      `${quote(account)} is no account`,
      "SNOWFLAKE_ACCOUNT has two parts: `<organization>-<account>`",
    );
  const { SNOWFLAKE_ROLE: role, SNOWFLAKE_HOST: host, SNOWFLAKE_PORT: port, SNOWFLAKE_PROTOCOL: protocol } = env;
  return {
    organizationName,
    accountName: rest.join("-"),
    user: required("SNOWFLAKE_USER"),
    privateKey: keyIn(required("SNOWFLAKE_PRIVATE_KEY_PATH"), env.SNOWFLAKE_PRIVATE_KEY_PASSPHRASE),
    database: env.SNOWFLAKE_DATABASE || DEFAULT_DATABASE,
    ...(role ? { role } : {}),
    ...(host ? { host } : {}),
    ...(port ? { port: portOf(port) } : {}),
    ...(protocol === "http" ? { protocol } : {}),
  };
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UserError(`${quote(text)} is no port`, "give SNOWFLAKE_PORT a number up to 65535, or unset it");
}

function keyIn(path: string, passphrase: string | undefined): string {
  if (!existsSync(path))
    throw new UserError(`there is no private key in ${quote(path)}`, "set SNOWFLAKE_PRIVATE_KEY_PATH");
  const key = readPrivateKey(readText(path), passphrase || undefined);
  if (key !== undefined) return key;
  throw new UserError(
    `${quote(path)} cannot be read as a private key`,
    "an RSA key as PEM is needed; SNOWFLAKE_PRIVATE_KEY_PASSPHRASE if it is encrypted",
  );
}

/** For commands that can do nothing without a session. @throws UserError when there is no way in */
export async function withSnowflake<T>(work: (session: Session, login: SnowflakeLogin) => Promise<T>): Promise<T> {
  const login = loginFromEnvironment();
  const session = await openSession(login).catch((error: Error & { code?: unknown }) => {
    throw new UserError(`cannot log in to Snowflake: ${error.message} (${error.code})`, PRINT);
  });
  try {
    return await work(session, login);
  } finally {
    await session.close();
  }
}
