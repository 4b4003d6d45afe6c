/**
 * From names to objects. A name without qualifiers is looked up in the session's database and schema ("Object name
 * resolution"). Containers open to whoever holds any privilege on them ("Access control privileges", schema
 * privileges: any privilege on a schema lets a role resolve it).
 */
import { isRelation, objectKey } from "../catalog/account";
import type { Database, Relation, Routine, Schema, SchemaObject, Securable, Stream } from "../catalog/securables";
import type { Context } from "../catalog/session";
import { notAuthorized, SnowflakeError } from "../errors";
import { isRoutineKind, isTableKind, type Kind, titleOf } from "../kinds";
import { type Path, printName, printPath } from "../sql/names";
import { type Authority, managesGrants, owns, sees } from "./authority";
import { isInSchema } from "./granting";

/** An object as a statement names it. `signature` is that of a routine: `(VARCHAR, NUMBER)`. */
export interface Reference {
  readonly kind: Kind;
  readonly path: Path;
  readonly signature: string | null;
}

/** Who looks: with `asGrantor`, MANAGE GRANTS opens every container, as GRANT and SHOW GRANTS do. */
export interface Viewer {
  readonly context: Context;
  readonly authority: Authority;
  readonly asGrantor?: boolean;
}

/** The database of a name, or the session's; it must be open, also where the session has been in it for long. */
export function resolveDatabase(viewer: Viewer, name: string | undefined): Database {
  const { account } = viewer.context.session;
  const database = name === undefined ? currentDatabase(viewer.context) : account.databases.get(name);
  if (!database || !isOpen(viewer, database)) throw notAuthorized("Database", printName(database?.name ?? name ?? ""));
  return database;
}

function currentDatabase({ database, session }: Context): Database {
  // A database that was dropped meanwhile is no longer current.
  if (database && session.account.databases.get(database.name) === database) return database;
  const message =
    "Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.";
  throw new SnowflakeError("090105", "22000", message);
}

/** The schema of a path `SCHEMA` or `DATABASE.SCHEMA`, or the session's. */
export function resolveSchema(viewer: Viewer, path: Path): Schema {
  const current = path.length === 0 ? currentSchema(viewer.context) : undefined;
  const name = current?.name ?? (path.at(-1) as string);
  const database = resolveDatabase(viewer, current?.parent.name ?? path.at(-2));
  const schema = database.schemas.get(name);
  if (!schema || !isOpen(viewer, schema)) throw notAuthorized("Schema", printPath([database.name, name]));
  return schema;
}

function currentSchema({ schema }: Context): Schema {
  if (schema && schema.parent.schemas.get(schema.name) === schema) return schema;
  const message =
    "Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.";
  throw new SnowflakeError("090106", "22000", message);
}

function isOpen({ authority, asGrantor }: Viewer, container: Database | Schema): boolean {
  return sees(authority, container) || (asGrantor === true && managesGrants(authority));
}

/** Where a name would stand: the schema that it names or means, opened, and the bare name. */
export function placeOf(viewer: Viewer, path: Path): { schema: Schema; name: string } {
  if (viewer.context.database === null && path.length === 2) currentDatabase(viewer.context);
  return { schema: resolveSchema(viewer, path.slice(0, -1)), name: path.at(-1) as string };
}

/** The object of a name in an open schema, whether or not the roles see it. */
export function lookUp(viewer: Viewer, { kind, path, signature }: Reference): SchemaObject | undefined {
  const { schema, name } = placeOf(viewer, path);
  if (isRoutineKind(kind) && signature === null) return onlyRoutine(schema, kind, name);
  const sessionId = viewer.context.session.id;
  const keys = [objectKey(kind, name, { sessionId }), objectKey(kind, name, signature === null ? {} : { signature })];
  const object = keys.map((key) => schema.objects.get(key)).find((each) => each !== undefined);
  return object && (object.kind === kind || isTableKind(kind)) ? object : undefined;
}

function onlyRoutine(schema: Schema, kind: Kind, name: string): Routine | undefined {
  const found = routinesNamed(schema, kind, name);
  return found.length === 1 ? found[0] : undefined;
}

export function routinesNamed(schema: Schema, kind: Kind, name: string): Routine[] {
  return [...schema.objects.values()].filter(
    (each): each is Routine => each.kind === kind && isRoutineKind(each.kind) && each.name === name,
  );
}

/** The object that a reference names, if there is one. */
export function find(viewer: Viewer, reference: Reference): Securable | undefined {
  const { kind, path } = reference;
  const { account } = viewer.context.session;
  const name = path.at(-1) as string;
  switch (kind) {
    case "ACCOUNT":
      return account.self;
    case "ROLE":
    case "USER":
    case "WAREHOUSE":
    case "RESOURCE MONITOR":
    case "NETWORK POLICY":
    case "DATABASE":
      return account.mapOf(kind).get(name);
    case "SCHEMA":
      return resolveDatabase(viewer, path.at(-2)).schemas.get(name);
    default:
      return lookUp(viewer, reference);
  }
}

/**
 * The object that a reference names.
 * @throws SnowflakeError 002003 when there is none, or the roles hold nothing on it
 */
export function requireObject(viewer: Viewer, reference: Reference): Securable {
  const object = find(viewer, reference);
  const isVisible = object && (isAlwaysNamed(object) || sees(viewer.authority, object) || grantsOn(viewer, object));
  if (!object || !isVisible) throw missing(viewer, reference);
  return object;
}

/** Whoever decides on the grants of an object can name it: with MANAGE GRANTS, or as owner of a managed access schema. */
function grantsOn({ authority, asGrantor }: Viewer, object: Securable): boolean {
  if (!asGrantor) return false;
  const isManaged = isInSchema(object) && object.parent.managedAccess;
  return managesGrants(authority) || (isManaged && owns(authority, object.parent));
}

/** Roles and users can be named by everybody who may run the statement ("SHOW ROLES" needs no privilege). */
function isAlwaysNamed({ kind }: Securable): boolean {
  return kind === "ROLE" || kind === "USER" || kind === "ACCOUNT";
}

/** `002003` for a reference that finds nothing. */
export function missing({ context }: Viewer, { kind, path }: Reference): SnowflakeError {
  const full = kind === "SCHEMA" && path.length === 1 && context.database ? [context.database.name, ...path] : path;
  return notAuthorized(titleOf(kind), printPath(full), isTableKind(kind) ? "42S02" : "02000");
}

/**
 * A table or view that a query or DML names. The roles must see it; what they may do with it is checked apart.
 * @throws SnowflakeError 002003
 */
export function requireRelation(viewer: Viewer, path: Path): Relation | Stream {
  const relation = lookUp(viewer, { kind: "TABLE", path, signature: null });
  const found = relation ?? lookUp(viewer, { kind: "STREAM", path, signature: null });
  const isReadable = found && (found.kind === "STREAM" || isRelation(found));
  if (isReadable && sees(viewer.authority, found)) return found;
  throw notAuthorized("Object", printPath(path), "42S02");
}

/** An object's name with its qualifiers. */
export function pathOf(object: Securable): Path {
  if (isInSchema(object)) return [object.parent.parent.name, object.parent.name, object.name];
  return object.kind === "SCHEMA" ? [object.parent.name, object.name] : [object.name];
}
