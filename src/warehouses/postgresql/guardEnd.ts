/** Ends a session in one of the ways that there are: as somebody who may, by production's function, or by joining its role. */
import { type Client, DatabaseError } from "pg";
import type { DatedAccess } from "../../access/dated";
import type { Offender, Outcome } from "../../guard/guard";
import { UNBLOCK_SCHEMA } from "../../names";
import { adminOf, OPTIONS_OF_MEMBERSHIPS } from "./admin";
import { identifier } from "./quote";
import { readSql } from "./readSql";

/** Whose members may end the sessions of all but superusers. */
export const SIGNALS = "pg_signal_backend";

/** Not allowed to; or not without waiting for somebody who is changing the role. */
const REFUSALS = ["42501", "55P03"];

/** How a session is ended; no row where it is not the one that was found any more. */
type Way = () => Promise<{ rows: { ended: boolean }[] }>;

/** @param unblocks whether production's function is there for the guard */
export async function endSession(
  client: Client,
  access: DatedAccess,
  offender: Offender,
  unblocks: boolean,
): Promise<Outcome> {
  const { session, who, blocks, since } = offender;
  const terminate: Way = () => client.query(readSql("guardEnd"), [session, who, since]);
  const unblock: Way = () => client.query(`select true as ended where ${UNBLOCK_SCHEMA}.end_blocker($1)`, [session]);
  const ways = [terminate, ...(unblocks && blocks.length > 0 ? [unblock] : []), () => joined(client, who, terminate)];
  for (const way of ways) {
    try {
      const { rows } = await way();
      if (rows[0]?.ended === false) return { kind: "refused", reason: "it has not reacted in 5s", able: [] };
      return { kind: rows.length === 0 ? "over" : "ended" };
    } catch (error) {
      if (!(error instanceof DatabaseError && REFUSALS.includes(error.code ?? ""))) throw error;
    }
  }
  const { user } = await adminOf(client);
  const services = access.paths.plan.identities.filter(({ duty }) => duty === "prod" && blocks.length > 0);
  const { rows } = await client.query<{ name: string }>(readSql("guardAble"), [who]);
  const able = [...rows, ...services].map(({ name }) => name).sort();
  return { kind: "refused", reason: `\`${user}\` may not end sessions of \`${who}\``, able };
}

/** Whoever shares a session's role may end it. The membership is rolled back in any case, and a signal is not. */
async function joined(client: Client, who: string, terminate: Way): ReturnType<Way> {
  const { version } = await adminOf(client);
  const options = version >= OPTIONS_OF_MEMBERSHIPS ? " with inherit true" : "";
  await client.query("begin; set local lock_timeout = '5s'");
  try {
    await client.query(`grant ${identifier(who)} to current_user${options}`);
    return await terminate();
  } finally {
    await client.query("rollback");
  }
}
