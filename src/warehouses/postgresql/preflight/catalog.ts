/** The rows of `sql/preflight`: what the server says, before anything is concluded from it. */
import type { Client, QueryResultRow } from "pg";
import { readableKinds, thingsOf } from "../kinds";
import { readSql } from "../readSql";

/** Runs one of the queries of `sql/preflight`. */
export async function ask<Row extends QueryResultRow>(
  client: Client,
  name: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const sql = readSql(`preflight/${name}`).replace("{{things}}", () => thingsOf(readableKinds()));
  const { rows } = await client.query<Row>(sql, [...values]);
  return rows;
}

export interface RoleRow {
  readonly name: string;
  readonly superuser: boolean;
  readonly login: boolean;
  readonly inherit: boolean;
  /** -1: any number. */
  readonly connectionLimit: number;
  /** `2027-01-31T00:00:00Z`; null: for ever. */
  readonly validUntil: string | null;
  /** `CREATEROLE` and the like, without LOGIN. */
  readonly attributes: readonly string[];
  readonly usable: boolean;
  readonly manageable: boolean;
}

export interface MembershipRow {
  readonly role: string;
  readonly member: string;
  readonly grantor: string | null;
  readonly admin: boolean;
  /** Null before PostgreSQL 16, as `set`. */
  readonly inherit: boolean | null;
  readonly set: boolean | null;
  /** The member has the role's privileges or may act as it. */
  readonly useful: boolean;
}

export interface SchemaRow {
  readonly name: string;
  readonly owner: string;
  readonly empty: boolean;
  /** Who may create things in it, besides its owner. */
  readonly creators: readonly string[];
  /** It has routines that the deploying admin cannot revoke anything from. */
  readonly foreignRoutines: boolean;
  readonly comment: string | null;
}

export interface GrantRow {
  /** `database`, `schema`, or the type of things in one. */
  readonly kind: string;
  /** Empty for the database. */
  readonly schema: string;
  readonly grantee: string;
  /** Null: the owner. */
  readonly grantor: string | null;
  readonly grantable: boolean;
  readonly privileges: readonly string[];
  /** How many have the same grant; `name` and `place` are those of one. */
  readonly things: number;
  readonly name: string;
  readonly place: string;
}

export interface OwnerRow {
  readonly kind: "schema" | "table" | "relation" | "routine" | "type";
  readonly schema: string;
  readonly place: string;
  readonly owner: string;
  readonly schemaOwner: string;
}

export interface DefaultRow {
  readonly owner: string;
  readonly schema: string | null;
  readonly kind: string;
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export interface DefinerRow {
  readonly schema: string;
  readonly name: string;
  readonly place: string;
  readonly owner: string;
  readonly grantee: string;
  readonly grantor: string | null;
}

export interface SettingRow {
  /** Null: everybody. */
  readonly role: string | null;
  readonly inDatabase: boolean;
  readonly name: string;
  readonly value: string;
}

export interface ShownRow {
  readonly schema: string;
  readonly name: string;
  readonly innerSchema: string;
  readonly innerName: string;
  readonly readers: readonly string[];
}

export interface ServerRow {
  readonly what: "parameter" | "foreign server" | "event trigger" | "row security";
  readonly name: string;
  readonly holder: string;
  readonly detail: string;
}
