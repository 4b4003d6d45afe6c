/** COPY INTO and REMOVE, without options ("COPY INTO <location>", "COPY INTO <table>", "REMOVE"). */
import type { Cursor } from "./cursor";
import type { Query } from "./expressions";
import type { Path } from "./names";
import { parseQuery } from "./parseQuery";

/** `@~`, `@%table` or `@stage`; what files of it are meant does not matter, since there are none. */
export type StageReference =
  | { readonly of: "user" }
  | { readonly of: "table"; readonly path: Path }
  | { readonly of: "schema"; readonly path: Path };

export type StageStatement =
  | { readonly type: "unload"; readonly to: StageReference; readonly query: Query }
  | { readonly type: "load"; readonly table: Path; readonly from: StageReference }
  | { readonly type: "remove"; readonly stage: StageReference };

export function parseCopy(cursor: Cursor): StageStatement {
  cursor.expectWord("COPY INTO");
  if (!cursor.isSymbol("@")) {
    const table = cursor.path();
    cursor.expectWord("FROM");
    return { type: "load", table, from: parseStage(cursor) };
  }
  const to = parseStage(cursor);
  cursor.expectWord("FROM");
  if (!cursor.takeSymbol("(")) return { type: "unload", to, query: everythingFrom(cursor.path()) };
  const query = parseQuery(cursor);
  cursor.expectSymbol(")");
  return { type: "unload", to, query };
}

export function parseRemove(cursor: Cursor): StageStatement {
  cursor.next();
  return { type: "remove", stage: parseStage(cursor) };
}

function parseStage(cursor: Cursor): StageReference {
  cursor.expectSymbol("@");
  const stage = parseOwner(cursor);
  while (cursor.takeSymbol("/")) cursor.path();
  return stage;
}

function parseOwner(cursor: Cursor): StageReference {
  if (cursor.takeSymbol("~")) return { of: "user" };
  return { of: cursor.takeSymbol("%") ? "table" : "schema", path: cursor.path() };
}

function everythingFrom(path: Path): Query {
  const from = { type: "named", path, alias: null } as const;
  const items = [{ star: true, qualifier: null, exclude: [] }] as const;
  const clauses = { distinct: false, where: null, groupBy: null, having: null, into: [] };
  return { with: [], body: { type: "select", items, from, ...clauses }, orderBy: [], limit: null, offset: 0 };
}
