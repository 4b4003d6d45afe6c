import { type AttackDialect, attackRunnerOn } from "../../../../proof/attackRunner";
import { attackAll, type Corpus } from "../../../../proof/attacks";
import { outcomeOf } from "../../../../proof/statement";
import type { Verdict } from "../../../../proof/verdict";
import type { Client } from "../client";
import type { Logins } from "../logins";
import { SPENT_QUOTA } from "../quota";
import { goHome, type Home, homeOf, NO_PRIVILEGE } from "../session";
import type { AttackContext } from "./attack";
import { CI_ATTACKS } from "./ci";
import { SCRIPTED_CODE_ATTACKS } from "./code";
import { DATA_ATTACKS, SCRIPTED_DATA_ATTACKS } from "./data";
import { GRANT_ATTACKS, SCRIPTED_GRANT_ATTACKS } from "./grants";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, SCRIPTED_ROLE_ATTACKS } from "./roles";
import { SCRIPTED_CI_ATTACKS } from "./scriptedCi";
import { WAREHOUSE_ATTACKS } from "./warehouses";

/**
 * Scripted attacks come first: another attack's control grants and revokes, and would take away what somebody granted by
 * hand. CI's come last: they end the runs.
 */
const GROUPS: Corpus<AttackContext> = [
  [...SCRIPTED_ROLE_ATTACKS, ...SCRIPTED_GRANT_ATTACKS, ...SCRIPTED_CODE_ATTACKS, ...SCRIPTED_DATA_ATTACKS],
  [...ROLE_ATTACKS, ...GRANT_ATTACKS, ...OBJECT_ATTACKS, ...DATA_ATTACKS, ...WAREHOUSE_ATTACKS, ...CI_ATTACKS],
  SCRIPTED_CI_ATTACKS,
];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = [SPENT_QUOTA, ...GROUPS.flat()];

/** Tries all of them. */
export async function attack(context: AttackContext, onProgress: (name: string) => void): Promise<Verdict> {
  const runner = () => attackRunnerOn(dialectOf(context.logins));
  return attackAll(GROUPS, context, runner, onProgress);
}

/** A session, and where it stands when nothing has been tried in it. */
interface AttackSession extends Client {
  readonly home: Home;
}

function dialectOf({ login, newAdminSession, admin }: Logins): AttackDialect<AttackSession> {
  const withHome = async (client: Client) => ({ ...client, home: await homeOf(client) });
  return {
    denied: NO_PRIVILEGE,
    login: async (identity) => withHome(await login(identity)),
    loginAsAdmin: async () => withHome(await newAdminSession()),
    async tryOnce({ prepare = [], sql, undo = [], tidy = [] }, { session }, preparer) {
      try {
        for (const statement of prepare) await preparer.session.query(statement);
        const outcome = await outcomeOf(session.query(sql));
        if (outcome.allowed) {
          await goHome(session, session.home);
          for (const statement of undo) await admin.query(statement);
        }
        return outcome;
      } finally {
        for (const statement of tidy) await admin.query(statement);
      }
    },
  };
}
