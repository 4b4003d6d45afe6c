import type { LocalAdapter } from "../warehouse";
import { type LocalDatabase, localStatus, startLocal, stopLocal } from "./server/local";
import type { AdminKind } from "./server/server";

/** A PostgreSQL that stays up after the command that started it, with its data. */
export const local: LocalAdapter = {
  start: async (cwd, { admin }) => describeStart(await startLocal(cwd, admin as AdminKind | undefined)),
  stop: stopLocal,
  async status(cwd) {
    const database = await localStatus(cwd);
    return database && describe(database);
  },
};

/** The URL alone on the first line, for scripts. */
function describe({ url, version, kind }: LocalDatabase): string {
  const admin = kind === "managed" ? "managed admin (CREATEROLE, no superuser)" : "superuser admin";
  return `${url}\nPostgreSQL ${version}, ${admin}`;
}

function describeStart(database: LocalDatabase): string {
  const { port, admin, kind } = database;
  return [
    describe(database),
    "",
    "deploy to it:",
    "  pulumi config set postgresql:host 127.0.0.1",
    `  pulumi config set postgresql:port ${port}`,
    `  pulumi config set postgresql:username ${admin.user}`,
    `  pulumi config set --secret postgresql:password ${admin.password}`,
    "  pulumi config set postgresql:sslmode disable",
    `  pulumi config set postgresql:superuser ${kind === "superuser"}`,
    '  pulumi config set --secret passwordSeed "$(openssl rand -base64 32)"',
    "  pulumi up",
    "",
    "stop it with `one-env local stop`; its data stays in .one-env/local until `one-env local stop --wipe`",
  ].join("\n");
}
