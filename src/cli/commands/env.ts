import { homedir } from "node:os";
import { join } from "node:path";
import type { Identity } from "../../access/plan";
import { type Contract, contractOf } from "../../environment/contract";
import { type Format, renderVariables } from "../../environment/formats";
import type { WarehouseKind } from "../../environment/warehouse";
import { identityNamed } from "../../load/identity";
import { UserError } from "../../messages/userError";
import { warehouseKind } from "../../warehouses/chosen";
import { checkPlace, DEFAULT_PLACE, variablesOf } from "../../warehouses/postgresql/environment";
import { readStackPassword } from "../../warehouses/postgresql/stackPassword";
import {
  type Account,
  checkAccount,
  DEFAULT_DATABASE,
  NO_ACCOUNT,
  snowflakeVariables,
} from "../../warehouses/snowflake/environment";
import { EXIT, type ExitCode } from "../exit";
import { openRoster } from "../openRoster";

export interface EnvOptions {
  readonly who: string;
  readonly team: string;
  readonly format: Format;
  readonly run?: string;
  readonly warehouse?: WarehouseKind;
  readonly database?: string;
  readonly withSecrets?: boolean;
  /** PostgreSQL only; each default is PGHOST, PGPORT, PGSSLMODE, and then that of {@link DEFAULT_PLACE}. */
  readonly host?: string;
  readonly port?: string;
  readonly sslmode?: string;
  /** Snowflake only; defaults: SNOWFLAKE_ACCOUNT and SNOWFLAKE_PRIVATE_KEY_PATH. */
  readonly account?: string;
  readonly privateKey?: string;
}

/** Options that mean nothing to the other warehouse. */
const ONLY: Readonly<Record<WarehouseKind, readonly (keyof EnvOptions)[]>> = {
  postgresql: ["host", "port", "sslmode", "withSecrets"],
  snowflake: ["account", "privateKey"],
};

/** `one-env env`: the environment variables that plug an identity in. */
export async function runEnv(options: EnvOptions): Promise<ExitCode> {
  const identity = identityNamed(openRoster(options.team), options.who);
  const run = options.run ?? (identity.duty === "ci" ? process.env.CI_RUN || undefined : undefined);
  const contract = contractOf(identity, run);
  const warehouse = warehouseKind(options.warehouse);
  const foreign = ONLY[warehouse === "snowflake" ? "postgresql" : "snowflake"].find((name) => options[name]);
  if (foreign !== undefined) {
    const flag = `--${foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UserError(`${flag} means nothing to ${warehouse}`, "leave it out, or say --warehouse");
  }
  switch (warehouse) {
    case "postgresql":
      return printPostgresql(options, contract);
    case "snowflake":
      process.stdout.write(
        renderVariables(snowflakeVariables(identity, contract, accountFrom(options, identity)), options.format),
      );
      return EXIT.fine;
  }
}

async function printPostgresql(options: EnvOptions, contract: Contract): Promise<ExitCode> {
  const { who, format, withSecrets = false } = options;
  const { env } = process;
  const place = {
    host: options.host || env.PGHOST || DEFAULT_PLACE.host,
    port: options.port || env.PGPORT || DEFAULT_PLACE.port,
    database: options.database || env.PGDATABASE || DEFAULT_PLACE.database,
    sslmode: options.sslmode || env.PGSSLMODE || DEFAULT_PLACE.sslmode,
  };
  checkPlace(place);
  const password = withSecrets ? await readStackPassword(who) : undefined;
  const variables = variablesOf(who, contract, place, password);
  // On GitHub the password comes from the job's secrets, and a placeholder would take its place.
  if (format === "github" && password === undefined) delete variables.PGPASSWORD;
  const text = renderVariables(variables, format);
  if (password !== undefined && env.GITHUB_ACTIONS === "true") hideInLogs(password);
  process.stdout.write(text);
  if (withSecrets && password === undefined)
    console.error("warning: no `pulumi` on PATH: PGPASSWORD is a placeholder, not the password");
  return EXIT.fine;
}

function accountFrom(options: EnvOptions, { name }: Identity): Account {
  const { env } = process;
  const account = {
    account: options.account || env.SNOWFLAKE_ACCOUNT || NO_ACCOUNT,
    database: options.database || env.SNOWFLAKE_DATABASE || DEFAULT_DATABASE,
    privateKeyPath: options.privateKey || env.SNOWFLAKE_PRIVATE_KEY_PATH || join(homedir(), ".snowflake", `${name}.p8`),
  };
  checkAccount(account);
  return account;
}

/** GitHub's runner takes commands from stderr too; stdout goes into a file. DATABASE_URL has the password encoded. */
function hideInLogs(password: string): void {
  const lines = password.split(/\r?\n|\r/).filter((line) => line !== "");
  for (const secret of new Set([...lines, encodeURIComponent(password)]))
    console.error(`::add-mask::${secret.replaceAll("%", "%25")}`);
}
