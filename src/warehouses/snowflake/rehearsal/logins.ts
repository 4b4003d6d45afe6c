import type { AccessPlan } from "../../../access/plan";
import { identifier, snowflakeName } from "../quote";
import type { KeyPair } from "../server/keys";
import { type Account, type Client, type Credentials, connect } from "./client";

/** Who deploys, and may do everything. */
export interface AdminLogin extends Credentials {
  /** One to compute on that is nobody else's. */
  readonly warehouse: string;
}

export type Spend = (monitor: string, credits: number) => void;

/** How the proof reaches the account. */
export interface Logins {
  readonly database: string;
  readonly adminLogin: AdminLogin;
  /** A session of the admin for positive controls and for taking things back; open as long as the account is used. */
  readonly admin: Client;
  /** A key pair for everybody of the roster. */
  readonly keys: ReadonlyMap<string, KeyPair>;
  /** Lets a resource monitor count credits, where that can be done at will. */
  readonly spend?: Spend;
  /** A new session of the admin. */
  newAdminSession(): Promise<Client>;
  /** Logs in as an identity of the roster with its own key; as its default role. */
  login(identity: string): Promise<Client>;
  /** Logs in with any key. */
  loginWith(user: string, privateKey: string): Promise<Client>;
}

export async function openLogins(
  account: Account,
  {
    database,
    adminLogin,
    keys,
    spend,
  }: Pick<Logins, "database" | "adminLogin" | "keys"> & { readonly spend?: Spend | undefined },
): Promise<Logins> {
  const newAdminSession = async () => {
    const client = await connect(account, adminLogin);
    await client.query(`use warehouse ${identifier(adminLogin.warehouse)}`);
    return client;
  };
  const loginWith = (user: string, privateKey: string) => connect(account, { user: snowflakeName(user), privateKey });
  return {
    database,
    adminLogin,
    admin: await newAdminSession(),
    keys,
    ...(spend ? { spend } : {}),
    newAdminSession,
    login: (identity) => loginWith(identity, keys.get(identity)?.privateKey ?? ""),
    loginWith,
  };
}

/** The first prod service's name, if the roster has one. */
export function prodService({ identities }: AccessPlan): string | undefined {
  return identities.find(({ duty }) => duty === "prod")?.name;
}
