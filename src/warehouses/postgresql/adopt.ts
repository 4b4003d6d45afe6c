import { type Client, DatabaseError } from "pg";
import { UserError } from "../../messages/userError";
import { PROD } from "../../names";
import type { Adopter, Adoption, AdoptionChoice, LeftAlone, OwnedSchema } from "../adoption";
import { type AdoptionStep, type GrantedThing, type GrantOrder, mendGrants } from "./adoptGrants";
import { grantableKinds, thingsOf } from "./kinds";
import { actFor, type Reach, reachOf } from "./reach";
import { readSql } from "./readSql";

/** What would make everything in some schemas their owner's, with the plan's grants and no others. */
export interface PostgresqlAdoption extends Adoption {
  readonly changes: readonly AdoptionStep[];
  /** Roles to act for while it is done. */
  readonly roles: readonly string[];
}

/** What is given only when somebody says so. */
interface Choice extends AdoptionChoice {
  /** Also what others' things depend on. */
  readonly includeUsed?: boolean;
}

/** Something in the owner's schemas that is another's. */
interface Thing {
  readonly name: string;
  readonly owner: string;
  readonly definer: boolean;
  /** What depends on it and lies elsewhere. */
  readonly usedBy: string | null;
  /** Of a view: what it reads in another schema that not everybody reads. */
  readonly restricted: string | null;
  readonly statement: string;
  readonly disarm: string;
}

/**
 * What would make everything in a role's schemas belong to the role and be open to its readers alone: for a warehouse
 * that was there before us, for what an admin restored or somebody moved, and for somebody who comes back.
 *
 * @param role owner of the schemas: a developer, or `prod`
 * @throws UserError when the roster is not deployed, or the login is not the deploying admin's
 */
export async function adoptionOf(
  client: Client,
  role: string,
  schemas: readonly OwnedSchema[],
  choice: Choice = {},
): Promise<PostgresqlAdoption> {
  await requireRoles(client, role, schemas);
  const { ready, left: absent } = await schemasOf(client, role, schemas);
  const names = ready.map(({ name }) => name);
  const things = await ask<Thing>(client, "adopt", [
    role,
    names,
    ready.filter(({ restricted }) => restricted).map(({ name }) => name),
  ]);
  const granted = await grantedThings(client, role, ready);
  const reach = await reachOf(client, [role, ...[...things, ...granted].map(({ owner }) => owner)]);

  const refused = new Map<string, string>();
  const gifts: AdoptionStep[] = [];
  for (const thing of things) {
    const reason = refusalOf(thing, role, reach, choice);
    if (reason === undefined) gifts.push({ sql: giftOf(thing, role, choice), objects: 1, byOwner: false });
    else refused.set(thing.name, reason);
  }
  const foreign = new Set(things.map(({ name }) => name));
  const orderOf = ({ decidedBy, owner }: GrantedThing): GrantOrder => {
    // What stays another's keeps its grants, but nobody keeps rights in production that nobody gave.
    if (refused.has(decidedBy))
      return { closes: role === PROD && isReachable(reach, owner), opens: false, byOwner: false };
    // People may open what is theirs; what comes to them comes closed.
    return { closes: role === PROD || foreign.has(decidedBy), opens: true, byOwner: true };
  };
  const changes = [...gifts, ...mendGrants(granted, orderOf)];
  const left = [...absent, ...[...refused].map(([what, reason]) => ({ what, reason }))];
  const owners = new Set([role, ...[...things, ...granted].map(({ owner }) => owner)]);
  return { changes, left, roles: [...owners].filter((name) => isReachable(reach, name)) };
}

/**
 * Does it in one transaction; the admin acts for the owners for as long as that takes.
 *
 * @returns what the database refused after all: the rest is done
 */
export async function adopt(
  client: Client,
  role: string,
  { changes, roles }: PostgresqlAdoption,
): Promise<LeftAlone[]> {
  const left: LeftAlone[] = [];
  await actFor(client, roles, async () => {
    for (const { sql, byOwner } of changes) {
      const act = byOwner ? `set local role ${client.escapeIdentifier(role)}; ` : "";
      try {
        await client.query(`savepoint change; ${act}${sql}; reset role; release savepoint change`);
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        await client.query("rollback to savepoint change; release savepoint change");
        left.push({ what: sql, reason: `${error.message} (${error.code})` });
      }
    }
  });
  return left;
}

