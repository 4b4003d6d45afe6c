/** GRANT and REVOKE. Who may is in access/granting. */

import type { Account } from "../../catalog/account";
import type { Container, Role, Securable, User } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { insufficientPrivileges, notAuthorized, SnowflakeError, unknownToEmulator } from "../../errors";
import { allPrivileges } from "../../kinds";
import { managesGrants, owns, rolesBelow } from "../../privileges/authority";
import {
  addFutureGrant,
  addGrant,
  grantorOf,
  isInSchema,
  mayGrantFuture,
  removeGrant,
  transferOwnership,
  wouldCycle,
} from "../../privileges/granting";
import { requireObject, resolveDatabase, resolveSchema, type Viewer } from "../../privileges/resolve";
import type { ContainerReference, GrantOwnership, GrantPrivileges, GrantRole, GrantTarget } from "../../sql/grants";
import { printName } from "../../sql/names";
import { status } from "./results";

/** `003102`, `003103`: nothing was granted, or revoked. */
function notExecuted(isGrant: boolean): SnowflakeError {
  const message = `${isGrant ? "Grant" : "Revoke"} not executed: Insufficient privileges.`;
  return new SnowflakeError(isGrant ? "003102" : "003103", "42501", message);
}

/** `003011`, `003012`: some were; the others are named. */
function partlyExecuted(isGrant: boolean, left: readonly string[]): SnowflakeError {
  const [word, done] = isGrant ? ["Grant", "granted"] : ["Revoke", "revoked"];
  const message = `${word} partially executed: privileges [${left.join(", ")}] not ${done}.`;
  return new SnowflakeError(isGrant ? "003011" : "003012", "42501", message);
}

export function roleNamed(account: Account, name: string): Role {
  const role = account.roles.get(name);
  if (!role) throw notAuthorized("Role", printName(name));
  return role;
}

export function userNamed(account: Account, name: string): User {
  const user = account.users.get(name);
  if (!user) throw notAuthorized("User", printName(name));
  return user;
}

export function grantPrivileges(statement: GrantPrivileges, viewer: Viewer): Result {
  const grantor: Viewer = { ...viewer, asGrantor: true };
  const { target } = statement;
  const role = roleNamed(viewer.context.session.account, statement.role);
  if (target.scope === "future") return changeFutureGrants(statement, grantor, role);
  const objects = objectsOf(target, grantor);
  for (const object of objects) changeGrants(statement, grantor, object, role);
  if (target.scope === "object") return status();
  return status(`Statement executed successfully. ${objects.length} objects affected.`);
}

/** Changes what may be changed and reports the rest, as Snowflake does for a list of privileges. */
function changeGrants(statement: GrantPrivileges, { authority, context }: Viewer, object: Securable, to: Role): void {
  const isGrant = statement.type === "grantPrivileges";
  const wanted = statement.privileges === "ALL" ? allPrivileges(object.kind) : statement.privileges;
  const left: string[] = [];
  for (const privilege of wanted) {
    const grantor = grantorOf(authority, privilege, object);
    if (!grantor) left.push(privilege);
    else if (isGrant) {
      const by = grantor.by ?? context.role; // the account itself has no owner
      addGrant(context.session.account, object, { privilege, to, by, grantOption: statement.grantOption });
    } else if (statement.grantOption) {
      for (const grant of object.grants)
        if (grant.privilege === privilege && grant.to === to) grant.grantOption = false;
    } else removeGrant(object, privilege, to, statement.cascade);
  }
  if (left.length === wanted.length && left.length) throw notExecuted(isGrant);
  if (left.length) throw partlyExecuted(isGrant, left);
}

function changeFutureGrants(statement: GrantPrivileges, viewer: Viewer, to: Role): Result {
  const { target } = statement;
  if (target.scope !== "future") return status();
  const { account } = viewer.context.session;
  const { kind } = target;
  const container = containerOf(target.container, viewer);
  if (!mayGrantFuture(viewer.authority, container))
    throw insufficientPrivileges(container.kind.toLowerCase(), container.name);
  const wanted = statement.privileges === "ALL" ? allPrivileges(kind) : statement.privileges;
  const { futureGrants } = container;
  for (const privilege of wanted) {
    if (statement.type === "grantPrivileges") {
      addFutureGrant(account, container, { privilege, kind, to, grantOption: statement.grantOption });
      continue;
    }
    const index = futureGrants.findIndex(
      (each) => each.privilege === privilege && each.kind === kind && each.to === to,
    );
    const found = futureGrants[index];
    if (found && statement.grantOption) found.grantOption = false;
    else if (found) futureGrants.splice(index, 1);
  }
  return status();
}

export function containerOf({ kind, path }: ContainerReference, viewer: Viewer): Container {
  return kind === "SCHEMA" ? resolveSchema(viewer, path) : resolveDatabase(viewer, path.at(-1));
}

