/** From a statement's text to its result: parse, look up the rights, run. */

import type { Context, Result } from "../catalog/session";
import { authorityOf } from "../privileges/authority";
import { checkOwnersRights } from "../privileges/ownersRights";
import type { Viewer } from "../privileges/resolve";
import { type Bindings, bindTokens } from "../sql/bindings";
import { parseStatement, type Statement } from "../sql/statements";
import { emptyEnvironment } from "./query/environment";
import { evaluateConstant } from "./query/evaluate";
import { runQuery } from "./query/query";
import { call, executeImmediate, runBlock } from "./scripting/procedures";
import type { Run } from "./scripting/scripting";
import { describe } from "./show/describe";
import { showObjects } from "./show/show";
import { showGrants } from "./show/showGrants";
import { sessionParameter, showParameters } from "./show/showParameters";
import { createAccountObject, createSchema } from "./statements/accountObjects";
import { alter, comment } from "./statements/alter";
import { changeTable } from "./statements/changes";
import { drop, undrop } from "./statements/drop";
import { grantOwnership, grantPrivileges, grantRole } from "./statements/grants";
import { STATEMENT_TYPES } from "./statements/results";
import { createSchemaObject } from "./statements/schemaObjects";
import { changeSession, commit } from "./statements/sessions";
import { useStage } from "./statements/stages";

/**
 * Runs a statement; `bindings` are the values of its placeholders.
 * @throws SnowflakeError
 */
export function executeText(text: string, context: Context, bindings: Bindings): Result {
  return execute(parseStatement(text, bindTokens(text, bindings)), context);
}

/** Inside of a procedure a query may say INTO which variables its row goes. */
const runInside: Run = (text, context, bindings) => {
  context.session.account.beforeInner(text);
  const statement = parseStatement(text, bindTokens(text, bindings));
  const result = execute(statement, context);
  const isInto = statement.type === "query" && statement.query.body.type === "select";
  return isInto ? { ...result, into: statement.query.body.into } : result;
};

/** Runs a statement with the rights that the context has now. */
function execute(statement: Statement, context: Context): Result {
  const viewer: Viewer = { context, authority: authorityOf(context) };
  checkOwnersRights(statement, context);
  if (isDefinition(statement)) commit(context.session);
  switch (statement.type) {
    case "query": {
      const { columns, rows } = runQuery(statement.query, emptyEnvironment(viewer));
      // "Parameters", ROWS_PER_RESULTSET: 0 for no limit; in procedures with owner's rights it is the caller's.
      const limit = Number(sessionParameter(viewer, "ROWS_PER_RESULTSET")) || undefined;
      return { columns, rows: rows.slice(0, limit), statementType: STATEMENT_TYPES.select };
    }
    case "insert":
    case "update":
    case "delete":
    case "truncate":
    case "merge":
      return changeTable(statement, viewer);
    case "unload":
    case "load":
    case "remove":
      return useStage(statement, viewer);
    case "createAccountObject":
      return createAccountObject(statement, viewer);
    case "createSchema":
      return createSchema(statement, viewer);
    case "createTable":
    case "createView":
    case "createSequence":
    case "createStream":
    case "createNamed":
    case "createRoutine":
      return createSchemaObject(statement, viewer);
    case "alter":
      return alter(statement, viewer);
    case "comment":
      return comment(statement, viewer);
    case "drop":
      return drop(statement, viewer);
    case "undrop":
      return undrop(statement, viewer);
    case "grantPrivileges":
    case "revokePrivileges":
      return grantPrivileges(statement, viewer);
    case "grantOwnership":
      return grantOwnership(statement, viewer);
    case "grantRole":
    case "revokeRole":
      return grantRole(statement, viewer);
    case "show":
      return showObjects(statement, viewer);
    case "showGrants":
      return showGrants(statement, viewer);
    case "showParameters":
      return showParameters(statement, viewer);
    case "describe":
      return describe(statement, viewer);
    case "use":
    case "useSchema":
    case "useDatabase":
    case "useSecondaryRoles":
    case "alterSession":
    case "set":
    case "unset":
    case "transaction":
      return changeSession(statement, viewer);
    case "call":
      return call(statement, viewer, runInside);
    case "executeImmediate":
      return executeImmediate(evaluateConstant(viewer, statement.text), viewer, runInside);
    case "block":
      return runBlock(statement.text, viewer, runInside);
  }
}

/** Page "Transactions", DDL: it commits the open transaction, and then itself. */
function isDefinition({ type }: Statement): boolean {
  return /^(create|alter$|comment|drop|undrop|grant|revoke|truncate)/.test(type);
}
