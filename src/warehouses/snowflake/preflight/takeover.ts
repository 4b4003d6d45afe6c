/**
 * What would stay as it is when a schema that is there already becomes the plan's, and break the plan: the rights of
 * roles outside the plan on it, in it and on what will be made in it, and what stands in the way of managed access.
 *
 * Guarded schemas (production's and CI's) are looked at every time, each with two statements. What is about to be taken
 * over is looked at once, through the account's other roles: two statements each, however many schemas there are. The
 * answers come from SHOW, which needs no warehouse and with MANAGE GRANTS hides nothing ("SHOW GRANTS", "SHOW ROLES");
 * the views of INFORMATION_SCHEMA need one and do hide (behavior change 2416).
 */

import { isLeft } from "../lifecycle/left";
import { exactly, identifier } from "../quote";
import type { Session } from "../session";
import type { TakenSchema } from "./foundSchemas";
import {
  type GrantGroup,
  type GrantRow,
  groupGrants,
  handover,
  isInherited,
  isPublic,
  plural,
  readGrant,
  revocation,
} from "./grantRows";
import { namesOf } from "./listing";
import { objectProblems } from "./objectGrants";
import type { TrustedGrantees } from "./trustedGrantees";

/** @returns what is in the way, each with the statement that mends it; nothing is changed */
export async function takeoverProblems(
  session: Session,
  database: string,
  schemas: readonly TakenSchema[],
  trustedGrantees: TrustedGrantees,
): Promise<string[]> {
  const problems: string[] = [];
  for (const schema of schemas) {
    problems.push(...ownerProblems(database, schema, trustedGrantees));
    if (schema.guarded) problems.push(...(await guardedProblems(session, database, schema, trustedGrantees)));
  }
  const unsettled = schemas.filter(({ settled }) => !settled);
  if (unsettled.length > 0) problems.push(...(await rolesProblems(session, database, unsettled, trustedGrantees)));
  return [...new Set(problems)];
}

/** The deploying role changes and gives away what is its own or below it, not what is anybody's. */
function ownerProblems(
  database: string,
  { name, owner, settled }: TakenSchema,
  { role, acceptedOwners }: TrustedGrantees,
): string[] {
  if (settled || acceptedOwners.has(owner) || isLeft(owner)) return [];
  return [`schema \`${name}\` belongs to \`${owner}\`: ${handover(`SCHEMA ${identifier(database, name)}`, role)}`];
}

/** Whoever holds these: the plan gives nobody more than USAGE on a guarded schema. */
async function guardedProblems(
  session: Session,
  database: string,
  schema: TakenSchema,
  trustedGrantees: TrustedGrantees,
): Promise<string[]> {
  const place = identifier(database, schema.name);
  const rows = await session.query(`SHOW GRANTS ON SCHEMA ${place}`);
  const grants = rows
    .filter((row) => !isInherited(row))
    .map(readGrant)
    // The owner shows with OWNERSHIP and, of a managed schema, with MANAGE GRANTS (behavior change 1397).
    .filter(({ grantee }) => grantee.name !== schema.owner && !isPublic(grantee))
    .filter(({ privilege, grantee }) =>
      privilege === "USAGE" ? trustedGrantees.isOutside(grantee) : !trustedGrantees.isAdministrator(grantee),
    );
  const future = (await session.query(`SHOW FUTURE GRANTS IN SCHEMA ${place}`)).map(readGrant);
  return [
    ...groupGrants(grants).map((group) => schemaProblem(schema, group, place)),
    ...futureProblems(database, schema, future, trustedGrantees),
  ];
}

function schemaProblem({ name }: TakenSchema, group: GrantGroup, place: string): string {
  const held = group.privileges.join(", ");
  return `\`${group.grantee.name}\` has ${held} on schema \`${name}\`: ${revocation(group, `SCHEMA ${place}`)}`;
}

/**
 * Future grants of a schema: all of them where it has yet to get managed access ("ALTER SCHEMA", usage notes), else
 * those of roles outside the plan, and a future owner, who would stand in the new one's way ("GRANT <privileges>", future
 * grants).
 */
function futureProblems(
  database: string,
  schema: TakenSchema,
  future: readonly GrantRow[],
  trustedGrantees: TrustedGrantees,
): string[] {
  const isConverted = schema.guarded && !schema.managed;
  const isWrong = ({ privilege, grantee }: GrantRow) =>
    isConverted || privilege === "OWNERSHIP" || trustedGrantees.isOutside(grantee);
  return groupGrants(future.filter(isWrong)).map((group) => {
    const [name, held, kinds] = [group.grantee.name, group.privileges.join(", "), plural(group.on)];
    const revoke = revocation(group, `FUTURE ${kinds} IN SCHEMA ${identifier(database, schema.name)}`);
    const what = `\`${name}\` gets ${held} on future ${kinds.toLowerCase()} in \`${schema.name}\``;
    return trustedGrantees.isOutside(group.grantee) || !isConverted
      ? `${what}: ${revoke}`
      : `${what}, which has lost its managed access (\`pulumi up --refresh\` gives back both): ${revoke}`;
  });
}

/** The role that gets what is in a schema when it is taken over: its owner, if accepted; else the deploying role. */
function acceptedOwnerOf(owner: string | undefined, { role, acceptedOwners }: TrustedGrantees): string {
  return owner !== undefined && acceptedOwners.has(owner) ? owner : role;
}

/** What every role outside the plan has on and in schemas that are about to be taken over. */
async function rolesProblems(
  session: Session,
  database: string,
  schemas: readonly TakenSchema[],
  trustedGrantees: TrustedGrantees,
): Promise<string[]> {
  const byName = new Map(schemas.map((schema) => [schema.name, schema]));
  const schemaOf = ({ path }: GrantRow) => (path[0] === database ? byName.get(path[1] ?? "") : undefined);
  const others = [...(await namesOf(session, "SHOW ROLES"))].filter((name) =>
    trustedGrantees.isOutside({ kind: "ROLE", name }),
  );
  const problems: string[] = [];
  for (const role of others) {
    // What PUBLIC has is looked up, and reported, by databaseGrants.ts.
    const rows = role === "PUBLIC" ? [] : await session.query(`SHOW GRANTS TO ROLE ${exactly(role)}`);
    const grants = rows
      .filter((row) => !isInherited(row))
      .map(readGrant)
      // What is there of somebody who left comes back by `one-env adopt`.
      .filter((grant) => schemaOf(grant) && !(isLeft(role) && grant.privilege === "OWNERSHIP"));
    const future = (await session.query(`SHOW FUTURE GRANTS TO ROLE ${exactly(role)}`)).map(readGrant);
    problems.push(
      ...onSchemas(database, grants, byName),
      ...objectProblems(database, grants, (schema) => acceptedOwnerOf(byName.get(schema)?.owner, trustedGrantees)),
      ...schemas.flatMap((schema) =>
        futureProblems(
          database,
          schema,
          future.filter((grant) => schemaOf(grant) === schema),
          trustedGrantees,
        ),
      ),
    );
  }
  return problems;
}

function onSchemas(database: string, grants: readonly GrantRow[], schemas: ReadonlyMap<string, TakenSchema>): string[] {
  const held = grants.filter(({ on, privilege }) => on === "SCHEMA" && privilege !== "OWNERSHIP");
  return groupGrants(held).flatMap((group) => {
    const schema = schemas.get(group.path[1] ?? "");
    return schema ? [schemaProblem(schema, group, identifier(database, schema.name))] : [];
  });
}
