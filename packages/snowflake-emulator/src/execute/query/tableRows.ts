/** The rows of tables as a session sees them: its own uncommitted ones first ("Transactions", READ COMMITTED). */

import type { Table } from "../../catalog/securables";
import { invalidIdentifier } from "../../errors";
import type { Viewer } from "../../privileges/resolve";
import type { Row } from "../../sql/types";

export function rowsOf({ context }: Viewer, table: Table): readonly Row[] {
  return context.session.transaction?.get(table) ?? table.rows;
}

/** @throws SnowflakeError 000904 */
export function indexOfColumn({ columns }: Table, name: string): number {
  const index = columns.findIndex((column) => column.name === name);
  if (index < 0) throw invalidIdentifier(name);
  return index;
}

/** Puts rows in place of a table's, for everybody or, in a transaction, for this session until it commits. */
export function replaceRows({ context }: Viewer, table: Table, rows: readonly Row[]): void {
  const { transaction } = context.session;
  if (transaction) transaction.set(table, rows);
  else table.rows = rows;
}
