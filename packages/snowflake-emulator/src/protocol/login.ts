/** Logging in ("Key-pair authentication and key-pair rotation", "CREATE USER"), and the session that comes of it. */
import { createPublicKey, randomUUID, verify } from "node:crypto";
import type { Account } from "../catalog/account";
import { parametersOf } from "../catalog/parameters";
import type { Role, User } from "../catalog/securables";
import type { Context, Session } from "../catalog/session";
import { SnowflakeError, userDisabled } from "../errors";
import { loginNameOf } from "../execute/show/accountListings";
import { fingerprint } from "../execute/show/describe";
import { rolesOfUser } from "../privileges/authority";
import { checkAddress } from "../privileges/network";
import { parsePath } from "../sql/cursor";
import { foldName } from "../sql/names";
import { isTrue, propertyText } from "../sql/properties";

/** The `data` of a login request, and the query part of its address. */
export interface LoginRequest {
  readonly data: {
    readonly LOGIN_NAME?: string;
    readonly PASSWORD?: string;
    readonly AUTHENTICATOR?: string;
    readonly TOKEN?: string;
    readonly CLIENT_APP_ID?: string;
    readonly SESSION_PARAMETERS?: Readonly<Record<string, unknown>>;
  };
  readonly role: string | null;
  readonly database: string | null;
  readonly schema: string | null;
  readonly warehouse: string | null;
  /** Where it comes from: an IPv4 address. */
  readonly address: string;
}

function refused(): SnowflakeError {
  return new SnowflakeError("390100", "08001", "Incorrect username or password was specified.");
}

function invalidToken(): SnowflakeError {
  return new SnowflakeError("390144", "08001", `JWT token is invalid. [${randomUUID()}]`);
}

/**
 * @throws SnowflakeError 390144 for a key pair that does not fit, 390100 for a wrong password, 390101 for a disabled user,
 *   390189 for a role that the user does not have, 390422 for an address that a network policy keeps out
 */
export function logIn(account: Account, request: LoginRequest, id: number): Context {
  const user = authenticate(account, request);
  const { address } = request;
  checkAddress(account, user, address);
  user.lastLogin = account.now();
  const session: Session = {
    id,
    account,
    user,
    address,
    parameters: givenParameters(request),
    variables: new Map(),
    transaction: null,
    results: new Map(),
    elapsed: 0,
    limit: Number.POSITIVE_INFINITY,
  };
  const context: Context = {
    session,
    rights: "session",
    role: roleAtLogin(account, user, request.role),
    secondaryRoles: defaultSecondaryRoles(user),
    database: null,
    schema: null,
    warehouse: null,
  };
  enterDefaults(context, request);
  return context;
}

/** Some drivers name the user in the request, some in the token only; in both, the two must agree. */
function authenticate(account: Account, { data }: LoginRequest): User {
  const claims = data.AUTHENTICATOR === "SNOWFLAKE_JWT" ? decode(data.TOKEN ?? "") : undefined;
  const name = (data.LOGIN_NAME ?? claims?.sub.split(".").slice(1).join(".") ?? "").toUpperCase();
  const user = [...account.users.values()].find((each) => loginNameOf(each) === name);
  if (claims) verifyToken(account, user, data.TOKEN ?? "", claims);
  else verifyPassword(user, data.PASSWORD);
  if (!user) throw refused();
  if (isTrue(user.properties.get("DISABLED"))) throw userDisabled();
  return user;
}

/** Users of TYPE SERVICE have no passwords ("CREATE USER", TYPE). */
function verifyPassword(user: User | undefined, password: string | undefined): void {
  const expected = propertyText(user?.properties.get("PASSWORD"));
  const isService = propertyText(user?.properties.get("TYPE"))?.toUpperCase() === "SERVICE";
  if (!user || isService || expected === undefined || expected !== password) throw refused();
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  /** Of the header. */
  readonly alg: unknown;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
}

/** A token counts for an hour at most, whatever it says of its end ("Key-pair authentication", JWT). In seconds. */
const LONGEST_LIFE = 3600;

/** Between the clocks of a client and of Snowflake. In seconds. */
const SKEW = 60;

