import type { Client } from "pg";
import { type Arms, type Attempt, attackAll, raidAll } from "../../../../proof/attacks";
import type { Outcome } from "../../../../proof/statement";
import { addVerdicts, type Verdict } from "../../../../proof/verdict";
import { identifier } from "../../quote";
import type { Doors } from "../logins";
import { DENIED, Session } from "../session";
import type { Field, PostgresqlAttack, PostgresqlRaid } from "./attack";
import { CI_ATTACKS, CI_RAIDS } from "./ci";
import { CODE_RAIDS } from "./code";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, ROLE_RAIDS } from "./roles";
import { UNBLOCK_ATTACKS, UNBLOCK_RAIDS } from "./unblock";

const ATTACKS: readonly PostgresqlAttack[] = [...ROLE_ATTACKS, ...OBJECT_ATTACKS, ...CI_ATTACKS, ...UNBLOCK_ATTACKS];
const RAIDS: readonly PostgresqlRaid[] = [...ROLE_RAIDS, ...CODE_RAIDS, ...CI_RAIDS, ...UNBLOCK_RAIDS];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = [...ATTACKS, ...RAIDS];

/** Tries all of them. */
export async function attack(field: Field, onProgress: (name: string) => void): Promise<Verdict> {
  const { arms, disarm } = armsOf(field.doors);
  const repelled = await attackAll(ATTACKS, field, arms, onProgress).finally(disarm);
  return addVerdicts(repelled, await raidAll(RAIDS, field, onProgress));
}

/** One session each for all attacks: logging in costs more than what is tried then. */
function armsOf(doors: Doors): { arms: Arms; disarm: () => Promise<void> } {
  const open = new Map<string, Promise<Client>>();
  const once = (key: string, login: () => Promise<Client>) => {
    const session = open.get(key) ?? login();
    open.set(key, session);
    return session;
  };
  const master = () => once("", doors.superuser);
  const arms: Arms = {
    denied: DENIED,
    attempt: async (attempt) => tryOnce(await once(attempt.who, () => doors.login(attempt.who)), attempt),
    async control({ who, prepare = [], sql, control }) {
      if (control?.who !== undefined) return arms.attempt({ ...control, who: control.who });
      if (control) return tryOnce(await master(), control);
      // Prepared as the attacker, then tried with the superuser's rights.
      const prepared = [`set local role ${identifier(who)}`, ...prepare, "reset role"];
      return tryOnce(await master(), { prepare: prepare.length === 0 ? [] : prepared, sql });
    },
    async isTrue(query) {
      const { rows } = await (await master()).query(query);
      return Object.values(rows[0])[0] === true;
    },
  };
  const disarm = async () => {
    const sessions = await Promise.allSettled(open.values());
    for (const session of sessions) if (session.status === "fulfilled") await session.value.end();
  };
  return { arms, disarm };
}

async function tryOnce(client: Client, { prepare = [], sql }: Pick<Attempt, "prepare" | "sql">): Promise<Outcome> {
  const session = await Session.begin(client, prepare);
  const outcome = await session.attempt({ sql });
  await session.end();
  return outcome;
}
