import { type Arms, attackAll, type Control, raidAll } from "../../../../proof/attacks";
import { type Outcome, outcomeOf } from "../../../../proof/statement";
import { addVerdicts, type Verdict } from "../../../../proof/verdict";
import type { Client } from "../client";
import type { Doors } from "../logins";
import { SPENT_QUOTA } from "../quota";
import { goHome, type Home, homeOf, NO_PRIVILEGE } from "../session";
import type { Field, SnowflakeAttack, SnowflakeRaid } from "./attack";
import { CI_ATTACKS } from "./ci";
import { CI_RAIDS } from "./ciRaids";
import { CODE_RAIDS } from "./code";
import { DATA_ATTACKS, DATA_RAIDS } from "./data";
import { GRANT_ATTACKS, GRANT_RAIDS } from "./grants";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, ROLE_RAIDS } from "./roles";
import { WAREHOUSE_ATTACKS } from "./warehouses";

const ATTACKS: readonly SnowflakeAttack[] = [
  ...ROLE_ATTACKS,
  ...GRANT_ATTACKS,
  ...OBJECT_ATTACKS,
  ...DATA_ATTACKS,
  ...WAREHOUSE_ATTACKS,
  ...CI_ATTACKS,
];
const RAIDS: readonly SnowflakeRaid[] = [...ROLE_RAIDS, ...GRANT_RAIDS, ...CODE_RAIDS, ...DATA_RAIDS];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = [
  SPENT_QUOTA,
  ...RAIDS,
  ...ATTACKS,
  ...CI_RAIDS,
];

/**
 * Tries all of them. Raids come first: an attack's control grants and revokes, and would take away what somebody granted
 * by hand. CI's come last: they end the runs.
 */
export async function attack(field: Field, onProgress: (name: string) => void): Promise<Verdict> {
  const { arms, disarm } = armsOf(field.doors);
  return addVerdicts(
    await raidAll(RAIDS, field, onProgress),
    await attackAll(ATTACKS, field, arms, onProgress).finally(disarm),
    await raidAll(CI_RAIDS, field, onProgress),
  );
}

/** A session, and where it stands when nothing has been tried in it. */
interface Armed {
  readonly client: Client;
  readonly home: Home;
}

/** One session each for all attacks: logging in costs more than what is tried then. */
function armsOf(doors: Doors): { arms: Arms; disarm: () => Promise<void> } {
  const open = new Map<string, Promise<Armed>>();
  const once = (key: string, login: () => Promise<Client>) => {
    const session = open.get(key) ?? login().then(async (client) => ({ client, home: await homeOf(client) }));
    open.set(key, session);
    return session;
  };
  const attacker = (who: string) => once(who, () => doors.login(who));
  const arms: Arms = {
    denied: NO_PRIVILEGE,
    attempt: async (attempt) => {
      const armed = await attacker(attempt.who);
      return tryOnce(armed.client, armed, doors.master, attempt);
    },
    async control({ control, ...attempt }) {
      const admin = await once("", doors.loginAsAdmin);
      // Prepared as the attacker, then tried with the admin's rights.
      if (!control) return tryOnce((await attacker(attempt.who)).client, admin, doors.master, attempt);
      const { who } = control;
      return tryOnce(doors.master, who === undefined ? admin : await attacker(who), doors.master, control);
    },
    async isTrue(query) {
      const [row = {}] = await doors.master.query(query);
      return Object.values(row)[0] === true;
    },
  };
  const disarm = async () => {
    const sessions = await Promise.allSettled(open.values());
    for (const session of sessions) if (session.status === "fulfilled") await session.value.client.end();
  };
  return { arms, disarm };
}

/** @param preparer whose session makes what the statement needs */
async function tryOnce(
  preparer: Client,
  { client, home }: Armed,
  master: Client,
  { prepare = [], sql, undo = [], tidy = [] }: Control,
): Promise<Outcome> {
  try {
    for (const statement of prepare) await preparer.query(statement);
    const outcome = await outcomeOf(client.query(sql));
    if (outcome.allowed) {
      await goHome(client, home);
      for (const statement of undo) await master.query(statement);
    }
    return outcome;
  } finally {
    for (const statement of tidy) await master.query(statement);
  }
}
