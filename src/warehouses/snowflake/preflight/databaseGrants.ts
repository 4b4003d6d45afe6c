/** Grants on the whole database, or to everybody, that no plan of ours contains. */

import { exactly, identifier } from "../quote";
import type { Session } from "../session";
import { groupGrants, handover, isInherited, isPublic, plural, readGrant, revocation } from "./grantRows";
import { objectProblems } from "./objectGrants";
import type { TrustedGrantees } from "./trustedGrantees";

/** What everybody in the account has in the database. */
export async function grantsToEverybody(
  session: Session,
  database: string,
  { role }: TrustedGrantees,
): Promise<string[]> {
  const rows = await session.query('SHOW GRANTS TO ROLE "PUBLIC"');
  const grants = rows.map(readGrant).filter(({ path }) => path[0] === database);
  const onContainers = groupGrants(grants.filter(({ on }) => on === "DATABASE" || on === "SCHEMA"));
  return [
    ...onContainers.map((group) => {
      const place = `${group.on} ${exactly(...group.path)}`;
      const mend = group.privileges.includes("OWNERSHIP") ? handover(place, role) : revocation(group, place);
      return `everybody has ${group.privileges.join(", ")} on ${group.on.toLowerCase()} \`${group.path.join(".")}\`: ${mend}`;
    }),
    ...objectProblems(database, grants, () => role),
  ];
}

/** On the whole database: they would open personal schemas, or be hidden by ours where we have one of the same kind. */
export async function futureGrants(session: Session, database: string): Promise<string[]> {
  const rows = await session.query(`SHOW FUTURE GRANTS IN DATABASE ${identifier(database)}`);
  return groupGrants(rows.map(readGrant)).map((group) => {
    const [privileges, kinds] = [group.privileges.join(", "), plural(group.on)];
    const where = `FUTURE ${kinds} IN DATABASE ${identifier(database)}`;
    return `\`${group.grantee.name}\` gets ${privileges} on every future one of the database's ${kinds.toLowerCase()}: ${revocation(group, where)}`;
  });
}

/** With these somebody else could make schemas under any name, open the ones that are there, or drop them all. */
const RULING = ["CREATE SCHEMA", "MANAGE GRANTS", "OWNERSHIP"];

/** Who holds more than USAGE on the database, besides those who deploy: nobody else needs more. */
export async function databaseAdmins(
  session: Session,
  database: string,
  { role, isAdministrator }: TrustedGrantees,
): Promise<string[]> {
  const rows = await session.query(`SHOW GRANTS ON DATABASE ${identifier(database)}`);
  const grants = rows
    .filter((row) => !isInherited(row))
    .map(readGrant)
    .filter(({ privilege, grantee }) => RULING.includes(privilege) && !isAdministrator(grantee) && !isPublic(grantee));
  const place = `DATABASE ${identifier(database)}`;
  return groupGrants(grants).map((group) => {
    const { name } = group.grantee;
    // Who owns it has the rest by that.
    return group.privileges.includes("OWNERSHIP")
      ? `\`${name}\` owns the database: ${handover(place, role)}`
      : `\`${name}\` has ${group.privileges.join(", ")} on the database: ${revocation(group, place)}`;
  });
}
