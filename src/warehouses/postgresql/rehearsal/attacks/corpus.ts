import { type AttackDialect, attackRunnerOn } from "../../../../proof/attackRunner";
import { attackAll, type Corpus } from "../../../../proof/attacks";
import type { TestSession } from "../../../../proof/session";
import type { Verdict } from "../../../../proof/verdict";
import { identifier } from "../../quote";
import type { Logins } from "../logins";
import { DENIED, Session, testSessionOf } from "../session";
import type { AttackContext } from "./attack";
import { CI_ATTACKS, SCRIPTED_CI_ATTACKS } from "./ci";
import { SCRIPTED_CODE_ATTACKS } from "./code";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, SCRIPTED_ROLE_ATTACKS } from "./roles";
import { SCRIPTED_UNBLOCK_ATTACKS, UNBLOCK_ATTACKS } from "./unblock";

const GROUPS: Corpus<AttackContext> = [
  [...ROLE_ATTACKS, ...OBJECT_ATTACKS, ...CI_ATTACKS, ...UNBLOCK_ATTACKS],
  [...SCRIPTED_ROLE_ATTACKS, ...SCRIPTED_CODE_ATTACKS, ...SCRIPTED_CI_ATTACKS, ...SCRIPTED_UNBLOCK_ATTACKS],
];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = GROUPS.flat();

/** Tries all of them. */
export async function attack(context: AttackContext, onProgress: (name: string) => void): Promise<Verdict> {
  const runner = () => attackRunnerOn(dialectOf(context.logins));
  return attackAll(GROUPS, context, runner, onProgress);
}

function dialectOf(logins: Logins): AttackDialect<TestSession> {
  return {
    denied: DENIED,
    login: async (identity) => testSessionOf(await logins.login(identity)),
    loginAsAdmin: async () => testSessionOf(await logins.superuser()),
    async tryOnce({ prepare = [], sql }, trier, { who = trier.who }) {
      // Prepared as the attacker, then tried with the superuser's rights.
      const prepared =
        who === undefined || who === trier.who || prepare.length === 0
          ? prepare
          : [`set local role ${identifier(who)}`, ...prepare, "reset role"];
      const session = await Session.begin(trier.session, prepared);
      const outcome = await session.attempt({ sql });
      await session.end();
      return outcome;
    },
  };
}
