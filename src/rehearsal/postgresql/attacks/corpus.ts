import type { Client } from "pg";
import { identifier } from "../../../warehouse/postgresql/quote";
import { addVerdicts, expectWorks, type Fault, faulty, NOTHING_PROVEN, type Verdict } from "../../verdict";
import { as, DENIED, type Outcome, Session } from "../session";
import type { Attack, Attempt, Field, Raid } from "./attack";
import { CI_ATTACKS, CI_RAIDS } from "./ci";
import { CODE_RAIDS } from "./code";
import { OBJECT_ATTACKS } from "./objects";
import { ROLE_ATTACKS, ROLE_RAIDS } from "./roles";

const RAIDS: readonly Raid[] = [...ROLE_RAIDS, ...CODE_RAIDS, ...CI_RAIDS];

/** Every named attack, for the documentation. */
export const CORPUS: readonly { readonly name: string; readonly wants: string }[] = [
  ...ROLE_ATTACKS,
  ...OBJECT_ATTACKS,
  ...CI_ATTACKS,
  ...RAIDS,
];

/** Tries all of them; an attack is repelled when nothing that it tries succeeds. */
export async function attack(field: Field, onProgress: (name: string) => void): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  const open = new Map<string, Promise<Client>>();
  // One session each for all attacks: logging in costs more than what is tried then.
  const sessionOf = (who: string) => {
    const session = open.get(who) ?? field.doors.login(who);
    open.set(who, session);
    return session;
  };
  try {
    for (const planned of [...ROLE_ATTACKS, ...OBJECT_ATTACKS, ...CI_ATTACKS]) {
      onProgress(planned.name);
      verdicts.push(await survive(planned, () => carryOut(planned, field, sessionOf)));
    }
  } finally {
    const sessions = await Promise.allSettled(open.values());
    for (const session of sessions) if (session.status === "fulfilled") await session.value.end();
  }
  for (const raid of RAIDS) {
    onProgress(raid.name);
    verdicts.push(await survive(raid, () => ride(raid, field)));
  }
  return addVerdicts(...verdicts);
}

/** An attack that cannot even be prepared, for want of a permission, is a fault too. */
async function survive({ name }: { name: string }, work: () => Promise<Verdict>): Promise<Verdict> {
  const { value = NOTHING_PROVEN, verdict } = await expectWorks(`attack: ${name} (preparing it)`, [], work);
  return addVerdicts(value, verdict);
}

async function carryOut(
  { name, attempts }: Attack,
  field: Field,
  sessionOf: (who: string) => Promise<Client>,
): Promise<Verdict> {
  const planned = attempts(field);
  if (planned.length === 0) return NOTHING_PROVEN;
  const faults: Fault[] = [];
  for (const attempt of planned) {
    const outcome = await tryOnce(await sessionOf(attempt.who), attempt);
    faults.push(...judge(name, attempt, attempt.code ?? DENIED, outcome));
  }
  await as(field.doors.superuser(), async (superuser) => {
    for (const attempt of planned) faults.push(...(await control(name, attempt, superuser)));
  });
  return { ...NOTHING_PROVEN, repelled: faults.length === 0 ? [name] : [], faults };
}

async function ride({ name, run }: Raid, field: Field): Promise<Verdict> {
  const wrong = await run(field);
  if (wrong === null) return NOTHING_PROVEN;
  if (wrong === undefined) return { ...NOTHING_PROVEN, repelled: [name] };
  return faulty({ subject: `attack: ${name}`, expected: "REPELLED", got: wrong });
}

async function tryOnce(client: Client, { prepare = [], sql }: Attempt): Promise<Outcome> {
  const session = await Session.begin(client, prepare);
  const outcome = await session.attempt({ sql });
  await session.end();
  return outcome;
}

/** What the attacker could not do, the superuser can; and what the attacker wanted is not there. */
async function control(name: string, attempt: Attempt, superuser: Client): Promise<Fault[]> {
  const { who, prepare = [], sql, unharmed } = attempt;
  if (unharmed !== undefined) {
    const { rows } = await superuser.query(unharmed);
    if (Object.values(rows[0])[0] !== true) return [faultOf(name, attempt, "no effect", "an effect")];
  }
  if (attempt.control === false) return [];
  // Prepared as the attacker, then tried with the superuser's rights.
  const prepared = [`set local role ${identifier(who)}`, ...prepare, "reset role"];
  const outcome = await tryOnce(superuser, { who, prepare: prepare.length === 0 ? [] : prepared, sql });
  if (outcome.allowed) return [];
  return [
    faultOf(name, attempt, "that it works for the superuser (positive control)", `${outcome.code}: ${outcome.message}`),
  ];
}

function judge(name: string, attempt: Attempt, code: string, outcome: Outcome): Fault[] {
  if (!outcome.allowed && outcome.code === code) return [];
  return [faultOf(name, attempt, code, outcome.allowed ? "ALLOWED" : `${outcome.code}: ${outcome.message}`)];
}

function faultOf(name: string, { who, sql }: Attempt, expected: string, got: string): Fault {
  return { subject: `attack: ${name}, by ${who}`, expected, got, sql, reasons: [] };
}
