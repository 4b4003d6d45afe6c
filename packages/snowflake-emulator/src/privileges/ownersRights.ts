/**
 * What a procedure with owner's rights may not run, so that it cannot reach its caller's session: page "Understanding
 * caller's rights and owner's rights stored procedures", restrictions.
 */
import type { Context } from "../catalog/session";
import { SnowflakeError } from "../errors";
import type { Statement } from "../sql/statements";

/** @throws SnowflakeError 090236 */
export function checkOwnersRights(statement: Statement, context: Context): void {
  if (context.rights !== "owner" || isAllowed(statement, context)) return;
  const message = `Stored procedure execution error: Unsupported statement type '${statement.type}'.`;
  throw new SnowflakeError("090236", "42601", message);
}

/** Queries, DML, DDL, GRANT, REVOKE, DESCRIBE, and SHOW of what does not depend on the session or the user. */
function isAllowed(statement: Statement, { session }: Context): boolean {
  switch (statement.type) {
    case "use":
    case "useSchema":
    case "useDatabase":
    case "useSecondaryRoles":
    case "alterSession":
    case "set":
    case "unset":
    case "transaction":
      return false;
    case "alter":
      return statement.reference.kind !== "USER" || statement.reference.path.at(-1) !== session.user.name;
    case "showParameters":
      return statement.reference !== null;
    case "showGrants":
      return statement.of !== "mine";
    default:
      return true;
  }
}
