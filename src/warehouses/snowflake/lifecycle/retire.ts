import { type GrantRow, groupGrants, plural, readGrant, revocation } from "../preflight/grantRows";
import { exactly } from "../quote";
import type { Session } from "../session";
import { ifThere, otherMemberships } from "./endAccess";
import { leftRole } from "./left";

/**
 * Drops a role as a role that may do nothing: what it owned, of every kind, goes to "the role that executes the DROP ROLE
 * command" (DROP ROLE, usage notes). That must never be the deploying one, with whose rights the leaver's procedures and
 * views would run from then on. The grants that name the role as grantee or as grantor end with it, and so does its use
 * in open sessions.
 *
 * The engine, which comes next, finds no role to drop. What has failed half-way is finished by the next deployment.
 *
 * @param name of a role that nobody has any more
 * @param parentRole keeps what is left in the reach of administrators
 */
export async function retire(session: Session, name: string, parentRole: string): Promise<void> {
  const left = leftRole(name);
  if (await exists(session, name)) {
    await session.query(`CREATE ROLE IF NOT EXISTS ${exactly(left)}`);
    await session.query(`GRANT ROLE ${exactly(left)} TO ROLE ${exactly(parentRole)}`);
    for (const sql of await futureGrantsTo(session, name)) await session.query(sql);
    await session.query(`GRANT OWNERSHIP ON ROLE ${exactly(name)} TO ROLE ${exactly(left)} COPY CURRENT GRANTS`);
    await dropAs(session, left, name);
  }
  if (await exists(session, left)) await close(session, left, parentRole);
}

async function exists(session: Session, role: string): Promise<boolean> {
  return (await ifThere(session.query(`SHOW GRANTS OF ROLE ${exactly(role)}`))) !== undefined;
}

/** A role that has some can only be dropped with MANAGE GRANTS ("DROP ROLE", usage notes). */
async function futureGrantsTo(session: Session, role: string): Promise<string[]> {
  const grants = (await session.query(`SHOW FUTURE GRANTS TO ROLE ${exactly(role)}`)).map(readGrant);
  return groupGrants(grants).map((group) => {
    const container = group.path.slice(0, -1);
    const kind = container.length === 1 ? "DATABASE" : "SCHEMA";
    return revocation(group, `FUTURE ${plural(group.on)} IN ${kind} ${exactly(...container)}`);
  });
}

async function dropAs(session: Session, left: string, role: string): Promise<void> {
  const [row] = await session.query('SELECT CURRENT_ROLE() AS "ROLE"');
  await session.query(`USE ROLE ${exactly(left)}`);
  try {
    await session.query(`DROP ROLE ${exactly(role)}`);
  } finally {
    await session.query(`USE ROLE ${exactly(String(row?.ROLE))}`);
  }
}

/**
 * Nobody may anything in the schemas of who has left: what others have passed on of it did not end with the role. And the
 * role that keeps them may nothing else; one that has nothing to keep goes.
 */
async function close(session: Session, left: string, parentRole: string): Promise<void> {
  for (const sql of await otherMemberships(session, left, parentRole)) await session.query(sql);
  const held = (await session.query(`SHOW GRANTS TO ROLE ${exactly(left)}`)).map(readGrant);
  const owned = held.filter(isOwnership);
  for (const { path } of owned.filter(({ on }) => on === "SCHEMA")) {
    const place = `SCHEMA ${exactly(...path)}`;
    const grants = (await session.query(`SHOW GRANTS ON ${place}`)).map(readGrant);
    const others = grants.filter((grant) => !isOwnership(grant) && grant.grantee.name !== left);
    for (const group of groupGrants(others)) await session.query(`${revocation(group, place)} CASCADE`);
  }
  if (owned.length === 0) await session.query(`DROP ROLE ${exactly(left)}`);
}

function isOwnership({ privilege }: GrantRow): boolean {
  return privilege === "OWNERSHIP";
}
