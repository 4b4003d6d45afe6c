/** Sessions, and the context in which a statement runs. */

import type { Row } from "../sql/types";
import type { Account } from "./account";
import type { Column, Database, Role, Schema, SessionVariables, Table, User, Warehouse } from "./securables";

/** What a statement answered. */
export interface Result {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
  /** The wire protocol's number of the kind of statement. */
  readonly statementType: number;
}

export type ResultColumn = Pick<Column, "name" | "type"> & { readonly nullable?: boolean };

/** Uncommitted rows: of each table that the transaction wrote, what it now holds for this session. */
export type Transaction = Map<Table, readonly Row[]>;

/** A login. */
export interface Session {
  readonly id: number;
  readonly account: Account;
  readonly user: User;
  /** Where its client is: an IPv4 address. */
  readonly address: string;
  /** Parameters set by ALTER SESSION, or given at login. */
  readonly parameters: Map<string, string>;
  readonly variables: SessionVariables;
  transaction: Transaction | null;
  /** Results by query id, for RESULT_SCAN; newest last. */
  readonly results: Map<string, Result>;
  /** How long the present statement has taken so far, in seconds: SYSTEM$WAIT adds to it. */
  elapsed: number;
  /** The limit of the present statement, in seconds. */
  limit: number;
}

/** Results that a session keeps for RESULT_SCAN and for drivers that ask again. */
const KEPT_RESULTS = 100;

export function rememberResult({ results }: Session, queryId: string, result: Result): void {
  results.set(queryId, result);
  const [oldest] = results.keys();
  if (results.size > KEPT_RESULTS && oldest) results.delete(oldest);
}

/**
 * With whose rights, and where, a statement runs. A session has one; calling an owner's-rights procedure makes another
 * ("Understanding caller's rights and owner's rights stored procedures").
 */
export interface Context {
  readonly session: Session;
  readonly rights: "session" | "owner" | "caller";
  role: Role;
  secondaryRoles: "ALL" | "NONE" | readonly Role[];
  database: Database | null;
  schema: Schema | null;
  warehouse: Warehouse | null;
}
