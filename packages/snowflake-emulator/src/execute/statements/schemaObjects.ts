/** Creating tables, views, sequences, streams, stages, file formats and routines. */

import { objectKey, signatureOf } from "../../catalog/account";
import type { Column, Routine, Schema, SchemaObject, Table, View } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { alreadyExists, insufficientPrivileges, SnowflakeError, unknownToEmulator } from "../../errors";
import type { SchemaObjectKind } from "../../kinds";
import { holds, mayCreate, owns } from "../../privileges/authority";
import { addGrant, applyFutureGrants } from "../../privileges/granting";
import { placeOf, requireRelation, type Viewer } from "../../privileges/resolve";
import type { Creation } from "../../sql/createAccountObject";
import type { CreateRoutine } from "../../sql/createRoutine";
import type {
  CreateNamed,
  CreateSchemaObject,
  CreateSequence,
  CreateStream,
  CreateTable,
  CreateView,
} from "../../sql/createSchemaObject";
import { type Path, printName, printPath } from "../../sql/names";
import { propertyText } from "../../sql/properties";
import type { Row } from "../../sql/types";
import { emptyEnvironment } from "../query/environment";
import { runQuery } from "../query/query";
import { rowsOf } from "../query/tableRows";
import { castTo } from "../query/values";
import { dropSchemaObject } from "./drop";
import { capitalize, status } from "./results";
import { checkWarehouse, needWarehouse } from "./warehouses";

export function createSchemaObject(statement: CreateSchemaObject | CreateRoutine, viewer: Viewer): Result {
  switch (statement.type) {
    case "createTable":
      return createTable(statement, viewer);
    case "createView":
      return createView(statement, viewer);
    case "createSequence":
      return createSequence(statement, viewer);
    case "createStream":
      return createStream(statement, viewer);
    case "createNamed":
      return createNamed(statement, viewer);
    case "createRoutine":
      return createRoutine(statement, viewer);
  }
}

interface Place {
  readonly schema: Schema;
  readonly name: string;
}

interface Making {
  readonly kind: SchemaObjectKind;
  readonly creation: Creation;
  readonly copyGrants: boolean;
  /** Taken from the signature of a routine, or the session of a temporary table. */
  readonly detail?: { readonly signature?: string; readonly sessionId?: number };
}

/**
 * The pages "CREATE <object>": CREATE <kind> on the schema, held by the primary role; OR REPLACE needs OWNERSHIP of what
 * it replaces, and leaves its grants behind unless COPY GRANTS.
 */
function make(viewer: Viewer, making: Making, build: (place: Place) => SchemaObject): Result {
  const { context, authority } = viewer;
  const { kind, creation } = making;
  const { schema, name } = placeOf(viewer, creation.path);
  const key = objectKey(kind, name, making.detail);
  // "CREATE TABLE", access control: a temporary table needs no CREATE TABLE.
  const isFree = kind === "TABLE" && making.detail?.sessionId !== undefined;
  if (!isFree && !mayCreate(authority, `CREATE ${kind}`, schema)) throw insufficientPrivileges("schema", schema.name);
  const present = schema.objects.get(key);
  if (present) {
    if (creation.ifNotExists) return status(`${printName(name)} already exists, statement succeeded.`);
    if (!creation.orReplace) throw alreadyExists(printPath([schema.parent.name, schema.name, name]));
    if (present.kind !== kind) throw existsAs(present);
    if (!owns(authority, present)) throw insufficientPrivileges(kind.toLowerCase(), name);
  }
  const object = build({ schema, name });
  if (present) dropSchemaObject(present);
  schema.objects.set(key, object);
  const { account } = context.session;
  if (present && making.copyGrants)
    for (const grant of present.grants) addGrant(account, object, { ...grant, by: object.owner });
  else applyFutureGrants(account, object);
  return status(`${capitalize(kind)} ${printName(name)} successfully created.`);
}

/** `001998`: the name is that of another kind of object. */
function existsAs({ kind, name }: SchemaObject): SnowflakeError {
  const message = `SQL compilation error:\nObject '${name}' already exists as ${kind}`;
  return new SnowflakeError("001998", "42710", message);
}

/** What every new object of a schema has; its owner is the role in force. */
function born({ context }: Viewer, { schema, name }: Place, comment = "") {
  return { ...context.session.account.born(name, context.role), comment, parent: schema };
}

function createTable(statement: CreateTable, viewer: Viewer): Result {
  const { persistence, properties, copyGrants } = statement;
  const detail = persistence === "temporary" ? { detail: { sessionId: viewer.context.session.id } } : {};
  return make(viewer, { kind: "TABLE", creation: statement, copyGrants, ...detail }, (place): Table => {
    const { columns, rows } = tableContent(statement, viewer);
    return {
      kind: "TABLE",
      ...born(viewer, place, propertyText(properties.get("COMMENT"))),
      columns,
      rows,
      persistence: place.schema.transient && persistence === "permanent" ? "transient" : persistence,
    };
  });
}

