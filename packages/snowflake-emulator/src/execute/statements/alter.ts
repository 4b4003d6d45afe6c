/** ALTER and COMMENT. */

import { isTemporary, objectKey, signatureOf } from "../../catalog/account";
import { parametersOf } from "../../catalog/parameters";
import type { Schema, SchemaObject, Securable, Table } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { alreadyExists, insufficientPrivileges, SnowflakeError, unknownToEmulator } from "../../errors";
import { holds, managesGrants, mayCreate, owns } from "../../privileges/authority";
import { isInSchema } from "../../privileges/granting";
import { find, missing, placeOf, requireObject, resolveDatabase, type Viewer } from "../../privileges/resolve";
import type { Alter, AlterAction } from "../../sql/alter";
import { type Path, printName, printPath } from "../../sql/names";
import type { CommentOn } from "../../sql/statements";
import { indexOfColumn } from "../query/tableRows";
import { checkMonitor } from "./accountObjects";
import { dropSchemaObject } from "./drop";
import { setProperties, unsetProperties } from "./properties";
import { status } from "./results";
import { checkWarehouse } from "./warehouses";

export function alter({ reference, ifExists, change }: Alter, viewer: Viewer): Result {
  const object = ifExists ? find(viewer, reference) : requireObject(viewer, reference);
  if (!object) return status();
  if (object.kind !== reference.kind) throw missing(viewer, reference);
  if (!mayAlter(viewer, object, change)) throw insufficientPrivileges(object.kind.toLowerCase(), object.name);
  applyChange(viewer, object, change);
  return status();
}

/**
 * Who may alter (the pages "ALTER <object>"): the owner; MODIFY changes properties of a schema, database or warehouse,
 * MODIFY also a monitor's; OPERATE suspends and resumes; a user changes some of their own properties ("ALTER USER").
 */
function mayAlter({ authority, context }: Viewer, object: Securable, change: AlterAction): boolean {
  if (object.kind === "ACCOUNT") return authority.roles.has(authority.account.role("ACCOUNTADMIN"));
  if (owns(authority, object)) return true;
  switch (change.action) {
    case "suspend":
    case "resume":
    case "abort":
    case "refresh":
      return holds(authority, "OPERATE", object);
    case "set":
    case "unset":
      if (object.kind === "USER") return object === context.session.user && isOwnBusiness(change);
      return (
        ["WAREHOUSE", "DATABASE", "SCHEMA", "RESOURCE MONITOR"].includes(object.kind) &&
        holds(authority, "MODIFY", object)
      );
    default:
      return false;
  }
}

/** What users may change of themselves: session parameters and defaults, never keys, type or network policy. */
function isOwnBusiness(change: Extract<AlterAction, { action: "set" | "unset" }>): boolean {
  const own = ["DEFAULT_WAREHOUSE", "DEFAULT_NAMESPACE", "DEFAULT_ROLE", "DEFAULT_SECONDARY_ROLES"];
  const guarded = ["NETWORK_POLICY", "ENABLE_UNREDACTED_QUERY_SYNTAX_ERROR", "PREVENT_UNLOAD_TO_INTERNAL_STAGES"];
  const names = change.action === "set" ? [...change.properties.keys()] : change.names;
  return names.every((name) => own.includes(name) || (parametersOf("USER").has(name) && !guarded.includes(name)));
}

