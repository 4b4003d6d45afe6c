import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";

/** What the live database and its roles allow: `catalog.sql` as data. Lists are sorted, passwords left out. */
export interface Catalog {
  readonly roles: readonly CatalogRole[];
  readonly memberships: readonly CatalogMembership[];
  /** Of roles, of databases and of roles in databases: `statement_timeout=900000`. */
  readonly settings: readonly {
    readonly role: string | null;
    readonly database: string | null;
    readonly setting: string;
  }[];
  readonly database: Owned;
  readonly schemas: readonly Owned[];
  readonly relations: readonly (Owned & { readonly schema: string; readonly kind: string })[];
  readonly functions: readonly CatalogFunction[];
  readonly defaultRights: readonly DefaultRights[];
}

/** One privilege of one grantee; `public` stands for everybody. */
export interface Right {
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
  readonly grantor: string;
}

export interface Owned {
  readonly name: string;
  readonly owner: string;
  /** Spelled out also where PostgreSQL keeps none and means its default. */
  readonly rights: readonly Right[];
}

export interface CatalogRole {
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypassRowSecurity: boolean;
  /** -1 stands for no limit. */
  readonly connectionLimit: number;
  /** UTC; null and `infinity` mean the same. */
  readonly validUntil: string | null;
}

export interface CatalogMembership {
  readonly role: string;
  readonly member: string;
  readonly grantor: string;
  readonly admin: boolean;
  /** Null before PostgreSQL 16: as the member's own attribute says. */
  readonly inherit: boolean | null;
  /** Null before PostgreSQL 16: every member may SET ROLE. */
  readonly set: boolean | null;
}

export interface CatalogFunction extends Owned {
  readonly schema: string;
  readonly arguments: string;
  readonly returns: string;
  readonly language: string;
  readonly securityDefiner: boolean;
  readonly settings: readonly string[];
  readonly source: string;
}

/** What others may do with objects that `owner` will make. */
export interface DefaultRights {
  readonly owner: string;
  /** Null: in every schema. */
  readonly schema: string | null;
  readonly kind: string;
  readonly rights: readonly Right[];
}

/** Reads the catalog of the database that the client is connected to. */
export async function readCatalog(client: Client): Promise<Catalog> {
  const sql = readFileSync(join(__dirname, "catalog.sql"), "utf8");
  const { rows } = await client.query<{ catalog: Catalog }>(sql);
  return (rows[0] as { catalog: Catalog }).catalog;
}
