import type { Warehouse } from "../warehouse";
import { COMMANDS } from "./commandLine";

/** Snowflake; what is started of it on this machine is an emulator. */
export const snowflake: Warehouse = {
  title: "Snowflake",
  server: "an emulator of Snowflake",
  throwaway: "an emulator of Snowflake",
  leaves: "the emulator's does not",
  userVariable: "SNOWFLAKE_USER",
  commands: COMMANDS,

  stack: async () => (await import("./stack.js")).stack,
  environment: async () => (await import("./environment.js")).environment,
  withAdopter: async (choice, _own, work) => (await import("./adopter.js")).withAdopter(choice, work),
  ciClient: async () => (await import("./ci.js")).ciClient(),
  diagnose: async (access, who) => (await import("./doctor.js")).diagnose(access, who),
  local: async () => (await import("./local.js")).local,
  async startTestServer(identities) {
    const { startEmulated } = await import("./server/emulated.js");
    return (await import("./rehearsal/testServer.js")).testServerOn(await startEmulated(), identities);
  },
  standIn: async () => (await import("./standin/backend.js")).backend,
  attacks: async () => (await import("./rehearsal/attacks/corpus.js")).CORPUS,
};