function applyChange(viewer: Viewer, object: Securable, change: AlterAction): void {
  switch (change.action) {
    case "rename":
      rename(viewer, object, change.to);
      return;
    case "swap":
      swap(viewer, object, change.with);
      return;
    case "set":
      set(viewer, object, change);
      return;
    case "unset":
      if (change.names.includes("RESOURCE_MONITOR")) checkMonitor(viewer, object.name, null);
      unsetProperties(object, change.names);
      return;
    case "managedAccess":
      if (object.kind === "SCHEMA") manageAccess(viewer, object, change.enabled);
      return;
    case "suspend":
    case "resume":
      turn(object, change.action === "suspend");
      return;
    case "abort":
    case "refresh":
      return; // no statement runs at the same time, and nothing is ever stale
    case "secure":
      if (object.kind === "VIEW" || object.kind === "MATERIALIZED VIEW") object.secure = change.secure;
      return;
    case "executeAs":
      if (object.kind === "PROCEDURE") object.executeAs = change.rights;
      return;
    case "addColumns":
    case "dropColumns":
    case "renameColumn":
      changeColumns(object as Table, change);
  }
}

/**
 * Page "ALTER SCHEMA", usage notes: the owner needs MANAGE GRANTS too in order to convert a schema, and to convert it
 * back while it has future grants. A regular schema is not converted while it has future grants at all.
 */
function manageAccess({ authority }: Viewer, schema: Schema, enabled: boolean): void {
  const needsMore = enabled || schema.futureGrants.length > 0;
  if (needsMore && !managesGrants(authority)) throw insufficientPrivileges("schema", schema.name);
  if (enabled && !schema.managedAccess && schema.futureGrants.length > 0) throw openFutureGrants(schema);
  schema.managedAccess = enabled;
}

function openFutureGrants({ name }: Schema): SnowflakeError {
  const message = `SQL execution error: Schema '${name}' has future grants. They must be revoked before managed access is enabled.`;
  return new SnowflakeError("003036", "23001", message);
}

function set(
  viewer: Viewer,
  object: Securable,
  { properties, triggers }: Extract<AlterAction, { action: "set" }>,
): void {
  if (properties.has("RESOURCE_MONITOR")) checkMonitor(viewer, object.name, properties.get("RESOURCE_MONITOR"));
  if (object.kind === "DYNAMIC TABLE" && properties.has("WAREHOUSE"))
    checkWarehouse(viewer, properties.get("WAREHOUSE"));
  setProperties(object, properties);
  if (object.kind === "RESOURCE MONITOR" && triggers) object.triggers = triggers;
}

/** `090064`: a warehouse is suspended already. */
function turn(object: Securable, suspended: boolean): void {
  if (object.kind !== "WAREHOUSE") return;
  if (suspended && object.suspended) {
    const message = `Invalid state. Warehouse '${object.name}' cannot be suspended.`;
    throw new SnowflakeError("090064", "22000", message);
  }
  object.suspended = suspended;
}

/**
 * Pages "ALTER <object>", RENAME TO: the owner, who may also create such an object where it goes. Grants stay. Into a
 * managed access schema only its owner may move an object ("ALTER TABLE", usage notes).
 */
function rename(viewer: Viewer, object: Securable, to: Path): void {
  const { account } = viewer.context.session;
  const name = to.at(-1) as string;
  if (isInSchema(object)) {
    move(viewer, object, to);
    return;
  }
  if (object.kind === "SCHEMA") {
    const database = to.length > 1 ? resolveDatabase(viewer, to.at(-2)) : object.parent;
    if (!mayCreate(viewer.authority, "CREATE SCHEMA", database))
      throw insufficientPrivileges("database", database.name);
    if (database.schemas.has(name) || name === "INFORMATION_SCHEMA")
      throw alreadyExists(printPath([database.name, name]));
    object.parent.schemas.delete(object.name);
    object.name = name;
    object.parent = database;
    database.schemas.set(name, object);
    return;
  }
  if (object.kind === "ACCOUNT") throw unknownToEmulator("ALTER ACCOUNT RENAME");
  if (object.kind === "ROLE" && !mayCreate(viewer.authority, "CREATE ROLE", account.self))
    throw insufficientPrivileges("account", account.name);
  const objects = account.mapOf(object.kind);
  if (objects.has(name)) throw alreadyExists(printName(name));
  objects.delete(object.name);
  object.name = name;
  objects.set(name, object);
}

