import type { AccessPlan } from "../../../access/plan";
import type { Session } from "../session";
import type { Settings } from "../settings";

/** What a deployment should be told about its keys; nothing of it stands in the way. */
export function keyWarnings({ identities }: AccessPlan, { publicKeys, people }: Settings): string[] {
  const isDeclared = (name: string) =>
    identities.some((identity) => identity.name === name && !(people === "external" && identity.duty === "developer"));
  const keyless = identities.filter(({ name, duty }) => duty !== "developer" && publicKeys[name] === undefined);
  const idle = Object.keys(publicKeys).filter((name) => !isDeclared(name));
  return [
    ...keyless.map(
      ({ name }) =>
        `service \`${name}\` cannot log in: config \`one-environment:publicKeys.${name}\` has no key for it`,
    ),
    ...idle.map(
      (name) =>
        `config \`one-environment:publicKeys.${name}\` is of no use: this deployment makes no user of that name`,
    ),
  ];
}

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
