import { exactly, identifier } from "../quote";
import type { Session } from "../session";
import type { Grantee } from "./grantRows";

/** The role that may do everything in an account. */
export const ACCOUNTADMIN = "ACCOUNTADMIN";

/** The system's roles that can give themselves anything ("Overview of access control"). */
const ALMIGHTY = [ACCOUNTADMIN, "SECURITYADMIN"];

/** What a role may do, through itself and the roles below it. */
export interface Authority {
  /** The role and all that it inherits. */
  readonly roles: ReadonlySet<string>;
  may(privilege: string, on: "ACCOUNT" | "DATABASE", name?: string): boolean;
}

/**
 * Reads it from the account. Who inherits ACCOUNTADMIN may do everything, and half the account's roles with it.
 *
 * @param isWithout whether a role is not followed down: the roster's, and what they left, give no authority over the account
 */
export async function authorityOf(
  session: Session,
  role: string,
  isWithout: (role: string) => boolean,
): Promise<Authority> {
  const roles = new Set([role]);
  const grants = new Set<string>();
  for (const each of roles) {
    if (each === ACCOUNTADMIN) break;
    for (const { privilege, granted_on: on, name } of await session.query(`SHOW GRANTS TO ROLE ${identifier(each)}`)) {
      if (on !== "ROLE") grants.add(`${privilege} ${on} ${on === "ACCOUNT" ? "" : unquoted(name)}`);
      // The owner of a role may grant it to itself, but does not inherit it.
      else if (privilege === "USAGE" && !isWithout(unquoted(name))) roles.add(unquoted(name));
    }
  }
  const all = roles.has(ACCOUNTADMIN);
  return { roles, may: (privilege, on, name = "") => all || grants.has(`${privilege} ${on} ${name}`) };
}

/** Some roles, and all that reach what they own: by inheriting them, or because they can give themselves anything. */
export async function administratorsOver(session: Session, roles: readonly string[]): Promise<Set<string>> {
  const above = new Set(roles);
  for (const role of above) {
    if (ALMIGHTY.includes(role)) continue;
    for (const { kind, name } of await membersOf(session, role)) if (kind === "ROLE") above.add(name);
  }
  return new Set([...above, ...ALMIGHTY]);
}

/** Whom a role has been granted to: roles and users. */
export async function membersOf(session: Session, role: string): Promise<Grantee[]> {
  const rows = await session.query(`SHOW GRANTS OF ROLE ${exactly(role)}`);
  return rows.map((row) => ({ kind: String(row.granted_to), name: unquoted(row.grantee_name) }));
}

/** `"ANALYTICS".PUBLIC` → `ANALYTICS.PUBLIC`. */
export function unquoted(name: unknown): string {
  return String(name).replaceAll('"', "");
}