function objectsOf(target: Exclude<GrantTarget, { scope: "future" }>, viewer: Viewer): readonly Securable[] {
  if (target.scope === "object") return [requireObject(viewer, target.reference)];
  const container = containerOf(target.container, viewer);
  const schemas = container.kind === "SCHEMA" ? [container] : [...container.schemas.values()];
  if (target.kind === "SCHEMA") return schemas;
  return schemas.flatMap(({ objects }) => [...objects.values()].filter(({ kind }) => kind === target.kind));
}

/**
 * Page "GRANT OWNERSHIP": by the owner or with MANAGE GRANTS. In a managed access schema only to a role below the
 * schema's owner (usage notes), and the object's owner does not decide.
 */
export function grantOwnership(statement: GrantOwnership, viewer: Viewer): Result {
  const grantor: Viewer = { ...viewer, asGrantor: true };
  const { authority } = viewer;
  const { account } = viewer.context.session;
  const to = roleNamed(account, statement.role);
  const { target } = statement;
  if (target.scope === "future") {
    const container = containerOf(target.container, grantor);
    if (!mayGrantFuture(authority, container))
      throw insufficientPrivileges(container.kind.toLowerCase(), container.name);
    addFutureGrant(account, container, { privilege: "OWNERSHIP", kind: target.kind, to, grantOption: true });
    return status();
  }
  const objects = [...objectsOf(target, grantor), ...materializedViews(target, grantor)];
  for (const object of objects) {
    if (!mayTransfer(viewer, object, to, statement.current))
      throw insufficientPrivileges(object.kind.toLowerCase(), object.name);
    if (object.kind === "ROLE" && object === to) throw notExecuted(true);
    if (object.kind === "SCHEMA" && object.managedAccess && hasFutureOwner(object)) throw futureOwner(object);
  }
  for (const object of objects) transferOwnership(object, to, statement.current);
  if (target.scope === "object") return status();
  return status(`Statement executed successfully. ${objects.length} objects affected.`);
}

/** A managed access schema is not handed on while its future objects have an owner ("GRANT <privileges>", restrictions). */
function hasFutureOwner({ futureGrants }: Container): boolean {
  return futureGrants.some(({ privilege }) => privilege === "OWNERSHIP");
}

function futureOwner({ name }: Container): SnowflakeError {
  const message = `SQL execution error: Schema '${name}' has future grants of OWNERSHIP. They must be revoked before it is handed on.`;
  return new SnowflakeError("003036", "23001", message);
}

/** Their ownership goes with the views', there is no statement for them alone ("GRANT OWNERSHIP", usage notes). */
function materializedViews(target: Exclude<GrantTarget, { scope: "future" }>, viewer: Viewer): readonly Securable[] {
  const kind = target.scope === "object" ? target.reference.kind : target.kind;
  if (kind === "MATERIALIZED VIEW") throw unknownToEmulator("GRANT OWNERSHIP ON MATERIALIZED VIEW: say VIEW");
  return target.scope !== "object" && kind === "VIEW"
    ? objectsOf({ ...target, kind: "MATERIALIZED VIEW" }, viewer)
    : [];
}

/**
 * Behavior change 2395: to a role in force only, so that nobody can hand their code to a role to run it with. With COPY
 * CURRENT GRANTS, which leaves the giver's USAGE, that has always been so ("GRANT OWNERSHIP", COPY).
 */
function mayTransfer({ authority }: Viewer, object: Securable, to: Role, current: GrantOwnership["current"]): boolean {
  if (managesGrants(authority)) return true;
  const isGift = !authority.roles.has(to);
  if (isGift && (current === "COPY" || !authority.account.ownershipGifts)) return false;
  if (!isInSchema(object) || !object.parent.managedAccess) return owns(authority, object);
  const { owner } = object.parent;
  return owner !== null && authority.roles.has(owner) && rolesBelow(owner).has(to);
}

/** Pages "GRANT ROLE", "REVOKE ROLE": the role's owner, or MANAGE GRANTS. */
export function grantRole({ type, role: name, grantee }: GrantRole, { context, authority }: Viewer): Result {
  const { account } = context.session;
  const role = roleNamed(account, name);
  const to = grantee.kind === "ROLE" ? roleNamed(account, grantee.name) : userNamed(account, grantee.name);
  if (!owns(authority, role) && !managesGrants(authority)) throw notExecuted(type === "grantRole");
  if (type === "revokeRole") to.holds = to.holds.filter((held) => held.role !== role);
  else {
    if (to.kind === "ROLE" && wouldCycle(role, to)) throw cycle(role, to);
    if (!to.holds.some((held) => held.role === role)) to.holds.push(account.roleGrant(role, context.role));
  }
  return status();
}

function cycle(role: Role, to: Role): SnowflakeError {
  const message = `SQL access control error:\nGranting role '${role.name}' to role '${to.name}' would cause a cycle in the role hierarchy.`;
  return new SnowflakeError("003009", "42501", message);
}
