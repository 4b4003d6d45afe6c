import { type Command, Option } from "commander";
import type { LocalDatabase } from "../rehearsal/postgresql/local";
import type { AdminKind } from "../rehearsal/postgresql/server";

/** `one-env local start|stop|status`: a PostgreSQL that stays up, for trying things by hand. */
export function registerLocal(program: Command): void {
  const local = program
    .command("local")
    .description("keep a PostgreSQL up in the background, for trying things by hand");

  local
    .command("start")
    .description("start it (or find it running) and print its URL; its data lives in .one-env/local")
    .addOption(
      new Option(
        "--admin <kind>",
        "who deploys: managed (CREATEROLE only, as in a cloud service; default) or superuser",
      ).choices(["managed", "superuser"]),
    )
    .action(async ({ admin }: { admin?: AdminKind }) => {
      const { startLocal } = await import("../rehearsal/postgresql/local.js");
      console.log(describeStart(await startLocal(process.cwd(), admin)));
    });

  local
    .command("stop")
    .description("stop it; its data stays for the next start")
    .option("--wipe", "remove its data as well")
    .action(async ({ wipe = false }: { wipe?: boolean }) => {
      const { stopLocal } = await import("../rehearsal/postgresql/local.js");
      const wasRunning = await stopLocal(process.cwd(), wipe);
      console.log(`${wasRunning ? "stopped" : "not running"}${wipe ? ", data removed" : ""}`);
    });

  local
    .command("status")
    .description("print its URL and version, or `not running` (exit code 1)")
    .action(async () => {
      const { localStatus } = await import("../rehearsal/postgresql/local.js");
      const database = await localStatus(process.cwd());
      console.log(database ? describe(database) : "not running");
      if (!database) process.exitCode = 1;
    });
}

/** The URL alone on the first line, for scripts. */
function describe({ url, version, kind }: LocalDatabase): string {
  const admin = kind === "managed" ? "managed admin (CREATEROLE, no superuser)" : "superuser admin";
  return `${url}\nPostgreSQL ${version}, ${admin}`;
}

function describeStart(database: LocalDatabase): string {
  const { port, admin, kind } = database;
  const settings = [
    "postgresql:host 127.0.0.1",
    `postgresql:port ${port}`,
    `postgresql:username ${admin.user}`,
    `--secret postgresql:password ${admin.password}`,
    "postgresql:sslmode disable",
    `postgresql:superuser ${kind === "superuser"}`,
    '--secret passwordSeed "$(openssl rand -base64 32)"',
  ];
  return [
    describe(database),
    "",
    "deploy to it:",
    ...settings.map((setting) => `  pulumi config set ${setting}`),
    "  pulumi up",
    "",
    "stop it with `one-env local stop`; its data stays in .one-env/local until `one-env local stop --wipe`",
  ].join("\n");
}
