/**
 * What a statement may do: the roles in force and what they hold. Pages "Overview of access control" (hierarchy,
 * inheritance, primary and secondary roles) and "USE SECONDARY ROLES".
 */
import type { Account } from "../catalog/account";
import type { Role, Securable, User } from "../catalog/securables";
import type { Context } from "../catalog/session";

/** The roles in force, computed anew for each statement: a grant or revoke counts from the next statement on. */
export interface Authority {
  readonly account: Account;
  /** The primary role with all it inherits, PUBLIC, and the same of every secondary role. */
  readonly roles: ReadonlySet<Role>;
  /** Without the secondary roles: CREATE is authorized by these only. */
  readonly primary: ReadonlySet<Role>;
}

/** A role and every role below it. */
export function rolesBelow(role: Role, into: Set<Role> = new Set()): Set<Role> {
  if (into.has(role)) return into;
  into.add(role);
  for (const { role: held } of role.holds) rolesBelow(held, into);
  return into;
}

/** Every role that a user may activate: those granted, what they inherit, and PUBLIC. */
export function rolesOfUser(account: Account, user: User): Set<Role> {
  const roles = new Set([account.role("PUBLIC")]);
  for (const { role } of user.holds) rolesBelow(role, roles);
  return roles;
}

/** The authority of a role alone: of a view's or a procedure's owner. */
export function authorityOfRole(account: Account, role: Role): Authority {
  const roles = rolesBelow(account.role("PUBLIC"), rolesBelow(role));
  return { account, roles, primary: roles };
}

export function authorityOf({ session: { account, user }, role, secondaryRoles }: Context): Authority {
  const { primary } = authorityOfRole(account, role);
  if (secondaryRoles === "NONE") return { account, roles: primary, primary };
  const mine = rolesOfUser(account, user);
  const secondary = secondaryRoles === "ALL" ? [...mine] : secondaryRoles.filter((each) => mine.has(each));
  const roles = new Set(primary);
  for (const each of secondary) rolesBelow(each, roles);
  return { account, roles, primary };
}

/** Whether the owner's role is in force: its holder may do everything with the object but grant it in managed access. */
export function owns({ roles }: Pick<Authority, "roles">, { owner }: Securable): boolean {
  return owner !== null && roles.has(owner);
}

/** Whether a privilege is held on an object; its owner holds all of them. */
export function holds({ roles }: Pick<Authority, "roles">, privilege: string, object: Securable): boolean {
  if (owns({ roles }, object)) return true;
  return object.grants.some((grant) => grant.privilege === privilege && roles.has(grant.to));
}

/** Whether an object exists for these roles at all: without any privilege on it Snowflake denies that it does. */
export function sees({ roles }: Authority, object: Securable): boolean {
  return owns({ roles }, object) || object.grants.some(({ to }) => roles.has(to));
}

/** MANAGE GRANTS: may grant and revoke anything as if the owner ("Access control privileges", global privileges). */
export function managesGrants(authority: Authority): boolean {
  return holds(authority, "MANAGE GRANTS", authority.account.self);
}

/** Whether a privilege to create is held by the primary role ("USE SECONDARY ROLES": CREATE is authorized by it). */
export function mayCreate(authority: Authority, privilege: string, container: Securable): boolean {
  return holds({ roles: authority.primary }, privilege, container);
}
