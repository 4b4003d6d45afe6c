import { identifier } from "../quote";
import type { Session } from "../session";
import type { TakenSchema } from "./foundSchemas";
import { groupGrants, plural, readGrant, revocation } from "./grantRows";
import type { TrustedGrantees } from "./trustedGrantees";

const FEATURE = "FEATURE_RBAC_INHERITED_GRANTS";

/**
 * Grants on all that a container holds and ever will ("Managing access with inherited grants"), by anybody but us and to
 * anybody but an administrator: they go around managed access. Accounts have them only where they have asked for them.
 */
export async function inheritedGrants(
  session: Session,
  database: string,
  schemas: readonly TakenSchema[],
  { isAdministrator }: TrustedGrantees,
): Promise<string[]> {
  const [feature] = await session.query(`SHOW PARAMETERS LIKE '${FEATURE}' IN ACCOUNT`);
  if (feature?.value !== "ENABLED") return [];
  const problems: string[] = [];
  for (const [container, name] of containersOf(database, schemas)) {
    const grants = (await session.query(`SHOW INHERITED GRANTS IN ${container}`)).map(readGrant);
    const others = grants.filter(({ grantee }) => !isAdministrator(grantee));
    for (const group of groupGrants(others, () => [])) {
      const [held, kinds] = [group.privileges.join(", "), plural(group.on)];
      const revoke = revocation(group, `ALL ${kinds} IN ${container}`, "REVOKE INHERITED");
      problems.push(`\`${group.grantee.name}\` has ${held} on all ${kinds.toLowerCase()} in ${name}: ${revoke}`);
    }
  }
  return problems;
}

/** As SQL, and in words. A personal schema that is its owner's by now is theirs to share. */
function containersOf(database: string, schemas: readonly TakenSchema[]): [string, string][] {
  const watched = schemas.filter(({ guarded, settled }) => guarded || !settled);
  return [
    ["ACCOUNT", "the account"],
    [`DATABASE ${identifier(database)}`, "the database"],
    ...watched.map(({ name }): [string, string] => [`SCHEMA ${identifier(database, name)}`, `\`${name}\``]),
  ];
}
