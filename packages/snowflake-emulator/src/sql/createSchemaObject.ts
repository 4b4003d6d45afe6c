/** CREATE TABLE, VIEW, MATERIALIZED VIEW, DYNAMIC TABLE, SEQUENCE, STREAM, STAGE and FILE FORMAT. */
import { propertiesOf } from "../catalog/properties";
import type { Column, Table, View } from "../catalog/securables";
import { unknownToEmulator } from "../errors";
import { type Creation, type Modifiers, parseCreation } from "./createAccountObject";
import type { Cursor } from "./cursor";
import type { Query } from "./expressions";
import type { Path } from "./names";
import { parseExpression } from "./parseExpression";
import { parseQuery } from "./parseQuery";
import { type Properties, type PropertyValue, parseProperties } from "./properties";
import { isTypeNext, parseType, VARCHAR } from "./types";

export interface CreateTable extends Creation {
  readonly type: "createTable";
  readonly persistence: Table["persistence"];
  readonly columns: readonly Column[];
  readonly source: { readonly as: Query } | { readonly like: Path } | { readonly clone: Path } | null;
  readonly copyGrants: boolean;
  readonly properties: Properties;
}

export interface CreateView extends Creation {
  readonly type: "createView";
  readonly kind: View["kind"];
  readonly secure: boolean;
  readonly temporary: boolean;
  readonly columns: readonly { readonly name: string; readonly comment: string }[];
  readonly copyGrants: boolean;
  readonly properties: Properties;
  readonly query: Query;
  readonly text: string;
}

export interface CreateSequence extends Creation {
  readonly type: "createSequence";
  readonly start: number;
  readonly increment: number;
  readonly comment: string;
}

export interface CreateStream extends Creation {
  readonly type: "createStream";
  readonly table: Path;
  readonly copyGrants: boolean;
  readonly properties: Properties;
}

export interface CreateNamed extends Creation {
  readonly type: "createNamed";
  readonly kind: "STAGE" | "FILE FORMAT";
  readonly properties: Properties;
}

export type CreateSchemaObject = CreateTable | CreateView | CreateSequence | CreateStream | CreateNamed;

export function parseCreateTable(cursor: Cursor, orReplace: boolean, persistence: Table["persistence"]): CreateTable {
  const creation = parseCreation(cursor, orReplace);
  const columns = cursor.isSymbol("(") && !isSubquery(cursor) ? parseColumns(cursor) : [];
  const source = cursor.takeWord("LIKE")
    ? { like: cursor.path() }
    : cursor.takeWord("CLONE")
      ? { clone: cursor.path() }
      : null;
  const { copyGrants, properties } = parseOptions(cursor, "TABLE");
  const as = cursor.takeWord("AS") ? { as: parseQuery(cursor) } : null;
  return { type: "createTable", persistence, ...creation, columns, source: source ?? as, copyGrants, properties };
}

function isSubquery(cursor: Cursor): boolean {
  return cursor.peek()?.text === "SELECT" || cursor.peek()?.text === "WITH";
}

/** Properties with `COPY GRANTS` among them, up to AS. */
function parseOptions(cursor: Cursor, kind: "TABLE" | View["kind"] | "STREAM") {
  let copyGrants = false;
  const properties = new Map<string, PropertyValue>();
  while (!cursor.atEnd && !cursor.isWord("AS")) {
    if (cursor.takeWord("COPY GRANTS")) copyGrants = true;
    else if (cursor.isWord("CLUSTER BY")) throw unknownToEmulator("CLUSTER BY");
    else {
      for (const [name, value] of parseProperties(cursor, kind, propertiesOf(kind), ["AS", "COPY", "CLUSTER"])) {
        properties.set(name, value);
      }
    }
  }
  return { copyGrants, properties };
}

const CONSTRAINTS = ["CONSTRAINT", "PRIMARY KEY", "FOREIGN KEY", "UNIQUE"];

function parseColumns(cursor: Cursor): Column[] {
  return cursor.parenthesized(() => {
    const constraint = CONSTRAINTS.find((word) => cursor.isWord(word));
    if (constraint) throw unknownToEmulator(`table constraints (${constraint})`);
    return parseColumn(cursor);
  });
}

/** `name TYPE [NOT NULL] [DEFAULT …] [PRIMARY KEY] [COMMENT '…']`. Keys are accepted and, as in Snowflake, not enforced. */
export function parseColumn(cursor: Cursor): Column {
  const name = cursor.identifier();
  const type = isTypeNext(cursor) ? parseType(cursor) : VARCHAR;
  let column: Column = { name, type, nullable: true, default: null, comment: "" };
  for (;;) {
    if (cursor.takeWord("NOT NULL")) column = { ...column, nullable: false };
    else if (cursor.takeWord("NULL") || cursor.takeWord("UNIQUE")) continue;
    else if (cursor.takeWord("PRIMARY KEY")) column = { ...column, nullable: false };
    else if (cursor.takeWord("DEFAULT")) column = { ...column, default: parseExpression(cursor) };
    else if (cursor.takeWord("COMMENT")) column = { ...column, comment: cursor.string() };
    else return column;
  }
}

export function parseCreateView(
  cursor: Cursor,
  kind: View["kind"],
  { orReplace, secure, temporary }: Modifiers,
): CreateView {
  const creation = parseCreation(cursor, orReplace);
  const columns = cursor.isSymbol("(") ? cursor.parenthesized(() => parseViewColumn(cursor)) : [];
  const { copyGrants, properties } = parseOptions(cursor, kind);
  cursor.expectWord("AS");
  const query = parseQuery(cursor);
  const text = cursor.text.trim();
  return { type: "createView", kind, secure, temporary, ...creation, columns, copyGrants, properties, query, text };
}

function parseViewColumn(cursor: Cursor) {
  const name = cursor.identifier();
  return { name, comment: cursor.takeWord("COMMENT") ? cursor.string() : "" };
}

export function parseCreateSequence(cursor: Cursor, orReplace: boolean): CreateSequence {
  const creation = parseCreation(cursor, orReplace);
  let [start, increment, comment] = [1, 1, ""];
  while (!cursor.atEnd) {
    if (cursor.takeWord("START")) start = parseStep(cursor, "WITH");
    else if (cursor.takeWord("INCREMENT")) increment = parseStep(cursor, "BY");
    else if (cursor.takeWord("ORDER") || cursor.takeWord("NOORDER")) continue;
    else if (cursor.takeWord("COMMENT")) {
      cursor.expectSymbol("=");
      comment = cursor.string();
    } else cursor.expectEnd();
  }
  return { type: "createSequence", ...creation, start, increment, comment };
}

function parseStep(cursor: Cursor, word: string): number {
  cursor.takeWord(word);
  cursor.takeSymbol("=");
  const sign = cursor.takeSymbol("-") ? -1 : 1;
  return sign * cursor.integer();
}

export function parseCreateStream(cursor: Cursor, orReplace: boolean): CreateStream {
  const creation = parseCreation(cursor, orReplace);
  const copyGrants = cursor.takeWord("COPY GRANTS");
  cursor.expectWord("ON TABLE");
  const table = cursor.path();
  const { properties } = parseOptions(cursor, "STREAM");
  return { type: "createStream", ...creation, table, copyGrants, properties };
}

export function parseCreateNamed(cursor: Cursor, kind: CreateNamed["kind"], orReplace: boolean): CreateNamed {
  const creation = parseCreation(cursor, orReplace);
  return { type: "createNamed", kind, ...creation, properties: parseProperties(cursor, kind, propertiesOf(kind)) };
}
