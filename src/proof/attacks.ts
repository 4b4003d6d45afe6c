import type { AccessPlan, Identity, Schema } from "../access/plan";
import { PROD } from "../names";
import { describeOutcome, type Outcome } from "./statement";
import { addVerdicts, expectWorks, type Fault, faulty, NOTHING_PROVEN, type Verdict } from "./verdict";

/** Who attacks and what is attacked. */
export interface Parts {
  readonly plan: AccessPlan;
  /** Everybody who is no prod service. */
  readonly outsiders: readonly Identity[];
  readonly developers: readonly Identity[];
  readonly prodServices: readonly Identity[];
  readonly ciServices: readonly Identity[];
  /** A protected schema that is not the base schema; it holds the `after_*` objects. */
  readonly prodSchema: Schema;
  /** The run that each CI service has open. */
  readonly runs: ReadonlyMap<string, string>;
}

export function partsOf(plan: AccessPlan, runs: Parts["runs"]): Parts {
  const withDuty = (wanted: Identity["duty"]) => plan.identities.filter(({ duty }) => duty === wanted);
  const prodSchema = plan.schemas.find(({ name, kind }) => kind === "prod" && name !== PROD);
  if (!prodSchema) throw new Error("a roster without sources has no protected schema to attack");
  return {
    plan,
    outsiders: plan.identities.filter(({ duty }) => duty !== "prod"),
    developers: withDuty("developer"),
    prodServices: withDuty("prod"),
    ciServices: withDuty("ci"),
    prodSchema,
    runs,
  };
}

/** One thing tried in the course of an attack that must be refused with an exact code. */
export interface Attempt {
  readonly who: string;
  /** Statements that prepare it and must work. */
  readonly prepare?: readonly string[];
  readonly sql: string;
  /** What takes it back where a warehouse commits at once. */
  readonly undo?: readonly string[];
  /** What takes its preparation back there. */
  readonly tidy?: readonly string[];
  /** The code of a missing permission unless told otherwise. */
  readonly code?: string;
  /** A query that must give `true` afterwards, run by the admin: the effect an attacker wants is not there. */
  readonly unharmed?: string;
  /** Where the admin cannot execute the statement itself: what else proves that nothing but the permission is missing. */
  readonly control?: Control;
}

/** A statement of an attempt's form that must work: by somebody who may, or on something that may be spoilt. */
export interface Control extends Pick<Attempt, "prepare" | "sql" | "undo" | "tidy"> {
  /** The admin unless told otherwise. What goes before and after is the admin's where a warehouse commits at once. */
  readonly who?: string;
}

/** A named attack: everything its attempts try must be refused. */
export interface Attack<AttackContext extends Parts> {
  readonly name: string;
  readonly wants: string;
  /** No attempts: the roster has nobody who could be the attacker or the victim. */
  attempts(context: AttackContext): Attempt[];
}

/** An attack that takes more than refused statements: it returns what went wrong, or nothing. */
export interface ScriptedAttack<AttackContext extends Parts> {
  readonly name: string;
  readonly wants: string;
  /** `null`: the roster has nobody who could be the attacker or the victim. */
  run(context: AttackContext): Promise<string | undefined | null>;
}

/** Every attack on a warehouse, in the order in which they are tried. */
export type Corpus<AttackContext extends Parts> = readonly (readonly (
  | Attack<AttackContext>
  | ScriptedAttack<AttackContext>
)[])[];

/** How a warehouse lets attempts be made. */
export interface AttackRunner {
  /** The code of a missing permission. */
  readonly denied: string;
  /** Tries it as the attacker. */
  attempt(attempt: Attempt): Promise<Outcome>;
  /** Tries it with the rights of somebody who may do everything, on what the attacker has prepared. */
  control(attempt: Attempt): Promise<Outcome>;
  /** What a query with one boolean column says to the admin. */
  isTrue(query: string): Promise<boolean>;
  /** Ends its sessions. */
  close(): Promise<void>;
}

