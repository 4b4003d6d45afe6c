import type { Session } from "../session";

const BUNDLE = "2026_07";

/**
 * Whether an owner may still give code to PROD that then runs with PROD's rights: until behavior change 2395 is on. It is
 * a matter of the whole account, so nothing is refused.
 *
 * @returns warnings
 */
export async function behaviorChangeWarnings(session: Session): Promise<string[]> {
  const risk =
    "an owner may give a procedure to PROD, and it then runs with PROD's rights when somebody calls it (behavior change 2395)";
  try {
    const [row] = await session.query(`SELECT SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS('${BUNDLE}') AS "STATUS"`);
    // ENABLED, or RELEASED once it is everybody's.
    return row?.STATUS === "DISABLED"
      ? [`${risk}: SELECT SYSTEM$ENABLE_BEHAVIOR_CHANGE_BUNDLE('${BUNDLE}') as ACCOUNTADMIN ends that`]
      : [];
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown };
    return [`bundle ${BUNDLE} does not tell whether it is on: ${message.trim()} (${code}). Until it is, ${risk}`];
  }
}
