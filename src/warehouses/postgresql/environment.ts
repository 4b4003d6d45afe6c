/** The environment variables and dbt target that an identity works with on PostgreSQL. */

import { type Contract, contractVariables } from "../../environment/contract";
import { variable } from "../../environment/profiles";
import { quote } from "../../messages/quote";
import { UserError } from "../../messages/userError";
import { textOf } from "../options";
import type { EnvironmentAdapter } from "../warehouse";
import { readStackPassword } from "./stackPassword";

/** Where the warehouse is, in libpq's terms. */
export interface Place {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly sslmode: string;
}

/** Where nothing says otherwise: this machine, and what a deployment's configuration has as its defaults. */
export const DEFAULT_PLACE: Place = { host: "localhost", port: "5432", database: "analytics", sslmode: "require" };

const SSL_MODES = ["disable", "require", "verify-ca", "verify-full"];

/** Refuses values that only the tools which get the variables would fail at. */
export function checkPlace({ host, port, sslmode }: Place): void {
  if (/\s/.test(host)) throw new UserError(`${quote(host)} is no host`, "give --host or PGHOST a name or an address");
  if (!isPort(port)) throw new UserError(`${quote(port)} is no port`, "give --port or PGPORT a number up to 65535");
  if (!SSL_MODES.includes(sslmode))
    throw new UserError(`sslmode ${quote(sslmode)} is not supported`, `use ${SSL_MODES.join(", ")}`);
}

export function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** Printed in place of a password. */
export const NO_PASSWORD = "<password: pulumi stack output credentials --show-secrets>";

/**
 * Environment variables that plug an identity in, in a fixed order.
 *
 * @param password absent: a placeholder in PGPASSWORD, and no password in DATABASE_URL, whose users fall back on PGPASSWORD
 */
export function variablesOf(user: string, contract: Contract, place: Place, password?: string): Record<string, string> {
  return {
    ...contractVariables(contract),
    PGHOST: place.host,
    PGPORT: place.port,
    PGDATABASE: place.database,
    PGUSER: user,
    PGPASSWORD: password ?? NO_PASSWORD,
    PGSSLMODE: place.sslmode,
    DATABASE_URL: databaseUrl(user, place, password),
  };
}

function databaseUrl(user: string, { host, port, database, sslmode }: Place, password?: string): string {
  const login = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(":");
  // An IPv6 address stands in brackets; a directory (of a Unix socket) is encoded.
  const name = /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host) ? `[${host}]` : encodeURIComponent(host);
  const path = `${encodeURIComponent(database)}?sslmode=${encodeURIComponent(sslmode)}`;
  return `postgresql://${login}@${name}:${port}/${path}`;
}

/** What `one-env env` and `one-env profiles` print for PostgreSQL. */
export const environment: EnvironmentAdapter = {
  async variables({ name }, contract, own) {
    const { env } = process;
    const place = {
      host: textOf(own, "host") || env.PGHOST || DEFAULT_PLACE.host,
      port: textOf(own, "port") || env.PGPORT || DEFAULT_PLACE.port,
      database: textOf(own, "database") || env.PGDATABASE || DEFAULT_PLACE.database,
      sslmode: textOf(own, "sslmode") || env.PGSSLMODE || DEFAULT_PLACE.sslmode,
    };
    checkPlace(place);
    const withSecrets = own.withSecrets === true;
    const password = withSecrets ? await readStackPassword(name) : undefined;
    const isMissing = withSecrets && password === undefined;
    return {
      variables: variablesOf(name, contract, place, password),
      placeholders: password === undefined ? ["PGPASSWORD"] : [],
      secrets: password === undefined ? [] : [password],
      warnings: isMissing ? ["no `pulumi` on PATH: PGPASSWORD is a placeholder, not the password"] : [],
    };
  },
  user: () => process.env.PGUSER,
  dbtLogin: {
    output: {
      type: "postgres",
      host: variable("PGHOST", DEFAULT_PLACE.host),
      port: variable("PGPORT", DEFAULT_PLACE.port, "as_number"),
      user: variable("PGUSER"),
      password: variable("PGPASSWORD"),
      dbname: variable("PGDATABASE", DEFAULT_PLACE.database),
      sslmode: variable("PGSSLMODE", DEFAULT_PLACE.sslmode),
    },
    user: variable("PGUSER"),
  },
};
