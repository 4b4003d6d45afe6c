import type { AccessPlan } from "../../../access/plan";
import { identifier, snowflakeName } from "../quote";
import type { KeyPair } from "../server/keys";
import { type Account, type Client, type Credentials, connect } from "./client";

/** Who deploys, and may do everything. */
export interface Admin extends Credentials {
  /** One to compute on that is nobody else's. */
  readonly warehouse: string;
}

export type Spend = (monitor: string, credits: number) => void;

/** How the proof reaches the account. */
export interface Doors {
  readonly database: string;
  readonly admin: Admin;
  /** A session of the admin for positive controls and for taking things back; open as long as the venue. */
  readonly master: Client;
  /** A key pair for everybody of the roster. */
  readonly keys: ReadonlyMap<string, KeyPair>;
  /** Lets a resource monitor count credits, where that can be done at will. */
  readonly spend?: Spend;
  /** A new session of the admin. */
  loginAsAdmin(): Promise<Client>;
  /** Logs in as an identity of the roster with its own key; as its default role. */
  login(identity: string): Promise<Client>;
  /** Logs in with any key. */
  loginWith(user: string, privateKey: string): Promise<Client>;
}

export async function openDoors(
  account: Account,
  { database, admin, keys, spend }: Pick<Doors, "database" | "admin" | "keys"> & { readonly spend?: Spend | undefined },
): Promise<Doors> {
  const loginAsAdmin = async () => {
    const client = await connect(account, admin);
    await client.query(`use warehouse ${identifier(admin.warehouse)}`);
    return client;
  };
  const loginWith = (user: string, privateKey: string) => connect(account, { user: snowflakeName(user), privateKey });
  return {
    database,
    admin,
    master: await loginAsAdmin(),
    keys,
    ...(spend ? { spend } : {}),
    loginAsAdmin,
    login: (identity) => loginWith(identity, keys.get(identity)?.privateKey ?? ""),
    loginWith,
  };
}

/** The first prod service's name, if the roster has one. */
export function prodService({ identities }: AccessPlan): string | undefined {
  return identities.find(({ duty }) => duty === "prod")?.name;
}