function move(viewer: Viewer, object: SchemaObject, to: Path): void {
  const { authority } = viewer;
  const { schema, name } = to.length === 1 ? { schema: object.parent, name: to[0] as string } : placeOf(viewer, to);
  if (!mayCreate(authority, `CREATE ${object.kind}`, schema)) throw insufficientPrivileges("schema", schema.name);
  if (schema !== object.parent && schema.managedAccess && !owns(authority, schema) && !managesGrants(authority)) {
    throw insufficientPrivileges("schema", schema.name);
  }
  const key = keyIn(viewer, object, name);
  if (schema.objects.has(key)) throw alreadyExists(printPath([schema.parent.name, schema.name, name]));
  dropSchemaObject(object);
  object.parent.dropped.splice(object.parent.dropped.indexOf(object), 1);
  object.name = name;
  object.parent = schema;
  schema.objects.set(key, object);
}

/** The key of an object under another name. */
export function keyIn({ context }: Viewer, object: SchemaObject, name: string): string {
  const signature = "arguments" in object ? { signature: signatureOf(object) } : {};
  return objectKey(object.kind, name, {
    ...signature,
    ...(isTemporary(object) ? { sessionId: context.session.id } : {}),
  });
}

/** Pages "ALTER SCHEMA", "ALTER TABLE", SWAP WITH: both must be the role's. */
function swap(viewer: Viewer, object: Securable, path: Path): void {
  const other = requireObject(viewer, { kind: object.kind, path, signature: null });
  if (!owns(viewer.authority, other)) throw insufficientPrivileges(other.kind.toLowerCase(), other.name);
  if (object.kind === "SCHEMA" && other.kind === "SCHEMA") swapSchemas(object, other);
  else if (isInSchema(object) && isInSchema(other)) swapObjects(viewer, object, other);
}

function swapObjects(viewer: Viewer, object: SchemaObject, other: SchemaObject): void {
  const [here, there] = [
    { schema: object.parent, name: object.name, key: keyIn(viewer, object, object.name) },
    { schema: other.parent, name: other.name, key: keyIn(viewer, other, other.name) },
  ];
  Object.assign(object, { name: there.name, parent: there.schema });
  Object.assign(other, { name: here.name, parent: here.schema });
  here.schema.objects.set(here.key, other);
  there.schema.objects.set(there.key, object);
}

function swapSchemas(one: Schema, other: Schema): void {
  const [here, there] = [
    { parent: one.parent, name: one.name },
    { parent: other.parent, name: other.name },
  ];
  Object.assign(one, there);
  Object.assign(other, here);
  here.parent.schemas.set(here.name, other);
  there.parent.schemas.set(there.name, one);
}

function changeColumns(
  table: Table,
  change: Extract<AlterAction, { action: "addColumns" | "dropColumns" | "renameColumn" }>,
): void {
  switch (change.action) {
    case "addColumns":
      table.columns = [...table.columns, ...change.columns];
      table.rows = table.rows.map((row) => [...row, ...change.columns.map(() => null)]);
      return;
    case "dropColumns": {
      const gone = change.names.map((name) => indexOfColumn(table, name));
      table.columns = table.columns.filter((_, index) => !gone.includes(index));
      table.rows = table.rows.map((row) => row.filter((_, index) => !gone.includes(index)));
      return;
    }
    case "renameColumn": {
      const index = indexOfColumn(table, change.from);
      table.columns = table.columns.map((column, at) => (at === index ? { ...column, name: change.to } : column));
    }
  }
}

/** Page "COMMENT": as ALTER … SET COMMENT. */
export function comment({ reference, ifExists, text }: CommentOn, viewer: Viewer): Result {
  const properties = new Map([["COMMENT", text]]);
  return alter(
    { type: "alter", reference, ifExists, change: { action: "set", properties, triggers: undefined } },
    viewer,
  );
}
