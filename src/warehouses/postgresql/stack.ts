import type { StackResource } from "../../stack/stackOutputs";
import { mapParsed } from "../config";
import type { StackAdapter } from "../warehouse";
import { readSettings, SECRET_KEYS } from "./settings";

/** A stack on PostgreSQL: passwords are made of a seed, which must not be lost. */
export const stack: StackAdapter = {
  secretKeys: SECRET_KEYS,
  read: () =>
    mapParsed(readSettings(), ({ settings, connection }) => ({
      team: settings.team,
      deploy: async (plan, sources) => (await import("./deploy/deploy.js")).deploy(plan, sources, settings, connection),
    })),
  whenNew:
    "; on PostgreSQL the seed of its passwords is made with " +
    '`pulumi config set --secret passwordSeed "$(openssl rand -base64 32)"`',
  whenLost(deployed) {
    const logins = deployed.filter(isLogin).length;
    return logins === 0 ? "" : `, and make no new seed, which would give ${logins} logins a new password`;
  },
};

function isLogin({ type, outputs }: StackResource): boolean {
  return type.endsWith(":Role") && outputs.login === true;
}
