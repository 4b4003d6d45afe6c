import type { AccessPlan, Identity } from "../../../access/plan";
import { DUTY_ROLES } from "../../../names";
import { describeOutcome, type Outcome, outcomeOf } from "../../../proof/statement";
import { addVerdicts, faulty, NOTHING_PROVEN, type Verdict } from "../../../proof/verdict";
import { identifier, snowflakeName } from "../quote";
import type { Client } from "./client";
import type { Logins } from "./logins";

/** What every duty may spend in a rehearsal: a monitor without a quota would watch nothing. */
export const CREDIT_QUOTA = 100;

/** For the documentation, and the verdict that it did not get through. */
export const SPENT_QUOTA = {
  name: "spent quota",
  wants: "production to stand still because developers have spent their credits, or to spend more than one has",
};

/** A warehouse that its resource monitor has suspended. */
const SUSPENDED = "090073";

/**
 * Whom a spent quota stops: those of its duty, and nobody else; for production's nobody, since it only notifies. Where
 * credits cannot be spent at will nothing is tried.
 */
export async function proveQuotas({ identities }: AccessPlan, logins: Logins): Promise<Verdict> {
  const { spend, database } = logins;
  if (!spend) return NOTHING_PROVEN;
  const sessions: [Identity, Client][] = [];
  try {
    for (const identity of identities) sessions.push([identity, await logins.login(identity.name)]);
    const query = `select count(*) from ${identifier(database, "information_schema", "schemata")}`;
    const verdicts: Verdict[] = [];
    for (const duty of [undefined, ...new Set(identities.map((identity) => identity.duty))]) {
      const credits = (count: number) => duty && spend(snowflakeName(DUTY_ROLES[duty]), count);
      credits(CREDIT_QUOTA);
      for (const [identity, client] of sessions) {
        verdicts.push(judge(identity, duty, await outcomeOf(client.query(query)), query));
      }
      credits(-CREDIT_QUOTA);
    }
    const proof = addVerdicts(verdicts);
    return { ...proof, repelled: proof.faults.length === 0 ? [SPENT_QUOTA.name] : [] };
  } finally {
    for (const [, client] of sessions) await client.end();
  }
}

/** @param spent the duty whose quota is used up; undefined in the positive control, where none is */
function judge({ name, duty, because }: Identity, spent: Identity["duty"] | undefined, got: Outcome, sql: string) {
  const isStopped = spent === duty && duty !== "prod";
  if (isStopped ? got.code === SUSPENDED : got.allowed)
    return { ...NOTHING_PROVEN, ...(isStopped ? { denied: 1 } : { allowed: 1 }) };
  return faulty({
    subject: spent ? `${name} computes while the quota of ${spent} is spent` : `${name} computes`,
    expected: isStopped ? SUSPENDED : "ALLOWED",
    got: describeOutcome(got),
    sql,
    reasons: [{ text: `\`${name}\` has the duty ${duty}`, because }],
  });
}