function tableContent(statement: CreateTable, viewer: Viewer): Pick<Table, "columns" | "rows"> {
  const { source, columns } = statement;
  if (source === null) {
    if (columns.length === 0)
      throw new SnowflakeError("002028", "42601", "SQL compilation error:\nambiguous column list");
    return { columns, rows: [] };
  }
  if ("as" in source) {
    needWarehouse(viewer);
    const result = runQuery(source.as, emptyEnvironment(viewer));
    const named = columns.length ? columns : result.columns.map(asColumn);
    checkCount(named, result.columns);
    return { columns: named, rows: result.rows.map((row) => stored(named, row)) };
  }
  const original = originalTable(viewer, "like" in source ? source.like : source.clone);
  return { columns: original.columns, rows: "clone" in source ? rowsOf(viewer, original) : [] };
}

/** Pages "CREATE TABLE … LIKE" and "CREATE <object> … CLONE": SELECT on the table. */
function originalTable(viewer: Viewer, path: Path): Table {
  const original = requireRelation(viewer, path);
  if (original.kind !== "TABLE") throw unknownToEmulator(`LIKE or CLONE of a ${original.kind}`);
  if (!holds(viewer.authority, "SELECT", original)) throw insufficientPrivileges("table", original.name);
  return original;
}

function asColumn({ name, type }: Pick<Column, "name" | "type">): Column {
  return { name, type, nullable: true, default: null, comment: "" };
}

function checkCount(named: readonly unknown[], found: readonly unknown[]): void {
  if (named.length === found.length) return;
  const message = `SQL compilation error:\nInvalid number of columns: expected ${named.length}, got ${found.length}`;
  throw new SnowflakeError("002057", "42601", message);
}

/** A row as the columns take it. */
export function stored(columns: readonly Column[], row: Row): Row {
  return columns.map((column, index) => {
    const value = castTo(row[index] ?? null, column.type);
    if (value === null && !column.nullable) {
      throw new SnowflakeError("100072", "22000", `NULL result in a non-nullable column`);
    }
    return value;
  });
}

/** "CREATE VIEW": whoever creates it must be able to read what it reads. */
function createView(statement: CreateView, viewer: Viewer): Result {
  const { kind, secure, temporary, properties, query, text, copyGrants } = statement;
  const detail = temporary ? { detail: { sessionId: viewer.context.session.id } } : {};
  return make(viewer, { kind, creation: statement, copyGrants, ...detail }, (place): View => {
    if (kind === "DYNAMIC TABLE") checkWarehouse(viewer, properties.get("WAREHOUSE"));
    const { columns: found } = runQuery(query, emptyEnvironment(viewer));
    const named = statement.columns;
    if (named.length) checkCount(named, found);
    const columns = found.map((column, index) => ({ ...asColumn(column), ...named[index] }));
    return {
      kind,
      ...born(viewer, place, propertyText(properties.get("COMMENT"))),
      columns,
      query,
      text,
      secure,
      properties: new Map(properties),
      temporary,
    };
  });
}

function createSequence(statement: CreateSequence, viewer: Viewer): Result {
  const { start, increment, comment } = statement;
  return make(viewer, { kind: "SEQUENCE", creation: statement, copyGrants: false }, (place) => ({
    kind: "SEQUENCE" as const,
    ...born(viewer, place, comment),
    next: start,
    increment,
  }));
}

/** "CREATE STREAM": SELECT on the table. */
function createStream(statement: CreateStream, viewer: Viewer): Result {
  return make(viewer, { kind: "STREAM", creation: statement, copyGrants: statement.copyGrants }, (place) => {
    const table = originalTable(viewer, statement.table);
    const comment = propertyText(statement.properties.get("COMMENT"));
    return { kind: "STREAM" as const, ...born(viewer, place, comment), table, offset: table.rows };
  });
}

function createNamed(statement: CreateNamed, viewer: Viewer): Result {
  const { kind, properties } = statement;
  return make(viewer, { kind, creation: statement, copyGrants: false }, (place) => ({
    kind,
    ...born(viewer, place, propertyText(properties.get("COMMENT"))),
    properties: new Map(properties),
  }));
}

function createRoutine(statement: CreateRoutine, viewer: Viewer): Result {
  const { kind, copyGrants, returns, language, executeAs, secure, body, comment, arguments: args } = statement;
  const detail = { signature: signatureOf(statement) };
  return make(
    viewer,
    { kind, creation: statement, copyGrants, detail },
    (place): Routine => ({
      kind,
      ...born(viewer, place, comment),
      parameters: new Map(),
      arguments: args,
      returns,
      language,
      executeAs,
      secure,
      body,
    }),
  );
}
