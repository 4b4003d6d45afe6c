/** What an account holds: objects that have an owner and grants. Identity is the object itself; names may change. */

import type { AccountObjectKind, ContainedKind, Kind, RoutineKind, TableKind } from "../kinds";
import type { Expression, Query } from "../sql/expressions";
import type { PropertyValue } from "../sql/properties";
import type { DataType, Row, Value } from "../sql/types";

/** A privilege on an object, held by a role. Grants hang on the object: they go, and come back, with it. */
export interface Grant {
  readonly privilege: string;
  readonly to: Role;
  /** Whose grant it is: the owner, or the role that passed its grant option on; `null` for the system's own. */
  by: Role | null;
  grantOption: boolean;
  readonly createdOn: number;
}

/** A privilege on whatever of a kind will be made in a schema or database. */
export interface FutureGrant {
  readonly privilege: string;
  readonly kind: ContainedKind;
  readonly to: Role;
  grantOption: boolean;
  readonly createdOn: number;
}

/** A role that a role or a user holds. */
export interface RoleGrant {
  readonly role: Role;
  readonly by: Role | null;
  readonly createdOn: number;
}

interface Base {
  name: string;
  /** `null`: the system. */
  owner: Role | null;
  comment: string;
  createdOn: number;
  grants: Grant[];
}

/** An object that has parameters (page "Parameters"): those set on itself. */
interface WithParameters {
  readonly parameters: Map<string, string>;
}

export interface AccountObject extends Base, WithParameters {
  readonly kind: "ACCOUNT";
}

export interface Role extends Base {
  readonly kind: "ROLE";
  /** The roles whose privileges it inherits. */
  holds: RoleGrant[];
}

export interface User extends Base, WithParameters {
  readonly kind: "USER";
  holds: RoleGrant[];
  readonly properties: Map<string, PropertyValue>;
  lastLogin: number | null;
}

export interface Warehouse extends Base, WithParameters {
  readonly kind: "WAREHOUSE";
  readonly properties: Map<string, PropertyValue>;
  suspended: boolean;
}

export interface Trigger {
  readonly percent: number;
  readonly action: "NOTIFY" | "SUSPEND" | "SUSPEND_IMMEDIATE";
}

export interface ResourceMonitor extends Base {
  readonly kind: "RESOURCE MONITOR";
  readonly properties: Map<string, PropertyValue>;
  triggers: readonly Trigger[];
  /** Credits used in the present interval; only the test hook uses them up. */
  usedCredits: number;
}

export interface NetworkPolicy extends Base {
  readonly kind: "NETWORK POLICY";
  readonly properties: Map<string, PropertyValue>;
}

export interface Database extends Base, WithParameters {
  readonly kind: "DATABASE";
  readonly transient: boolean;
  readonly schemas: Map<string, Schema>;
  /** Newest last ("UNDROP SCHEMA"). */
  readonly dropped: Schema[];
  readonly futureGrants: FutureGrant[];
}

export interface Schema extends Base, WithParameters {
  readonly kind: "SCHEMA";
  parent: Database;
  readonly transient: boolean;
  managedAccess: boolean;
  readonly objects: Map<string, SchemaObject>;
  readonly dropped: SchemaObject[];
  readonly futureGrants: FutureGrant[];
}

export interface Column {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly default: Expression | null;
  readonly comment: string;
}

interface InSchema extends Base {
  parent: Schema;
}

/** A table; `rows` are replaced, never changed in place, so that a transaction may keep the ones before. */
export interface Table extends InSchema {
  readonly kind: "TABLE";
  readonly persistence: "permanent" | "transient" | "temporary";
  columns: readonly Column[];
  rows: readonly Row[];
}

/** A stored query. It reads with the owner's rights ("CREATE VIEW", usage notes). */
export interface View extends InSchema {
  readonly kind: Exclude<TableKind, "TABLE">;
  columns: readonly Column[];
  query: Query;
  /** The statement that made it. */
  text: string;
  secure: boolean;
  /** There for one session only. */
  readonly temporary: boolean;
  /** A dynamic table's: TARGET_LAG and WAREHOUSE. */
  readonly properties: Map<string, PropertyValue>;
}

export interface Argument {
  readonly name: string;
  readonly type: DataType;
  readonly default: Expression | null;
}

export interface Routine extends InSchema, WithParameters {
  readonly kind: RoutineKind;
  readonly arguments: readonly Argument[];
  readonly returns: DataType | "TABLE";
  readonly language: string;
  executeAs: "OWNER" | "CALLER";
  readonly secure: boolean;
  readonly body: string;
}

export interface Sequence extends InSchema {
  readonly kind: "SEQUENCE";
  next: number;
  readonly increment: number;
}

/** Changes of a table since an offset: the rows that were there then ("Introduction to streams"). */
export interface Stream extends InSchema {
  readonly kind: "STREAM";
  readonly table: Table;
  offset: readonly Row[];
}

/** A stage or file format: named and guarded, without content. */
export interface NamedObject extends InSchema {
  readonly kind: "STAGE" | "FILE FORMAT";
  readonly properties: Map<string, PropertyValue>;
}

export type Relation = Table | View;
export type SchemaObject = Relation | Routine | Sequence | Stream | NamedObject;
export type Container = Database | Schema;
export type Securable =
  | AccountObject
  | Role
  | User
  | Warehouse
  | ResourceMonitor
  | NetworkPolicy
  | Database
  | Schema
  | SchemaObject;

export type SecurableOf<K extends Kind> = Extract<Securable, { readonly kind: K }>;
export type AccountSecurable = SecurableOf<AccountObjectKind>;
export type SessionVariables = Map<string, Value>;
