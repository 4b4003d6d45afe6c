/** DROP and UNDROP. */

import { isTemporary, keyOf } from "../../catalog/account";
import type { AccountSecurable, Database, Role, Schema, SchemaObject, Securable } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { alreadyExists, insufficientPrivileges, SnowflakeError, unknownToEmulator } from "../../errors";
import { isTableKind } from "../../kinds";
import { managesGrants, mayCreate, owns } from "../../privileges/authority";
import { isInSchema } from "../../privileges/granting";
import {
  find,
  missing,
  placeOf,
  type Reference,
  requireObject,
  resolveDatabase,
  type Viewer,
} from "../../privileges/resolve";
import { printName, printPath } from "../../sql/names";
import type { Drop, Undrop } from "../../sql/statements";
import { status } from "./results";

/** Pages "DROP <object>": OWNERSHIP of the object, whatever it holds. */
export function drop({ reference, ifExists }: Drop, viewer: Viewer): Result {
  const object = ifExists ? findQuietly(viewer, reference) : requireObject(viewer, reference);
  const name = printName(reference.path.at(-1) ?? "");
  if (!object) return status(`Drop statement executed successfully (${name} already dropped).`);
  if (!isSameKind(object, reference)) throw wrongKind(viewer, reference, object);
  if (!owns(viewer.authority, object)) throw insufficientPrivileges(object.kind.toLowerCase(), object.name);
  dropObject(viewer, object);
  return status(`${name} successfully dropped.`);
}

/** IF EXISTS forgives a missing object and a missing schema, and not an object that is not the role's. */
function findQuietly(viewer: Viewer, reference: Reference): Securable | undefined {
  try {
    return find(viewer, reference);
  } catch (error) {
    if (error instanceof SnowflakeError && error.code === "002003") return undefined;
    throw error;
  }
}

function isSameKind(object: Securable, { kind }: Reference): boolean {
  return object.kind === kind || (object.kind === "DYNAMIC TABLE" && kind === "TABLE");
}

/** Tables and views share names: DROP TABLE of a view says so (`002203`). */
function wrongKind(viewer: Viewer, reference: Reference, object: Securable): SnowflakeError {
  if (!isTableKind(object.kind)) return missing(viewer, reference);
  const message = `SQL compilation error:\nObject found is of type '${object.kind}', not specified type '${reference.kind}'.`;
  return new SnowflakeError("002203", "02000", message);
}

function dropObject(viewer: Viewer, object: Securable): void {
  if (isInSchema(object)) dropSchemaObject(object);
  else if (object.kind === "SCHEMA") dropSchema(viewer, object);
  else if (object.kind !== "ACCOUNT") dropAccountObject(viewer, object);
}

/** Takes an object out of its schema; tables can come back ("UNDROP TABLE"), temporary ones cannot. */
export function dropSchemaObject(object: SchemaObject): void {
  object.parent.objects.delete(keyOf(object));
  if (!isTemporary(object)) object.parent.dropped.push(object);
}

function dropSchema({ context }: Viewer, schema: Schema): void {
  schema.parent.schemas.delete(schema.name);
  schema.parent.dropped.push(schema);
  if (context.schema === schema) context.schema = null;
}

export function dropAccountObject(viewer: Viewer, object: AccountSecurable): void {
  const { context, authority } = viewer;
  const { account } = context.session;
  if (object.kind === "ROLE" && hasFutureGrants(viewer, object) && !managesGrants(authority))
    throw insufficientPrivileges("role", object.name);
  account.mapOf(object.kind).delete(object.name);
  if (object.kind === "ROLE") forgetRole(viewer, object);
  if (object.kind === "WAREHOUSE" && context.warehouse === object) context.warehouse = null;
  if (object.kind === "RESOURCE MONITOR") {
    for (const { properties } of account.warehouses.values()) {
      if (properties.get("RESOURCE_MONITOR") === object.name) properties.delete("RESOURCE_MONITOR");
    }
  }
  if (object.kind === "DATABASE") {
    account.droppedDatabases.push(object);
    if (context.database === object) {
      context.database = null;
      context.schema = null;
    }
  }
}

