import type { LocalAdapter } from "../warehouse";
import { type LocalEmulator, localEmulator, startLocalEmulator, stopLocalEmulator } from "./server/local";

/** An emulator that stays up after the command that started it; what is in it goes when it is stopped. */
export const local: LocalAdapter = {
  start: async (cwd) => describeStart(await startLocalEmulator(cwd)),
  stop: stopLocalEmulator,
  async status(cwd) {
    const emulator = await localEmulator(cwd);
    return emulator && describe(emulator);
  },
};

function describe({ host, port, organization, account, user }: LocalEmulator): string {
  return `http://${host}:${port}\nemulator of Snowflake, account ${organization}-${account}, ${user} is ACCOUNTADMIN`;
}

function describeStart(emulator: LocalEmulator): string {
  const { host, port, organization, account, user, keyFile } = emulator;
  return [
    describe(emulator),
    "",
    "deploy to it:",
    "  pulumi config set warehouse snowflake",
    `  pulumi config set snowflake:organizationName ${organization}`,
    `  pulumi config set snowflake:accountName ${account}`,
    `  pulumi config set snowflake:user ${user}`,
    `  pulumi config set --secret snowflake:privateKey < ${keyFile}`,
    `  pulumi config set snowflake:host ${host}`,
    `  pulumi config set snowflake:port ${port}`,
    "  pulumi config set snowflake:protocol http",
    "  pulumi up",
    "",
    "for `one-env doctor` and `one-env ci`, beside what `one-env env` prints:",
    `  export SNOWFLAKE_ACCOUNT=${organization}-${account} SNOWFLAKE_HOST=${host} SNOWFLAKE_PORT=${port} SNOWFLAKE_PROTOCOL=http`,
    "",
    "stop it with `one-env local stop --warehouse snowflake`; all that is in it is gone then",
  ].join("\n");
}
