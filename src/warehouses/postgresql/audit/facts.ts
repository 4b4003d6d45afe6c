/** What the server says, read in one snapshot; nothing is concluded here. */
import type { Client, QueryResultRow } from "pg";
import { isProdSchema } from "../../../names";
import {
  ask,
  type MembershipRow,
  type RoleRow,
  type SchemaRow,
  type SettingRow,
  type ShownRow,
} from "../preflight/catalog";
import { type Reach, reachOf } from "../reach";
import { readSql } from "../readSql";

/** One entry of an ACL. The grantee `public` is everybody. */
export interface AclItem {
  readonly grantee: string;
  readonly grantor: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** Things that are alike in all but their name. */
export interface ThingRow {
  /** As GRANT calls it, in lower case: `table` for everything that can be read, `column` for a part of it. */
  readonly kind: string;
  /** As ALTER calls it. */
  readonly type: string;
  /** Empty for what is in none. */
  readonly schema: string;
  /** Of a column. */
  readonly column: string;
  readonly owner: string;
  /** A routine that runs as its owner. */
  readonly definer: boolean;
  /** Its owner is another thing's: a column's sequence, or a thing that has no schema. */
  readonly follows: boolean;
  readonly extension: boolean;
  /** As SQL has them, sorted. */
  readonly names: readonly string[];
  /** What others than the owner have. */
  readonly items: readonly AclItem[];
}

export interface DefaultsRow {
  readonly owner: string;
  readonly schema: string | null;
  readonly kind: string;
  readonly items: readonly AclItem[];
}

export interface FunctionRow {
  readonly schema: string;
  readonly name: string;
  readonly arguments: string;
  readonly returns: string;
  readonly language: string;
  readonly owner: string;
  readonly securityDefiner: boolean;
  readonly body: string;
  readonly settings: readonly string[];
}

/** What acts on production or shows it; what the fields mean depends on `what` (`beside.sql`). */
export interface BesideRow {
  readonly what:
    | "trigger"
    | "code"
    | "rule"
    | "row security"
    | "event trigger"
    | "publication"
    | "subscription"
    | "user mapping";
  readonly name: string;
  readonly place: string;
  readonly holder: string;
  readonly owner: string;
  readonly details: readonly string[];
}

export interface DependentsRow {
  readonly kind: string;
  readonly owner: string;
  readonly names: readonly string[];
  /** What they depend on. */
  readonly places: readonly string[];
  readonly mends: readonly string[];
}

export interface SystemRow {
  readonly kind: string;
  readonly place: string;
  readonly owner: string;
  readonly grantee: string;
  readonly grantor: string;
  readonly privileges: readonly string[];
}

export interface DatabaseRow {
  readonly user: string;
  readonly version: number;
  readonly name: string;
  readonly owner: string;
  readonly connectionLimit: number;
  readonly template: boolean;
  /** The superuser that the server was made with. */
  readonly bootstrap: string;
}

/** The live warehouse. */
export interface Facts {
  readonly database: DatabaseRow;
  readonly roles: readonly RoleRow[];
  readonly memberships: readonly MembershipRow[];
  readonly schemas: readonly SchemaRow[];
  readonly things: readonly ThingRow[];
  readonly defaults: readonly DefaultsRow[];
  readonly functions: readonly FunctionRow[];
  readonly settings: readonly SettingRow[];
  readonly beside: readonly BesideRow[];
  readonly dependents: readonly DependentsRow[];
  readonly system: readonly SystemRow[];
  readonly shown: readonly ShownRow[];
  /** How the session can act for each role. */
  readonly reach: ReadonlyMap<string, Reach>;
}

/** Who is asked about, of the roles that there are. */
export interface Question {
  /** Schemas of functions that run with the admin's rights. */
  readonly functionSchemas: readonly string[];
  /** Roles whose relations may show what others must not read, and those that may be shown everything. */
  of(roles: readonly RoleRow[], memberships: readonly MembershipRow[]): { tellers: string[]; trusted: string[] };
}

/** Reads everything, by a dozen queries. The caller has begun a transaction that sees one snapshot. */
export async function readFacts(client: Client, question: Question): Promise<Facts> {
  const query = <Row extends QueryResultRow>(name: string, values: readonly unknown[] = []) =>
    rowsOf<Row>(client, name, values);
  const [database] = await query<DatabaseRow>("database");
  if (database === undefined) throw new Error("the database does not know itself");
  const roles = await ask<RoleRow>(client, "roles");
  const memberships = await ask<MembershipRow>(client, "memberships");
  const schemas = await ask<SchemaRow>(client, "schemas");
  const production = schemas.map(({ name }) => name).filter(isProdSchema);
  const { tellers, trusted } = question.of(roles, memberships);
  return {
    database,
    roles,
    memberships,
    schemas,
    things: await query<ThingRow>("things"),
    defaults: await query<DefaultsRow>("defaults"),
    functions: await query<FunctionRow>("functions", [question.functionSchemas]),
    settings: await ask<SettingRow>(client, "settings"),
    beside: await query<BesideRow>("beside", [production]),
    dependents: await query<DependentsRow>("dependents", [production]),
    system: await query<SystemRow>("system"),
    shown: await ask<ShownRow>(client, "shown", [production, tellers, trusted]),
    reach: await reachOf(
      client,
      roles.map(({ name }) => name),
    ),
  };
}

async function rowsOf<Row extends QueryResultRow>(
  client: Client,
  name: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const sql = readSql(`audit/${name}`);
  return (await client.query<Row>(sql, [...values])).rows;
}
