/** A small driver of the wire protocol, and keys, for tests of the emulator. */
import { createHash, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Emulator } from "../src/emulator";

/** A key pair: the public half as PEM, the private half to log in with. */
export interface Keys {
  readonly publicKey: string;
  /** Without armour, as ALTER USER takes it. */
  readonly bare: string;
  readonly privateKey: KeyObject;
}

export function makeKeys(): Keys {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  return { publicKey, bare: publicKey.replace(/-----[^-]+-----|\s/g, ""), privateKey: pair.privateKey };
}

/** An answer's error, as a driver makes one of it. */
export class QueryError extends Error {
  constructor(
    readonly code: string,
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Connection {
  /** Rows as they come: every value text or null. */
  query(text: string, binds?: readonly (string | number | null)[]): Promise<Rows>;
  /** The first column of each row. */
  column(text: string): Promise<(string | null)[]>;
  /** `003001 42501`, or undefined when the statement succeeds. */
  refusal(text: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly keys?: Keys;
  readonly password?: string;
  readonly role?: string;
  readonly database?: string;
  readonly schema?: string;
  readonly warehouse?: string;
  /** Claims to send in place of the right ones. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The algorithm that the token names; it is signed with RS256 all the same. */
  readonly alg?: string;
}

export async function connect(emulator: Emulator, login: Login): Promise<Connection> {
  const base = `http://${emulator.host}:${emulator.port}`;
  const query = new URLSearchParams();
  if (login.role) query.set("roleName", login.role);
  if (login.database) query.set("databaseName", login.database);
  if (login.schema) query.set("schemaName", login.schema);
  if (login.warehouse) query.set("warehouse", login.warehouse);
  const secret = login.keys
    ? { AUTHENTICATOR: "SNOWFLAKE_JWT", TOKEN: tokenOf(emulator, login, login.keys) }
    : { PASSWORD: login.password };
  const data = { LOGIN_NAME: login.user, ACCOUNT_NAME: emulator.account, ...secret };
  const { token } = await post(`${base}/session/v1/login-request?${query}`, { data });
  const run = async (text: string, binds: readonly (string | number | null)[] = []): Promise<Rows> => {
    const bindings = Object.fromEntries(
      binds.map((value, index) => [
        String(index + 1),
        { type: typeof value === "number" ? "FIXED" : "TEXT", value: value === null ? null : String(value) },
      ]),
    );
    const answer = await post(`${base}/queries/v1/query-request`, { sqlText: text, bindings }, String(token));
    const columns = (answer.rowtype as { name: string }[]).map(({ name }) => name);
    return { columns, rows: answer.rowset as (string | null)[][] };
  };
  return {
    query: run,
    column: async (text) => (await run(text)).rows.map(([first]) => first ?? null),
    refusal: async (text) => {
      try {
        await run(text);
        return undefined;
      } catch (error) {
        if (error instanceof QueryError) return `${error.code} ${error.sqlState}`;
        throw error;
      }
    },
    close: async () => {
      await post(`${base}/session?delete=true`, {}, String(token));
    },
  };
}

async function post(url: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const authorization = token ? { authorization: `Snowflake Token="${token}"` } : {};
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...authorization },
  });
  const answer = (await response.json()) as {
    success: boolean;
    code: string;
    message: string;
    data: Record<string, unknown> | null;
  };
  if (!answer.success) throw new QueryError(answer.code, String(answer.data?.sqlState ?? ""), answer.message);
  return answer.data ?? {};
}

function tokenOf({ account }: Emulator, { user, claims, alg = "RS256" }: Login, keys: Keys): string {
  const subject = `${account}.${user.toUpperCase()}`;
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: `${subject}.${fingerprintOf(keys)}`, sub: subject, iat: now, exp: now + 60, ...claims };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode({ alg, typ: "JWT" })}.${encode(payload)}`;
  return `${signed}.${createSign("sha256").update(signed).sign(keys.privateKey).toString("base64url")}`;
}

/** As `iss` of a token names a key. */
export function fingerprintOf({ publicKey }: Keys): string {
  const der = createPublicKey(publicKey).export({ type: "spki", format: "der" });
  return `SHA256:${createHash("sha256").update(der).digest("base64")}`;
}
