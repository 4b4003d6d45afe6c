import type { AccessPaths } from "../../../access/paths";
import { as } from "../../../proof/session";
import type { TestServer } from "../../../proof/testWarehouse";
import { DUTIES } from "../../../roster/roster";
import type { Target } from "../../../stack/target";
import { identifier } from "../quote";
import { newKeyPairs } from "../server/keys";
import { type Connection, Settings } from "../settings";
import { type Account, type Credentials, connect } from "./client";
import { layOutWarehouse } from "./fixtures";
import { openLogins, type Spend } from "./logins";
import { CREDIT_QUOTA } from "./quota";
import { NOBODY } from "./session";
import { type SnowflakeTestWarehouse, testWarehouseOf } from "./testWarehouse";

/** An account that nobody works in while it is rehearsed on. */
export interface ThrowawayAccount {
  /** What it is, in words. */
  readonly title: string;
  readonly account: Account;
  /** Who deploys; ACCOUNTADMIN, who alone may make resource monitors. */
  readonly admin: Credentials & { readonly role: string };
  /** An empty database. */
  readonly database: string;
  /** Only the emulator can do this. */
  readonly spend?: Spend;
  close(): Promise<void>;
}

/** What the program is configured with on an account: the key stands in the configuration, not in the environment. */
export interface SnowflakeTarget extends Target {
  readonly settings: Omit<Settings, "team">;
  readonly connection: Omit<Connection, "keyInEnvironment">;
}

/** Snowflake to rehearse on. */
export interface SnowflakeTestServer extends TestServer {
  readonly target: SnowflakeTarget;
  testWarehouseOf(paths: AccessPaths): SnowflakeTestWarehouse;
}

/** The admin's own compute: positive controls need some, and everybody else's is part of what is proven. */
const WAREHOUSE = "ONE_ENV_REHEARSAL";

/** @param identities everybody who gets a key: of the roster, and of the one before it */
export async function testServerOn(
  throwaway: ThrowawayAccount,
  identities: Iterable<string>,
): Promise<SnowflakeTestServer> {
  const { title, account, admin, database, spend } = throwaway;
  try {
    await as(connect(account, admin), async (client) => {
      await client.query(`create warehouse if not exists ${identifier(WAREHOUSE)} with AUTO_SUSPEND = 60`);
      await client.query(`create role if not exists ${NOBODY}`);
    });
    const keys = await newKeyPairs(identities);
    const logins = await openLogins(account, { database, adminLogin: { ...admin, warehouse: WAREHOUSE }, keys, spend });
    const publicKeys = Object.fromEntries([...keys].map(([identity, { publicKey }]) => [identity, [publicKey]]));
    const warehouses = Object.fromEntries(DUTIES.map((duty) => [duty, { creditQuota: CREDIT_QUOTA }]));
    return {
      title,
      account: admin.role,
      target: {
        warehouse: "snowflake",
        settings: Settings.parse({ database, publicKeys, warehouses }),
        connection: { ...account, ...admin },
      },
      layOut: (plan) => layOutWarehouse(logins.admin, database, WAREHOUSE, plan),
      testWarehouseOf: (paths) => testWarehouseOf(logins, paths),
      async stop() {
        await logins.admin.query(`drop role ${NOBODY}`);
        await logins.admin.query(`drop warehouse ${identifier(WAREHOUSE)}`);
        await logins.admin.end();
        await throwaway.close();
      },
    };
  } catch (error) {
    await throwaway.close();
    throw error;
  }
}
