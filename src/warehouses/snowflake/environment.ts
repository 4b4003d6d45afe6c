/** What plugs an identity in on Snowflake: names in upper case, and a key pair by its path, never inline. */

import { homedir } from "node:os";
import { join } from "node:path";
import type { Identity } from "../../access/plan";
import { type Contract, contractVariables } from "../../environment/contract";
import { variable } from "../../environment/profiles";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { DUTY_ROLES } from "../../names";
import { textOf } from "../options";
import type { EnvironmentAdapter } from "../warehouse";
import { snowflakeName } from "./quote";

/** Where the warehouse is. */
export interface Account {
  /** `organization-account`. */
  readonly account: string;
  readonly database: string;
  /** File with the private key (PKCS #8, PEM). */
  readonly privateKeyPath: string;
}

/** Printed in place of the account's name. */
export const NO_ACCOUNT = "<organization>-<account>";

/** What a deployment's configuration has as its default. */
export const DEFAULT_DATABASE = "ANALYTICS";

/** Refuses values that only the tools which get the variables would fail at. */
export function checkAccount({ account, database }: Account): void {
  if (account !== NO_ACCOUNT && !/^[A-Za-z0-9_]+-[A-Za-z0-9_.-]+$/.test(account))
    throw new UserError(
      `${quote(account)} is no account`,
      "give --account or SNOWFLAKE_ACCOUNT as `<organization>-<account>`",
    );
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(database))
    throw new UserError(`${quote(database)} is no database`, "give --database or SNOWFLAKE_DATABASE");
}

/** The role that an identity works in, on Snowflake. */
export function roleOf({ name, actsAs }: Identity): string {
  return snowflakeName(actsAs ?? name);
}

/** The compute of an identity: each duty has its own. */
export function computeOf({ duty }: Identity): string {
  return snowflakeName(DUTY_ROLES[duty]);
}

/** Environment variables that plug an identity in, in a fixed order; drivers, dbt and Snowflake's CLI know their names. */
export function snowflakeVariables(identity: Identity, contract: Contract, place: Account): Record<string, string> {
  return {
    ...contractVariables(contract),
    SNOWFLAKE_ACCOUNT: place.account,
    SNOWFLAKE_DATABASE: snowflakeName(place.database),
    SNOWFLAKE_USER: snowflakeName(identity.name),
    SNOWFLAKE_ROLE: roleOf(identity),
    SNOWFLAKE_WAREHOUSE: computeOf(identity),
    SNOWFLAKE_AUTHENTICATOR: "SNOWFLAKE_JWT",
    SNOWFLAKE_PRIVATE_KEY_PATH: place.privateKeyPath,
  };
}

/** What `one-env env` and `one-env profiles` print for Snowflake: nothing of it is secret. */
export const environment: EnvironmentAdapter = {
  async variables(identity, contract, own) {
    const { env } = process;
    const keyFile = join(homedir(), ".snowflake", `${identity.name}.p8`);
    const account = {
      account: textOf(own, "account") || env.SNOWFLAKE_ACCOUNT || NO_ACCOUNT,
      database: textOf(own, "database") || env.SNOWFLAKE_DATABASE || DEFAULT_DATABASE,
      privateKeyPath: textOf(own, "privateKey") || env.SNOWFLAKE_PRIVATE_KEY_PATH || keyFile,
    };
    checkAccount(account);
    const variables = snowflakeVariables(identity, contract, account);
    return { variables, placeholders: [], secrets: [], warnings: [] };
  },
  user: () => process.env.SNOWFLAKE_USER?.toLowerCase(),
  dbtLogin: {
    output: {
      type: "snowflake",
      account: variable("SNOWFLAKE_ACCOUNT"),
      user: variable("SNOWFLAKE_USER"),
      private_key_path: variable("SNOWFLAKE_PRIVATE_KEY_PATH"),
      private_key_passphrase: variable("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE", ""),
      role: variable("SNOWFLAKE_ROLE"),
      warehouse: variable("SNOWFLAKE_WAREHOUSE"),
      database: variable("SNOWFLAKE_DATABASE", DEFAULT_DATABASE),
    },
    user: variable("SNOWFLAKE_USER", undefined, "lower"),
  },
};
