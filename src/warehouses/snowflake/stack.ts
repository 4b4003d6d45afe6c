import { mapParsed } from "../config";
import type { StackAdapter } from "../warehouse";
import { readSettings, SECRET_KEYS } from "./settings";

/** A stack on Snowflake: everybody logs in with a key pair of their own, so nothing is made that could be lost. */
export const stack: StackAdapter = {
  secretKeys: SECRET_KEYS,
  read: () =>
    mapParsed(readSettings(), ({ settings, connection }) => ({
      team: settings.team,
      deploy: async (plan, sources) => (await import("./deploy/deploy.js")).deploy(plan, sources, settings, connection),
    })),
  whenNew: "",
  whenLost: () => "",
};
