/** Creating roles, users, warehouses, monitors, network policies, databases and schemas. */

import { type Account, isTemporary } from "../../catalog/account";
import type { AccountSecurable, Database, Role, Schema } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { alreadyExists, insufficientPrivileges, notAuthorized } from "../../errors";
import { mayCreate, owns } from "../../privileges/authority";
import { applyFutureGrants } from "../../privileges/granting";
import { resolveDatabase, resolveSchema, type Viewer } from "../../privileges/resolve";
import type { CreateAccountObject, CreateSchema } from "../../sql/createAccountObject";
import { printName, printPath } from "../../sql/names";
import { isTrue, type PropertyValue, propertyText } from "../../sql/properties";
import { dropAccountObject } from "./drop";
import { setProperties } from "./properties";
import { capitalize, status } from "./results";

/** Page "CREATE <object>" and the access control requirements of each kind's own page. */
export function createAccountObject(statement: CreateAccountObject, viewer: Viewer): Result {
  const { context, authority } = viewer;
  const { account } = context.session;
  const { kind } = statement;
  const name = statement.path.at(-1) as string;
  if (!mayCreate(authority, `CREATE ${kind}`, account.self)) throw insufficientPrivileges("account", account.name);
  const objects = account.mapOf(kind);
  const present = objects.get(name);
  if (present) {
    if (statement.ifNotExists) return status(`${printName(name)} already exists, statement succeeded.`);
    if (!statement.orReplace) throw alreadyExists(printName(name));
    if (!owns(authority, present)) throw insufficientPrivileges(kind.toLowerCase(), name);
  }
  const object = build(account, statement, name, context.role);
  setProperties(object, statement.properties);
  const monitor = statement.properties.get("RESOURCE_MONITOR");
  if (monitor !== undefined) checkMonitor(viewer, name, monitor);
  if (present) dropAccountObject(viewer, present);
  objects.set(name, object);
  if (object.kind === "DATABASE") enterDatabase(viewer, object);
  if (object.kind === "WAREHOUSE") context.warehouse = object;
  return status(`${capitalize(kind)} ${printName(name)} successfully created.`);
}

function build(
  account: Account,
  { kind, properties, transient, triggers }: CreateAccountObject,
  name: string,
  owner: Role,
): AccountSecurable {
  const base = account.born(name, owner);
  switch (kind) {
    case "ROLE":
      return { ...base, kind, holds: [] };
    case "USER":
      return { ...base, kind, holds: [], properties: new Map(), parameters: new Map(), lastLogin: null };
    case "WAREHOUSE": {
      const suspended = isTrue(properties.get("INITIALLY_SUSPENDED"));
      return { ...base, kind, properties: new Map(), parameters: new Map(), suspended };
    }
    case "RESOURCE MONITOR":
      return { ...base, kind, properties: new Map(), triggers: triggers ?? [], usedCredits: 0 };
    case "NETWORK POLICY":
      return { ...base, kind, properties: new Map() };
    case "DATABASE":
      return { ...base, kind, transient, parameters: new Map(), schemas: new Map(), dropped: [], futureGrants: [] };
  }
}

/**
 * "Access control privileges", warehouse privileges, MODIFY: only ACCOUNTADMIN assigns warehouses to resource monitors, or
 * takes them off. The monitor must exist.
 */
export function checkMonitor(
  { context, authority }: Viewer,
  warehouse: string,
  monitor: PropertyValue | undefined,
): void {
  const { account } = context.session;
  if (!authority.roles.has(account.role("ACCOUNTADMIN"))) throw insufficientPrivileges("warehouse", warehouse);
  const name = propertyText(monitor);
  if (name === undefined || account.monitors.has(name)) return;
  throw notAuthorized("Resource Monitor", printName(name));
}

/** A new database has the schema PUBLIC, and becomes the current one ("CREATE DATABASE", usage notes). */
function enterDatabase({ context }: Viewer, database: Database): void {
  const { account } = context.session;
  const schema = newSchema(account, database, "PUBLIC", context.role);
  database.schemas.set(schema.name, schema);
  context.database = database;
  context.schema = schema;
}

export function newSchema(account: Account, parent: Database, name: string, owner: Role | null): Schema {
  return {
    ...account.born(name, owner),
    kind: "SCHEMA",
    parent,
    transient: parent.transient,
    managedAccess: false,
    parameters: new Map(),
    objects: new Map(),
    dropped: [],
    futureGrants: [],
  };
}

/** Page "CREATE SCHEMA": CREATE SCHEMA on the database; a new schema becomes the current one. */
export function createSchema(statement: CreateSchema, viewer: Viewer): Result {
  const { context, authority } = viewer;
  const { account } = context.session;
  const name = statement.path.at(-1) as string;
  const database = resolveDatabase(viewer, statement.path.at(-2));
  if (!mayCreate(authority, "CREATE SCHEMA", database)) throw insufficientPrivileges("database", database.name);
  const present = database.schemas.get(name);
  if (present || name === "INFORMATION_SCHEMA") {
    if (statement.ifNotExists) return status(`${printName(name)} already exists, statement succeeded.`);
    if (!statement.orReplace || !present) throw alreadyExists(printPath([database.name, name]));
    if (!owns(authority, present)) throw insufficientPrivileges("schema", name);
    database.dropped.push(present);
  }
  const made = newSchema(account, database, name, context.role);
  const schema: Schema = {
    ...made,
    transient: statement.transient || database.transient,
    managedAccess: statement.managedAccess,
  };
  setProperties(schema, statement.properties);
  if (statement.clone) cloneInto(schema, resolveSchema(viewer, statement.clone));
  database.schemas.set(name, schema);
  applyFutureGrants(account, schema);
  context.database = database;
  context.schema = schema;
  return status(`Schema ${printName(name)} successfully created.`);
}

/** Page "CREATE <object> … CLONE": whoever may enter the schema; what is in it keeps its grants, and here its owners. */
function cloneInto(schema: Schema, source: Schema): void {
  for (const [key, object] of source.objects) {
    if (!isTemporary(object)) schema.objects.set(key, { ...object, parent: schema, grants: [...object.grants] });
  }
}
