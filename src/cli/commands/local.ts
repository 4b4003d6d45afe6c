import { WAREHOUSES, type WarehouseKind } from "../../environment/warehouse";
import { UserError } from "../../messages/userError";
import type { LocalDatabase } from "../../warehouses/postgresql/server/local";
import type { AdminKind } from "../../warehouses/postgresql/server/server";
import type { LocalEmulator } from "../../warehouses/snowflake/server/local";
import { type Command, Option } from "../commander";

const warehouseOption = () =>
  new Option("--warehouse <name>", "PostgreSQL, or an emulator of Snowflake")
    .choices(WAREHOUSES)
    .default("postgresql" as const);

/** `one-env local start|stop|status`: a warehouse that stays up, for trying things by hand. */
export function define(local: Command) {
  local.description("keep a PostgreSQL, or an emulator of Snowflake, up in the background, for trying things by hand");

  local
    .command("start")
    .description("start it (or find it running) and print where it is and how to deploy to it")
    .addOption(warehouseOption())
    .addOption(
      new Option(
        "--admin <kind>",
        "PostgreSQL, who deploys: managed (CREATEROLE only, as in a cloud service; default) or superuser",
      ).choices(["managed", "superuser"]),
    )
    .action(async (options) => console.log(await start(options)));

  local
    .command("stop")
    .description("stop it; PostgreSQL's data stays for the next start, the emulator's does not")
    .addOption(warehouseOption())
    .option("--wipe", "remove what stays of it as well")
    .action(async ({ warehouse, wipe = false }) => {
      const wasRunning = await stop(warehouse, wipe);
      console.log(`${wasRunning ? "stopped" : "not running"}${wipe ? ", data removed" : ""}`);
    });

  local
    .command("status")
    .description("print where it is, or `not running` (exit code 1)")
    .addOption(warehouseOption())
    .action(async ({ warehouse }) => {
      const found = await status(warehouse);
      console.log(found ?? "not running");
      if (found === undefined) process.exitCode = 1;
    });
}

interface StartOptions {
  readonly warehouse: WarehouseKind;
  readonly admin?: AdminKind;
}

async function start({ warehouse, admin }: StartOptions): Promise<string> {
  switch (warehouse) {
    case "postgresql": {
      const { startLocal } = await import("../../warehouses/postgresql/server/local.js");
      return describeDatabaseStart(await startLocal(process.cwd(), admin));
    }
    case "snowflake": {
      if (admin !== undefined) throw new UserError("--admin means nothing to snowflake", "leave it out");
      const { startLocalEmulator } = await import("../../warehouses/snowflake/server/local.js");
      return describeEmulatorStart(await startLocalEmulator(process.cwd()));
    }
  }
}

async function stop(warehouse: WarehouseKind, wipe: boolean): Promise<boolean> {
  switch (warehouse) {
    case "postgresql":
      return (await import("../../warehouses/postgresql/server/local.js")).stopLocal(process.cwd(), wipe);
    case "snowflake":
      return (await import("../../warehouses/snowflake/server/local.js")).stopLocalEmulator(process.cwd(), wipe);
  }
}

async function status(warehouse: WarehouseKind): Promise<string | undefined> {
  switch (warehouse) {
    case "postgresql": {
      const database = await (await import("../../warehouses/postgresql/server/local.js")).localStatus(process.cwd());
      return database && describeDatabase(database);
    }
    case "snowflake": {
      const emulator = await (await import("../../warehouses/snowflake/server/local.js")).localEmulator(process.cwd());
      return emulator && describeEmulator(emulator);
    }
  }
}

/** The URL alone on the first line, for scripts. */
function describeDatabase({ url, version, kind }: LocalDatabase): string {
  const admin = kind === "managed" ? "managed admin (CREATEROLE, no superuser)" : "superuser admin";
  return `${url}\nPostgreSQL ${version}, ${admin}`;
}

function describeDatabaseStart(database: LocalDatabase): string {
  const { port, admin, kind } = database;
  return [
    describeDatabase(database),
    "",
    ...deployWith([
      "postgresql:host 127.0.0.1",
      `postgresql:port ${port}`,
      `postgresql:username ${admin.user}`,
      `--secret postgresql:password ${admin.password}`,
      "postgresql:sslmode disable",
      `postgresql:superuser ${kind === "superuser"}`,
      '--secret passwordSeed "$(openssl rand -base64 32)"',
    ]),
    "",
    "stop it with `one-env local stop`; its data stays in .one-env/local until `one-env local stop --wipe`",
  ].join("\n");
}

function describeEmulator({ host, port, organization, account, user }: LocalEmulator): string {
  return `http://${host}:${port}\nemulator of Snowflake, account ${organization}-${account}, ${user} is ACCOUNTADMIN`;
}

function describeEmulatorStart(emulator: LocalEmulator): string {
  const { host, port, organization, account, user, keyFile } = emulator;
  return [
    describeEmulator(emulator),
    "",
    ...deployWith([
      "warehouse snowflake",
      `snowflake:organizationName ${organization}`,
      `snowflake:accountName ${account}`,
      `snowflake:user ${user}`,
      `--secret snowflake:privateKey < ${keyFile}`,
      `snowflake:host ${host}`,
      `snowflake:port ${port}`,
      "snowflake:protocol http",
    ]),
    "",
    "for `one-env doctor` and `one-env ci`, beside what `one-env env` prints:",
    `  export SNOWFLAKE_ACCOUNT=${organization}-${account} SNOWFLAKE_HOST=${host} SNOWFLAKE_PORT=${port} SNOWFLAKE_PROTOCOL=http`,
    "",
    "stop it with `one-env local stop --warehouse snowflake`; all that is in it is gone then",
  ].join("\n");
}

function deployWith(settings: readonly string[]): string[] {
  return ["deploy to it:", ...settings.map((setting) => `  pulumi config set ${setting}`), "  pulumi up"];
}
