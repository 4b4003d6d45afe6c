import type { CommandWords, WarehouseCommand } from "../options";
import { DEFAULT_DATABASE } from "./environment";

/** Options and help of commands that only Snowflake has. */
export const COMMANDS: Readonly<Partial<Record<WarehouseCommand, CommandWords>>> = {
  adopt: {
    help: `each statement counts at once, and running the command again goes on where it stopped. A procedure that runs with its
owner's rights comes as one that runs with its caller's, unless --keep-definer is given. Logs in as SNOWFLAKE_ACCOUNT,
SNOWFLAKE_USER, SNOWFLAKE_ROLE, SNOWFLAKE_PRIVATE_KEY_PATH and SNOWFLAKE_DATABASE say.`,
    examples: [
      "SNOWFLAKE_ACCOUNT=… SNOWFLAKE_USER=PIPELINE SNOWFLAKE_PRIVATE_KEY_PATH=… one-env adopt prod --warehouse snowflake",
    ],
  },
  doctor: {
    help: `logs in as SNOWFLAKE_USER, … say. Transactions do not hold such statements there, so tables that the login could make
are dropped at once.`,
  },
  env: {
    options: [
      { flags: "--database <name>", description: `default is SNOWFLAKE_DATABASE, else ${DEFAULT_DATABASE}` },
      { flags: "--account <name>", description: "default is SNOWFLAKE_ACCOUNT, else a placeholder" },
      {
        flags: "--private-key <path>",
        description: "default is SNOWFLAKE_PRIVATE_KEY_PATH, else ~/.snowflake/<identity>.p8",
      },
    ],
    help: "SNOWFLAKE_ACCOUNT, _DATABASE, _USER, _ROLE, _WAREHOUSE, _AUTHENTICATOR, _PRIVATE_KEY_PATH",
  },
  rehearse: { examples: ["one-env rehearse --warehouse snowflake   the same on an emulator of Snowflake"] },
};
