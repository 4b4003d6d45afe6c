/** How SHOW lists a kind of object: columns, and what each holds for one object. */

import type { Securable } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import type { Viewer } from "../../privileges/resolve";
import type { Value } from "../../sql/types";
import { columnsOf, table } from "../statements/results";

/** Columns in the short form of `columnsOf`; a column that `row` leaves out is the empty text. */
export interface Listing<T> {
  readonly columns: string;
  readonly row: (object: T, viewer: Viewer) => Readonly<Record<string, Value>>;
}

export function list<T>({ columns, row }: Listing<T>, objects: readonly T[], viewer: Viewer): Result {
  const named = columnsOf(columns);
  const rows = objects.map((object) => {
    const values = row(object, viewer);
    return named.map(({ name }) => (name in values ? (values[name] ?? null) : ""));
  });
  return table(named, rows);
}

/** What every listing says of an object. */
export function common(object: Securable): Readonly<Record<string, Value>> {
  const { name, comment, owner, createdOn } = object;
  return {
    created_on: new Date(createdOn),
    name,
    comment,
    owner: owner?.name ?? "",
    owner_role_type: owner ? "ROLE" : "",
  };
}

export function yesNo(is: boolean): string {
  return is ? "Y" : "N";
}
