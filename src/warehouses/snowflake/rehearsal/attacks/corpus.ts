import { type AttackRunner, attackAll, type Control, runScriptedAttacks } from "../../../../proof/attacks";
import { type Outcome, outcomeOf } from "../../../../proof/statement";
import { addVerdicts, type Verdict } from "../../../../proof/verdict";
import type { Client } from "../client";
import type { Logins } from "../logins";
import { SPENT_QUOTA } from "../quota";
import { goHome, type Home, homeOf, NO_PRIVILEGE } from "../session";
import type { AttackContext, SnowflakeAttack, SnowflakeScriptedAttack } from "./attack";
import { CI_ATTACKS } from "./ci";
import { SCRIPTED_CODE_ATTACKS } from "./code";
import { DATA_ATTACKS, SCRIPTED_DATA_ATTACKS } from "./data";
import { GRANT_ATTACKS, SCRIPTED_GRANT_ATTACKS } from "./grants";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, SCRIPTED_ROLE_ATTACKS } from "./roles";
import { SCRIPTED_CI_ATTACKS } from "./scriptedCi";
import { WAREHOUSE_ATTACKS } from "./warehouses";

const ATTACKS: readonly SnowflakeAttack[] = [
  ...ROLE_ATTACKS,
  ...GRANT_ATTACKS,
  ...OBJECT_ATTACKS,
  ...DATA_ATTACKS,
  ...WAREHOUSE_ATTACKS,
  ...CI_ATTACKS,
];
const SCRIPTED_ATTACKS: readonly SnowflakeScriptedAttack[] = [
  ...SCRIPTED_ROLE_ATTACKS,
  ...SCRIPTED_GRANT_ATTACKS,
  ...SCRIPTED_CODE_ATTACKS,
  ...SCRIPTED_DATA_ATTACKS,
];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = [
  SPENT_QUOTA,
  ...SCRIPTED_ATTACKS,
  ...ATTACKS,
  ...SCRIPTED_CI_ATTACKS,
];

/**
 * Tries all of them. Raids come first: an attack's control grants and revokes, and would take away what somebody granted
 * by hand. CI's come last: they end the runs.
 */
export async function attack(context: AttackContext, onProgress: (name: string) => void): Promise<Verdict> {
  const { runner, disarm } = armsOf(context.logins);
  return addVerdicts([
    await runScriptedAttacks(SCRIPTED_ATTACKS, context, onProgress),
    await attackAll(ATTACKS, context, runner, onProgress).finally(disarm),
    await runScriptedAttacks(SCRIPTED_CI_ATTACKS, context, onProgress),
  ]);
}

/** A session, and where it stands when nothing has been tried in it. */
interface Armed {
  readonly client: Client;
  readonly home: Home;
}

/** One session each for all attacks: logging in costs more than what is tried then. */
function armsOf(logins: Logins): { runner: AttackRunner; disarm: () => Promise<void> } {
  const open = new Map<string, Promise<Armed>>();
  const once = (key: string, login: () => Promise<Client>) => {
    const session = open.get(key) ?? login().then(async (client) => ({ client, home: await homeOf(client) }));
    open.set(key, session);
    return session;
  };
  const attacker = (who: string) => once(who, () => logins.login(who));
  const runner: AttackRunner = {
    denied: NO_PRIVILEGE,
    attempt: async (attempt) => {
      const armed = await attacker(attempt.who);
      return tryOnce(armed.client, armed, logins.admin, attempt);
    },
    async control({ control, ...attempt }) {
      const trier = await once("", logins.newAdminSession);
      // Prepared as the attacker, then tried with the admin's rights.
      if (!control) return tryOnce((await attacker(attempt.who)).client, trier, logins.admin, attempt);
      const { who } = control;
      return tryOnce(logins.admin, who === undefined ? trier : await attacker(who), logins.admin, control);
    },
    async isTrue(query) {
      const [row = {}] = await logins.admin.query(query);
      return Object.values(row)[0] === true;
    },
  };
  const disarm = async () => {
    const sessions = await Promise.allSettled(open.values());
    for (const session of sessions) if (session.status === "fulfilled") await session.value.client.end();
  };
  return { runner, disarm };
}

/** @param preparer whose session makes what the statement needs */
async function tryOnce(
  preparer: Client,
  { client, home }: Armed,
  admin: Client,
  { prepare = [], sql, undo = [], tidy = [] }: Control,
): Promise<Outcome> {
  try {
    for (const statement of prepare) await preparer.query(statement);
    const outcome = await outcomeOf(client.query(sql));
    if (outcome.allowed) {
      await goHome(client, home);
      for (const statement of undo) await admin.query(statement);
    }
    return outcome;
  } finally {
    for (const statement of tidy) await admin.query(statement);
  }
}