/**
 * A JWT signed with one of the user's two keys. It names the account and user (`sub`), and the key by its fingerprint
 * (`iss`); all of that counts, and the signature, which is RS256, and that it has not expired.
 */
function verifyToken(account: Account, user: User | undefined, token: string, claims: Claims): void {
  const { iss, sub, alg } = claims;
  const [header = "", payload = "", signature = ""] = token.split(".");
  const keys = ["RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"].flatMap((name) => propertyText(user?.properties.get(name)) ?? []);
  // The account by its name alone, or after the organization's.
  const places = [account.name, `${account.organization}-${account.name}`];
  const isSigned = keys.some((key) => {
    if (!user || !places.some((place) => sub === `${place}.${loginNameOf(user)}`)) return false;
    if (alg !== "RS256" || iss !== `${sub}.${fingerprint(key)}`) return false;
    const publicKey = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
    return verify("sha256", Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, "base64url"));
  });
  if (!isSigned || !isInForce(claims)) throw invalidToken();
}

/** A time that is missing is NaN, and before or after nothing. */
function isInForce({ iat, exp }: Claims): boolean {
  const now = Date.now() / 1000;
  return iat <= now + SKEW && now < Math.min(exp, iat + LONGEST_LIFE);
}

function decode(token: string): Claims {
  try {
    const [header, claims] = token
      .split(".", 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
    const [iat, exp] = [secondsOf(claims.iat), secondsOf(claims.exp)];
    return { alg: header.alg, iss: String(claims.iss), sub: String(claims.sub), iat, exp };
  } catch {
    throw invalidToken();
  }
}

/** Seconds since 1970; snowflake-sdk writes milliseconds. */
function secondsOf(time: unknown): number {
  const number = Number(time);
  return number > 100_000_000_000 ? number / 1000 : number;
}

/** The role asked for, else the default role where the user has it, else PUBLIC. */
function roleAtLogin(account: Account, user: User, asked: string | null): Role {
  const mine = rolesOfUser(account, user);
  const name = asked ? foldName(asked) : propertyText(user.properties.get("DEFAULT_ROLE"));
  const role = name === undefined ? undefined : account.roles.get(name);
  if (role && mine.has(role)) return role;
  if (!asked) return account.role("PUBLIC");
  const message =
    `Role '${name}' specified in the connect string is not granted to this user. Contact your local system administrator, ` +
    "or attempt to login with another role, e.g. PUBLIC.";
  throw new SnowflakeError("390189", "08001", message);
}

/** "CREATE USER", DEFAULT_SECONDARY_ROLES: ALL unless set to `()`. */
function defaultSecondaryRoles(user: User): "ALL" | "NONE" {
  const roles = user.properties.get("DEFAULT_SECONDARY_ROLES");
  return roles === undefined || roles === null || [roles].flat().length > 0 ? "ALL" : "NONE";
}

/** What does not exist is not entered, and no error: statements say later that nothing is selected. */
function enterDefaults(context: Context, { database, schema, warehouse }: LoginRequest): void {
  const { account, user } = context.session;
  const [defaultDatabase, defaultSchema] = parsePath(propertyText(user.properties.get("DEFAULT_NAMESPACE")) ?? "NONE");
  const databaseName = database ? foldName(database) : defaultDatabase;
  context.database = account.databases.get(databaseName ?? "") ?? null;
  const schemaName = schema ? foldName(schema) : ((database ? undefined : defaultSchema) ?? "PUBLIC");
  context.schema = context.database?.schemas.get(schemaName) ?? null;
  const warehouseName = warehouse ? foldName(warehouse) : propertyText(user.properties.get("DEFAULT_WAREHOUSE"));
  context.warehouse = account.warehouses.get(warehouseName ?? "") ?? null;
}

function givenParameters({ data }: LoginRequest): Map<string, string> {
  const known = parametersOf("SESSION");
  const given = Object.entries(data.SESSION_PARAMETERS ?? {}).map(
    ([name, value]) => [name.toUpperCase(), String(value)] as const,
  );
  return new Map(given.filter(([name]) => known.has(name)));
}