/** The admin's session as `one-env adopt` and the rehearsal use it: every object has a statement, and all are one transaction. */
export function adopterOf(client: Client, choice: Choice): Adopter<PostgresqlAdoption> {
  return {
    find: (owner, schemas) => adoptionOf(client, owner, schemas, choice),
    apply: (owner, adoption) => adopt(client, owner, adoption),
  };
}

async function requireRoles(client: Client, role: string, schemas: readonly OwnedSchema[]): Promise<void> {
  const names = [...new Set([role, ...schemas.flatMap(({ readers }) => readers)])];
  const reach = await reachOf(client, names);
  const missing = names.find((name) => !reach.has(name));
  if (missing !== undefined) throw new UserError(`role \`${missing}\` does not exist`, "deploy the roster first");
  if (isReachable(reach, role)) return;
  throw new UserError(`this login cannot act for \`${role}\` (42501)`, "log in as the deploying admin");
}

/** The schemas that are there and the owner's: nothing can be given to somebody who may not create in the schema. */
async function schemasOf(client: Client, role: string, schemas: readonly OwnedSchema[]) {
  const { rows } = await client.query<{ name: string; owner: string }>(
    "select nspname as name, pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = any ($1)",
    [schemas.map(({ name }) => name)],
  );
  const owners = new Map(rows.map(({ name, owner }) => [name, owner]));
  const left: LeftAlone[] = [];
  for (const { name } of schemas) {
    const owner = owners.get(name);
    const what = `schema ${name}`;
    if (owner === undefined) left.push({ what, reason: "it does not exist: `pulumi up --refresh` makes it again" });
    else if (owner !== role)
      left.push({ what, reason: `it is ${owner}'s: \`pulumi up --refresh\` gives it to ${role}` });
  }
  return { ready: schemas.filter(({ name }) => owners.get(name) === role), left };
}

async function grantedThings(client: Client, role: string, schemas: readonly OwnedSchema[]): Promise<GrantedThing[]> {
  const pairs = schemas.flatMap(({ name, readers }) => readers.map((reader) => [name, reader] as const));
  const values = [
    role,
    schemas.map(({ name }) => name),
    pairs.map(([name]) => name),
    pairs.map(([, reader]) => reader),
    // Equal on both warehouses: whoever reads production may execute its functions that run with the caller's rights.
    role === PROD,
  ];
  const query = readSql("adoptGrants").replace("{{things}}", () => thingsOf(grantableKinds()));
  return (await client.query<GrantedThing>(query, values)).rows;
}

/** Why something is not given to the owner; none when it may be. */
function refusalOf(
  { owner, definer, usedBy, restricted, statement }: Thing,
  role: string,
  reach: ReadonlyMap<string, Reach>,
  { keepDefiner = false, includeUsed = false }: Choice,
): string | undefined {
  if (!isReachable(reach, owner))
    return `it is ${owner}'s, whom this admin cannot act for; as a superuser: ${statement}`;
  if (role === PROD && !keepDefiner && definer) return `it would run with the rights of ${role}: add --keep-definer`;
  if (role === PROD && !keepDefiner && restricted !== null)
    return `it would show ${restricted}, which not all of its readers may read: add --keep-definer`;
  if (role === PROD) return undefined;
  if (usedBy !== null && !includeUsed)
    return `${usedBy} uses it, and ${role} could change what that does: add --include-used`;
  return undefined;
}

/** A developer's function runs as whoever calls it, unless somebody decides otherwise: it may be another's making. */
function giftOf({ definer, statement, disarm }: Thing, role: string, { keepDefiner = false }: Choice): string {
  return definer && role !== PROD && !keepDefiner ? `${disarm};\n${statement}` : statement;
}

function isReachable(reach: ReadonlyMap<string, Reach>, role: string): boolean {
  return reach.get(role)?.reachable === true;
}

async function ask<Row extends object>(client: Client, file: string, values: readonly unknown[]): Promise<Row[]> {
  const query = readSql(file);
  return (await client.query<Row>(query, [...values])).rows;
}
