/** USE, ALTER SESSION, SET and transactions. */

import type { Warehouse } from "../../catalog/securables";
import type { Context, Result, Session } from "../../catalog/session";
import { noSuchObject, notAuthorized, SnowflakeError } from "../../errors";
import { holds, rolesOfUser } from "../../privileges/authority";
import { resolveDatabase, resolveSchema, type Viewer } from "../../privileges/resolve";
import { printName } from "../../sql/names";
import type { SessionStatement } from "../../sql/sessions";
import { evaluateConstant } from "../query/evaluate";
import { setParameter } from "./properties";
import { status } from "./results";

export function changeSession(statement: SessionStatement, viewer: Viewer): Result {
  const { context } = viewer;
  const { session } = context;
  switch (statement.type) {
    case "use":
      if (statement.kind === "ROLE") useRole(viewer, statement.name);
      else context.warehouse = usableWarehouse(viewer, statement.name);
      return status();
    case "useDatabase":
      context.database = resolveDatabase(viewer, statement.name);
      // "USE DATABASE": its schema PUBLIC becomes current where there is one.
      context.schema = context.database.schemas.get("PUBLIC") ?? null;
      return status();
    case "useSchema":
      context.schema = resolveSchema(viewer, statement.path);
      context.database = context.schema.parent;
      return status();
    case "useSecondaryRoles":
      useSecondaryRoles(context, statement.roles);
      return status();
    case "alterSession":
      for (const [name, value] of statement.set) setParameter(session.parameters, "SESSION", name, value);
      for (const name of statement.unset) session.parameters.delete(name);
      return status();
    case "set":
      for (const [index, name] of statement.names.entries()) {
        const value = statement.values[index];
        if (value) session.variables.set(name, evaluateConstant(viewer, value));
      }
      return status();
    case "unset":
      for (const name of statement.names) session.variables.delete(name);
      return status();
    case "transaction":
      changeTransaction(session, statement.action);
      return status();
  }
}

/** Page "USE ROLE": only a role that was granted to the user, or that such a role inherits. */
function useRole({ context }: Viewer, name: string): void {
  const { account, user } = context.session;
  const role = account.roles.get(name);
  if (!role) throw noSuchObject();
  if (!rolesOfUser(account, user).has(role)) {
    const message = `SQL access control error:\nRequested role '${name}' is not assigned to the executing user. Specify another role to activate.`;
    throw new SnowflakeError("003013", "42501", message);
  }
  context.role = role;
}

/** Page "USE WAREHOUSE": USAGE of it. */
function usableWarehouse({ context, authority }: Viewer, name: string): Warehouse {
  const warehouse = context.session.account.warehouses.get(name);
  if (!warehouse || !holds(authority, "USAGE", warehouse)) throw noSuchObject();
  return warehouse;
}

/** Page "USE SECONDARY ROLES": ALL, NONE, or some of the user's. */
function useSecondaryRoles(context: Context, roles: "ALL" | "NONE" | readonly string[]): void {
  if (typeof roles === "string") {
    context.secondaryRoles = roles;
    return;
  }
  const { account, user } = context.session;
  const mine = rolesOfUser(account, user);
  context.secondaryRoles = roles.map((name) => {
    const role = account.roles.get(name);
    if (!role || !mine.has(role)) throw notAuthorized("Role", printName(name));
    return role;
  });
}

/** Page "Transactions": BEGIN inside of one changes nothing; COMMIT and ROLLBACK outside of one neither. */
function changeTransaction(session: Session, action: "begin" | "commit" | "rollback"): void {
  switch (action) {
    case "begin":
      session.transaction ??= new Map();
      return;
    case "commit":
      commit(session);
      return;
    case "rollback":
      session.transaction = null;
  }
}

/** Makes the rows of the open transaction everybody's; DDL does so before it runs ("Transactions", DDL). */
export function commit(session: Session): void {
  for (const [table, rows] of session.transaction ?? []) table.rows = rows;
  session.transaction = null;
}
