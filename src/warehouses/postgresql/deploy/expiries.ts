import type { Client } from "pg";
import type { AccessPlan } from "../../../access/plan";

/** First day without access (`YYYY-MM-DD`, UTC) → its first moment, as the server prints it. */
export type Expiries = ReadonlyMap<string, string>;

/**
 * Asks the server how it prints the moments at which logins of the plan end: in its own time zone. The provider compares
 * texts, so any other spelling of the same moment would be a change for ever.
 */
export async function readExpiries(client: Client, { identities }: AccessPlan): Promise<Expiries> {
  const days = new Set(identities.flatMap(({ expires }) => expires ?? []));
  if (days.size === 0) return new Map();
  // The provider's driver asks for this style; it takes the time zone as it is.
  await client.query("set datestyle to 'ISO, MDY'");
  const { rows } = await client.query<{ day: string; printed: string }>(
    "select day, (day::timestamp at time zone 'UTC')::text as printed from unnest($1::text[]) as day",
    [[...days]],
  );
  return new Map(rows.map(({ day, printed }) => [day, printed]));
}
