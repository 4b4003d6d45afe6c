/** Who may grant what, and what grants do. Pages "GRANT <privileges>", "REVOKE <privileges>", "Overview of access control". */
import type { Account } from "../catalog/account";
import type { Container, FutureGrant, Grant, Role, SchemaObject, Securable } from "../catalog/securables";
import { SnowflakeError } from "../errors";
import { type Authority, managesGrants, owns, rolesBelow } from "./authority";

export function isInSchema(object: Securable): object is SchemaObject {
  return "parent" in object && object.kind !== "SCHEMA";
}

/**
 * By what right a privilege on an object may be granted or revoked: as its owner (MANAGE GRANTS acts as the owner),
 * or by a grant option held. In a managed access schema only the schema's owner and MANAGE GRANTS decide
 * ("CREATE SCHEMA", WITH MANAGED ACCESS): owners of the objects do not, and grant options do not count.
 * @returns the role whose grant it will be, or undefined when there is no such right
 */
export function grantorOf(authority: Authority, privilege: string, object: Securable): { by: Role | null } | undefined {
  if (managesGrants(authority)) return { by: object.owner };
  if (isInSchema(object) && object.parent.managedAccess) {
    return owns(authority, object.parent) ? { by: object.owner } : undefined;
  }
  if (owns(authority, object)) return { by: object.owner };
  const option = object.grants.find(
    (grant) => grant.privilege === privilege && grant.grantOption && authority.roles.has(grant.to),
  );
  return option && { by: option.to };
}

/**
 * Whether future grants in a container may be changed: with MANAGE GRANTS, or as the owner of a managed access schema
 * ("GRANT <privileges>", future grants: on a database, or in a regular schema, the global privilege is needed).
 */
export function mayGrantFuture(authority: Authority, container: Container): boolean {
  if (managesGrants(authority)) return true;
  return container.kind === "SCHEMA" && container.managedAccess && owns(authority, container);
}

/** A privilege granted once more only gains the grant option. */
export function addGrant(
  account: Account,
  object: Securable,
  grant: Pick<Grant, "privilege" | "to" | "by" | "grantOption">,
): void {
  const same = object.grants.find(
    ({ privilege, to, by }) => privilege === grant.privilege && to === grant.to && by === grant.by,
  );
  if (same) same.grantOption ||= grant.grantOption;
  else object.grants.push(account.grantOf(grant.privilege, grant.to, grant.by, grant.grantOption));
}

/**
 * Takes a privilege from a role. What the role had passed on by its grant option goes with CASCADE, and with RESTRICT
 * (the default) makes the statement fail ("REVOKE <privileges>").
 */
export function removeGrant(object: Securable, privilege: string, from: Role, cascade: boolean): void {
  const passedOn = object.grants.filter(
    (grant) => grant.privilege === privilege && grant.by === from && from !== object.owner,
  );
  if (passedOn.length && !cascade) throw dependentGrant(object, passedOn[0] as Grant);
  object.grants = object.grants.filter((grant) => grant.privilege !== privilege || grant.to !== from);
  for (const grant of passedOn) removeGrant(object, privilege, grant.to, true);
}

/** `003036`: grants hang on the one that is to go. */
export function dependentGrant({ name }: Securable, { privilege, to }: Grant): SnowflakeError {
  const message =
    `SQL execution error: Dependent grant of privilege '${privilege}' on securable '${name}' to role '${to.name}' exists. ` +
    "It must be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' command to view them. To revoke " +
    "all dependent grants while transferring object ownership, use convenience command 'GRANT OWNERSHIP ON <target_objects> " +
    "TO <target_role> REVOKE CURRENT GRANTS'.";
  return new SnowflakeError("003036", "23001", message);
}

/**
 * Applies future grants to a new object. Those of the schema hide those of the database for the same kind, whatever
 * roles they name; ownership of a database's future objects passes by managed access schemas ("GRANT <privileges>", future
 * grants on database or schema objects).
 */
export function applyFutureGrants(account: Account, object: Securable): void {
  for (const { privilege, to, grantOption } of futureGrantsFor(object)) {
    if (privilege === "OWNERSHIP") object.owner = to;
    else addGrant(account, object, { privilege, to, by: object.owner, grantOption });
  }
  for (const grant of object.grants) grant.by = object.owner;
}

function futureGrantsFor(object: Securable): readonly FutureGrant[] {
  const ofKind = (container: Container) => container.futureGrants.filter(({ kind }) => kind === object.kind);
  if (object.kind === "SCHEMA") return ofKind(object.parent);
  if (!isInSchema(object)) return [];
  const inSchema = ofKind(object.parent);
  if (inSchema.length) return inSchema;
  const inDatabase = ofKind(object.parent.parent);
  return object.parent.managedAccess ? inDatabase.filter(({ privilege }) => privilege !== "OWNERSHIP") : inDatabase;
}

/** @throws SnowflakeError 003504 for a second future owner of a kind ("GRANT OWNERSHIP", future objects) */
export function addFutureGrant(account: Account, container: Container, grant: Omit<FutureGrant, "createdOn">): void {
  const alike = container.futureGrants.filter(
    ({ privilege, kind }) => privilege === grant.privilege && kind === grant.kind,
  );
  const same = alike.find(({ to }) => to === grant.to);
  if (same) {
    same.grantOption ||= grant.grantOption;
    return;
  }
  if (grant.privilege === "OWNERSHIP" && alike.length) {
    const where = container.kind.toLowerCase();
    const message = `A future grant with privilege OWNERSHIP on object type ${grant.kind} already exists in the ${where}.`;
    throw new SnowflakeError("003504", "01000", message);
  }
  container.futureGrants.push({ ...grant, createdOn: account.now() });
}

/** Whether a role granted to another would make a ring ("GRANT ROLE": circles in the hierarchy are refused). */
export function wouldCycle(granted: Role, to: Role): boolean {
  return rolesBelow(granted).has(to);
}

/**
 * Hands an object to another role ("GRANT OWNERSHIP"). Grants that the former owner made stay with `COPY CURRENT
 * GRANTS` as grants of the new one, go with `REVOKE CURRENT GRANTS`, and without either make the statement fail.
 * @throws SnowflakeError 003036
 */
export function transferOwnership(object: Securable, to: Role, current: "COPY" | "REVOKE" | null): void {
  const [dependent] = object.grants;
  if (dependent && current === null && to !== object.owner) throw dependentGrant(object, dependent);
  if (current === "REVOKE") object.grants = [];
  for (const grant of object.grants) if (grant.by === object.owner) grant.by = to;
  object.owner = to;
}
