import type { Client } from "pg";
import { type AttackRunner, type Attempt, attackAll, runScriptedAttacks } from "../../../../proof/attacks";
import type { Outcome } from "../../../../proof/statement";
import { addVerdicts, type Verdict } from "../../../../proof/verdict";
import { identifier } from "../../quote";
import type { Logins } from "../logins";
import { DENIED, Session } from "../session";
import type { AttackContext, PostgresqlAttack, PostgresqlScriptedAttack } from "./attack";
import { CI_ATTACKS, SCRIPTED_CI_ATTACKS } from "./ci";
import { SCRIPTED_CODE_ATTACKS } from "./code";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, SCRIPTED_ROLE_ATTACKS } from "./roles";
import { SCRIPTED_UNBLOCK_ATTACKS, UNBLOCK_ATTACKS } from "./unblock";

const ATTACKS: readonly PostgresqlAttack[] = [...ROLE_ATTACKS, ...OBJECT_ATTACKS, ...CI_ATTACKS, ...UNBLOCK_ATTACKS];
const SCRIPTED_ATTACKS: readonly PostgresqlScriptedAttack[] = [
  ...SCRIPTED_ROLE_ATTACKS,
  ...SCRIPTED_CODE_ATTACKS,
  ...SCRIPTED_CI_ATTACKS,
  ...SCRIPTED_UNBLOCK_ATTACKS,
];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = [...ATTACKS, ...SCRIPTED_ATTACKS];

/** Tries all of them. */
export async function attack(context: AttackContext, onProgress: (name: string) => void): Promise<Verdict> {
  const { runner, disarm } = armsOf(context.logins);
  const repelled = await attackAll(ATTACKS, context, runner, onProgress).finally(disarm);
  return addVerdicts([repelled, await runScriptedAttacks(SCRIPTED_ATTACKS, context, onProgress)]);
}

/** One session each for all attacks: logging in costs more than what is tried then. */
function armsOf(logins: Logins): { runner: AttackRunner; disarm: () => Promise<void> } {
  const open = new Map<string, Promise<Client>>();
  const once = (key: string, login: () => Promise<Client>) => {
    const session = open.get(key) ?? login();
    open.set(key, session);
    return session;
  };
  const admin = () => once("", logins.superuser);
  const runner: AttackRunner = {
    denied: DENIED,
    attempt: async (attempt) => tryOnce(await once(attempt.who, () => logins.login(attempt.who)), attempt),
    async control({ who, prepare = [], sql, control }) {
      if (control?.who !== undefined) return runner.attempt({ ...control, who: control.who });
      if (control) return tryOnce(await admin(), control);
      // Prepared as the attacker, then tried with the superuser's rights.
      const prepared = [`set local role ${identifier(who)}`, ...prepare, "reset role"];
      return tryOnce(await admin(), { prepare: prepare.length === 0 ? [] : prepared, sql });
    },
    async isTrue(query) {
      const { rows } = await (await admin()).query(query);
      return Object.values(rows[0])[0] === true;
    },
  };
  const disarm = async () => {
    const sessions = await Promise.allSettled(open.values());
    for (const session of sessions) if (session.status === "fulfilled") await session.value.end();
  };
  return { runner, disarm };
}

async function tryOnce(client: Client, { prepare = [], sql }: Pick<Attempt, "prepare" | "sql">): Promise<Outcome> {
  const session = await Session.begin(client, prepare);
  const outcome = await session.attempt({ sql });
  await session.end();
  return outcome;
}
