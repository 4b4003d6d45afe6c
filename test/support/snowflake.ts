import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { type Emulator, type EmulatorOptions, startEmulator } from "snowflake-access-emulator";
import { ACCOUNT_TYPES, type StackState } from "../../src/warehouses/snowflake/deploy/stackState";
import type { SnowflakeTarget } from "../../src/warehouses/snowflake/rehearsal/testServer";
import { openSession, type Row, type Session } from "../../src/warehouses/snowflake/session";

/** A private key as PEM; making one takes a while, so tests share them. */
export function newKey(bits = 2048): string {
  return generateKeyPairSync("rsa", {
    modulusLength: bits,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
}

/** The public half of a private key, as PEM. */
export function publicHalf(privateKey: string): string {
  return createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" }).toString();
}

/** The public half as Snowflake keeps it. */
export function bareHalf(privateKey: string): string {
  return publicHalf(privateKey).replace(/-----[^-]+-----|\s/g, "");
}

/** What a stack has made so far; on its first deployment nothing. */
export function stackState(made: Partial<StackState> = {}): StackState {
  const nothing = Object.fromEntries([...ACCOUNT_TYPES, "memberships"].map((what) => [what, new Set()]));
  return { ...(nothing as unknown as StackState), ...made };
}

/** A throw-away Snowflake with an empty database, and its administrator's way in. */
export interface TestSnowflake {
  readonly emulator: Emulator;
  readonly target: SnowflakeTarget;
  /** Opens a session with a user's default role. */
  connect(user: string, privateKey: string): Promise<Session>;
  /** Runs statements as the administrator. @returns the rows of the last */
  admin(...statements: string[]): Promise<Row[]>;
  /** Runs statements as somebody. @returns the rows of the last */
  as(user: string, privateKey: string, ...statements: string[]): Promise<Row[]>;
  stop(): Promise<void>;
}

const DATABASE = "ANALYTICS";
const SMALL = { size: "XSMALL", autoSuspend: 60, creditQuota: 100 };
const adminKey = newKey();

export async function startSnowflake(
  settings: Partial<TestSnowflake["target"]["settings"]> = {},
  options: Partial<EmulatorOptions> = {},
): Promise<TestSnowflake> {
  const emulator = await startEmulator({
    admin: { user: "ADMIN", publicKey: publicHalf(adminKey) },
    database: DATABASE,
    ...options,
  });
  const { host, port, organization: organizationName, account: accountName } = emulator;
  const place = { host, port, organizationName, accountName, protocol: "http" } as const;
  const connect = (user: string, privateKey: string) => openSession({ ...place, user, privateKey });
  const as = async (user: string, privateKey: string, ...statements: string[]) => {
    const session = await connect(user, privateKey);
    try {
      let rows: Row[] = [];
      for (const statement of statements) rows = await session.query(statement);
      return rows;
    } finally {
      await session.close();
    }
  };
  return {
    emulator,
    target: {
      warehouse: "snowflake",
      settings: {
        database: DATABASE,
        people: "managed",
        publicKeys: {},
        parentRole: "SYSADMIN",
        resourceMonitors: true,
        warehouses: { developer: SMALL, prod: SMALL, ci: SMALL, reader: SMALL },
        ...settings,
      },
      connection: { ...place, user: "ADMIN", privateKey: adminKey },
    },
    connect,
    as,
    admin: (...statements) => as("ADMIN", adminKey, ...statements),
    stop: () => emulator.close(),
  };
}