/**
 * Carries out attacks one after the other; one of refused statements is repelled when nothing that it tries succeeds.
 *
 * @param corpus in groups: the sessions of one are ended before the next
 * @param openRunner called for every group
 */
export async function attackAll<AttackContext extends Parts>(
  corpus: Corpus<AttackContext>,
  context: AttackContext,
  openRunner: () => AttackRunner,
  onProgress: (name: string) => void,
): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const group of corpus) {
    const runner = openRunner();
    try {
      for (const attack of group) {
        onProgress(attack.name);
        verdicts.push(
          await survive(attack, () =>
            "run" in attack ? runScripted(attack, context) : carryOut(attack, context, runner),
          ),
        );
      }
    } finally {
      await runner.close();
    }
  }
  return addVerdicts(verdicts);
}

/** An attack that cannot even be prepared, for want of a permission, is a fault too. */
async function survive({ name }: { name: string }, work: () => Promise<Verdict>): Promise<Verdict> {
  const { value = NOTHING_PROVEN, verdict } = await expectWorks(`attack: ${name} (preparing it)`, [], work);
  return addVerdicts([value, verdict]);
}

async function carryOut<AttackContext extends Parts>(
  attack: Attack<AttackContext>,
  context: AttackContext,
  runner: AttackRunner,
): Promise<Verdict> {
  const { name } = attack;
  const planned = attack.attempts(context);
  if (planned.length === 0) return NOTHING_PROVEN;
  const faults: Fault[] = [];
  for (const attempt of planned) {
    const outcome = await runner.attempt(attempt);
    faults.push(...judge(name, attempt, attempt.code ?? runner.denied, outcome));
  }
  faults.push(...(await controlAll(name, planned, runner)));
  return { ...NOTHING_PROVEN, repelled: faults.length === 0 ? [name] : [], faults };
}

async function runScripted<AttackContext extends Parts>(
  scriptedAttack: ScriptedAttack<AttackContext>,
  context: AttackContext,
): Promise<Verdict> {
  const wrong = await scriptedAttack.run(context);
  if (wrong === null) return NOTHING_PROVEN;
  if (wrong === undefined) return { ...NOTHING_PROVEN, repelled: [scriptedAttack.name] };
  return faulty({ subject: `attack: ${scriptedAttack.name}`, expected: "REPELLED", got: wrong });
}

function judge(name: string, attempt: Attempt, code: string, outcome: Outcome): Fault[] {
  if (!outcome.allowed && outcome.code === code) return [];
  return [faultOf(name, attempt, code, describeOutcome(outcome))];
}

/** Holds that what the attackers were refused works for somebody else, and that the effect they wanted is not there. */
async function controlAll(name: string, attempts: readonly Attempt[], runner: AttackRunner): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const attempt of attempts) {
    if (attempt.unharmed !== undefined && !(await runner.isTrue(attempt.unharmed)))
      faults.push(faultOf(name, attempt, "no effect", "an effect"));
  }
  const controls = new Map(attempts.map((attempt) => [controlKey(attempt), attempt]));
  for (const attempt of controls.values()) {
    const outcome = await runner.control(attempt);
    if (outcome.allowed) continue;
    const { who = "the admin", sql } = attempt.control ?? { sql: attempt.sql };
    const expected = `that it works for ${who} (positive control)`;
    faults.push({ ...faultOf(name, attempt, expected, describeOutcome(outcome)), sql });
  }
  return faults;
}

/** Equal for attempts that one control serves: the same statement, unless each attacker has prepared something for it. */
function controlKey({ who, prepare, sql, control }: Attempt): string {
  return JSON.stringify(control ?? { sql, ...(prepare === undefined ? {} : { who, prepare }) });
}

function faultOf(name: string, { who, sql }: Attempt, expected: string, got: string): Fault {
  return { subject: `attack: ${name}, by ${who}`, expected, got, sql, reasons: [] };
}
