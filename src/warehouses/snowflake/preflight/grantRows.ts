/** What SHOW GRANTS and SHOW FUTURE GRANTS tell, and the statements that take it away. */
import { exactly } from "../quote";
import type { Row } from "../session";

/** Somebody who holds a privilege: a role, a database role, a share, a user … */
export interface Grantee {
  /** `ROLE`, `DATABASE ROLE`, … as SQL has it. */
  readonly kind: string;
  readonly name: string;
}

/** What PUBLIC has, everybody has. */
export function isPublic({ kind, name }: Grantee): boolean {
  return kind === "ROLE" && name === "PUBLIC";
}

/** One privilege. */
export interface GrantRow {
  readonly privilege: string;
  /** `TABLE`, `MATERIALIZED VIEW`, … as SQL has it. */
  readonly on: string;
  /** What the privilege is on, from the database down; future objects are one in angle brackets. */
  readonly path: readonly string[];
  readonly grantee: Grantee;
}

/** A row of either statement: they name their columns differently ("SHOW GRANTS", output). */
export function readGrant(row: Row): GrantRow {
  return {
    privilege: String(row.privilege),
    on: words(row.granted_on ?? row.grant_on),
    path: pathOf(String(row.name)),
    grantee: { kind: words(row.granted_to ?? row.grant_to ?? "ROLE"), name: String(row.grantee_name) },
  };
}

/** Whether the row comes from a grant on a container ("Using inherited grants", audit), which is revoked there. */
export function isInherited(row: Row): boolean {
  return String(row.is_inherited).toLowerCase() === "true";
}

/** `ANALYTICS."my schema".T` → its names. */
function pathOf(name: string): string[] {
  const parts = name.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
}

function words(kind: unknown): string {
  return String(kind).replaceAll("_", " ");
}

/** Grants that one statement can take away, with what they have in common. */
export interface GrantGroup {
  readonly privileges: readonly string[];
  readonly on: string;
  readonly path: readonly string[];
  readonly grantee: Grantee;
}

/**
 * Grants to the same grantee at the same place as one.
 *
 * @param placeOf how much of a grant's path makes its place
 */
export function groupGrants(
  grants: readonly GrantRow[],
  placeOf = ({ path }: GrantRow): readonly string[] => path,
): GrantGroup[] {
  const groups = new Map<string, { privileges: Set<string> } & Omit<GrantGroup, "privileges">>();
  for (const grant of grants) {
    const { privilege, on, grantee } = grant;
    const path = placeOf(grant);
    const key = JSON.stringify([on, path, grantee]);
    const group = groups.get(key) ?? { privileges: new Set(), on, path, grantee };
    groups.set(key, group);
    group.privileges.add(privilege);
  }
  return [...groups.values()].map((group) => ({ ...group, privileges: [...group.privileges].sort() }));
}

/**
 * @param on what they are on, as SQL: `SCHEMA "ANALYTICS"."PROD"`, `FUTURE TABLES IN SCHEMA …`
 * @param verb `REVOKE INHERITED` for grants on all that a container holds
 */
export function revocation(
  { privileges, grantee }: Pick<GrantGroup, "privileges" | "grantee">,
  on: string,
  verb = "REVOKE",
): string {
  return `${verb} ${privileges.join(", ")} ON ${on} FROM ${grantee.kind} ${nameOf(grantee)}`;
}

/** OWNERSHIP cannot be revoked, only handed on; grants that are there stay. @param on as SQL */
export function handover(on: string, role: string): string {
  return `GRANT OWNERSHIP ON ${on} TO ROLE ${exactly(role)} COPY CURRENT GRANTS`;
}

/** A database role is told with its database, or with quotes where it needs them: as it is, then. */
function nameOf({ kind, name }: Grantee): string {
  return kind === "ROLE" && !name.startsWith('"') ? exactly(name) : name;
}

/** `TABLE` → `TABLES`. */
export function plural(kind: string): string {
  return kind.endsWith("Y") ? `${kind.slice(0, -1)}IES` : `${kind}S`;
}

/** `F(X VARCHAR, N NUMBER):VARCHAR`, as SHOW GRANTS has it → `F(VARCHAR, NUMBER)`. */
export function withoutNames(routine: string): string {
  const [, name = routine, args = ""] = /^(.*?)\((.*)\):/.exec(routine) ?? [];
  const types = args.split(", ").map((arg) => arg.slice(arg.indexOf(" ") + 1));
  return `${name}(${types.join(", ")})`;
}

/** What a grant is on, as SQL: a routine by the types of its arguments. */
export function objectOf({ on, path }: Pick<GrantRow, "on" | "path">): string {
  if (on !== "FUNCTION" && on !== "PROCEDURE") return `${on} ${exactly(...path)}`;
  const signature = withoutNames(String(path.at(-1)));
  const name = signature.slice(0, signature.indexOf("("));
  return `${on} ${exactly(...path.slice(0, -1), name)}${signature.slice(name.length)}`;
}