/**
 * What the role owned goes to the role that drops it; grants that name the role go, as grantee or as grantor ("DROP ROLE",
 * usage notes): what the owner shared is shared no more.
 */
function forgetRole({ context }: Viewer, role: Role): void {
  const { account } = context.session;
  for (const object of account.everything()) {
    if (object.owner === role) object.owner = context.role;
    object.grants = object.grants.filter(({ to, by }) => to !== role && by !== role);
    if ("holds" in object) object.holds = object.holds.filter((held) => held.role !== role && held.by !== role);
    if ("futureGrants" in object) removeFrom(object.futureGrants, ({ to }) => to === role);
  }
}

/** A role that has some goes with MANAGE GRANTS only ("DROP ROLE", usage notes). */
function hasFutureGrants({ context }: Viewer, role: Role): boolean {
  const { account } = context.session;
  return [...account.databases.values(), ...account.schemas()].some((each) =>
    each.futureGrants.some(({ to }) => to === role),
  );
}

function removeFrom<T>(list: T[], isGone: (item: T) => boolean): void {
  list.splice(0, list.length, ...list.filter((item) => !isGone(item)));
}

/** Pages "UNDROP TABLE", "UNDROP SCHEMA", "UNDROP DATABASE": what was dropped last under the name, with its grants. */
export function undrop({ reference }: Undrop, viewer: Viewer): Result {
  const name = reference.path.at(-1) as string;
  switch (reference.kind) {
    case "DATABASE":
      undropDatabase(viewer, reference, name);
      break;
    case "SCHEMA":
      undropSchema(viewer, reference, name);
      break;
    case "TABLE":
    case "DYNAMIC TABLE":
      undropTable(viewer, reference);
      break;
    default:
      throw unknownToEmulator(`UNDROP ${reference.kind}`);
  }
  return status(`${reference.kind.charAt(0)}${reference.kind.slice(1).toLowerCase()} ${name} successfully restored.`);
}

/** The newest of a name among what was dropped; it must have been the role's. */
function takeDropped<T extends Securable>(viewer: Viewer, reference: Reference, dropped: T[]): T {
  const index = dropped.findLastIndex(({ name, kind }) => name === reference.path.at(-1) && kind === reference.kind);
  const object = dropped[index];
  if (!object) throw missing(viewer, reference);
  if (!owns(viewer.authority, object)) throw insufficientPrivileges(object.kind.toLowerCase(), object.name);
  dropped.splice(index, 1);
  return object;
}

function undropDatabase(viewer: Viewer, reference: Reference, name: string): void {
  const { account } = viewer.context.session;
  if (account.databases.has(name)) throw alreadyExists(printName(name));
  if (!mayCreate(viewer.authority, "CREATE DATABASE", account.self))
    throw insufficientPrivileges("account", account.name);
  const database: Database = takeDropped(viewer, reference, account.droppedDatabases);
  account.databases.set(name, database);
}

function undropSchema(viewer: Viewer, reference: Reference, name: string): void {
  const database = resolveDatabase(viewer, reference.path.at(-2));
  if (database.schemas.has(name)) throw alreadyExists(printPath([database.name, name]));
  if (!mayCreate(viewer.authority, "CREATE SCHEMA", database)) throw insufficientPrivileges("database", database.name);
  database.schemas.set(name, takeDropped(viewer, reference, database.dropped));
}

function undropTable(viewer: Viewer, reference: Reference): void {
  const { schema, name } = placeOf(viewer, reference.path);
  const key = `TABLE:${name}`;
  if (schema.objects.has(key)) throw alreadyExists(printPath([schema.parent.name, schema.name, name]));
  if (!mayCreate(viewer.authority, `CREATE ${reference.kind}`, schema))
    throw insufficientPrivileges("schema", schema.name);
  schema.objects.set(key, takeDropped(viewer, reference, schema.dropped));
}
