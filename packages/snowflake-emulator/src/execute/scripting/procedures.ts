/** CALL, EXECUTE IMMEDIATE and blocks of Snowflake Scripting. */

import type { Routine } from "../../catalog/securables";
import type { Context, Result } from "../../catalog/session";
import { SnowflakeError, unknownToEmulator } from "../../errors";
import { authorityOf } from "../../privileges/authority";
import type { Viewer } from "../../privileges/resolve";
import { parseBlock } from "../../sql/parseScripting";
import type { Call } from "../../sql/statements";
import { VARCHAR, type Value } from "../../sql/types";
import { usableRoutine } from "../functions/userFunctions";
import { evaluateConstant } from "../query/evaluate";
import { castTo } from "../query/values";
import { STATEMENT_TYPES } from "../statements/results";
import { needWarehouse } from "../statements/warehouses";
import { Interpreter, type Outcome, type Run } from "./scripting";
import { Frame } from "./variables";

/** Page "CALL": USAGE of the procedure, and a warehouse. System functions can be called too ("SYSTEM$WAIT"). */
export function call({ path, args }: Call, viewer: Viewer, run: Run): Result {
  const [name = ""] = path;
  if (path.length === 1 && name.startsWith("SYSTEM$")) {
    const values = args.map(({ value }) => value);
    const result = evaluateConstant(viewer, { type: "call", name: path, args: values, star: false, distinct: false });
    return scalar(name, result);
  }
  const routine = usableRoutine(viewer, "PROCEDURE", path, args.length);
  needWarehouse(viewer);
  const frame = new Frame();
  for (const [index, { name, type, default: otherwise }] of routine.arguments.entries()) {
    const given = args.find((arg) => arg.name === name) ?? (args[index]?.name === null ? args[index] : undefined);
    const expression = given?.value ?? otherwise;
    if (!expression) throw unknownToEmulator(`CALL without a value for ${name}`);
    frame.declare(name, { holds: "value", type, value: castTo(evaluateConstant(viewer, expression), type) });
  }
  const context = contextOf(routine, viewer.context);
  const outcome = new Interpreter(context, routine.body, run).start(parseBlock(routine.body), frame);
  return answerOf(routine, outcome);
}

/**
 * Page "Understanding caller's rights and owner's rights stored procedures". Owner's rights: the owner's role alone,
 * without secondary roles, in the procedure's database and schema, apart from the caller's session variables and
 * role. Caller's rights: everything is the caller's.
 */
function contextOf(routine: Routine, caller: Context): Context {
  if (routine.executeAs === "CALLER") return caller;
  const { owner, parent: schema } = routine;
  if (!owner) throw new Error("a procedure has an owner");
  const { session, warehouse } = caller;
  return { session, warehouse, rights: "owner", role: owner, secondaryRoles: "NONE", database: schema.parent, schema };
}

function answerOf(routine: Routine, outcome: Outcome): Result {
  if ("result" in outcome) return { ...outcome.result, statementType: STATEMENT_TYPES.call };
  const value = "value" in outcome ? outcome.value : null;
  if (routine.returns === "TABLE")
    throw new SnowflakeError("002148", "42601", "SQL compilation error:\nno table is returned");
  return scalar(routine.name, castTo(value, routine.returns), routine.returns);
}

function scalar(name: string, value: Value, type = VARCHAR): Result {
  return { columns: [{ name, type }], rows: [[value]], statementType: STATEMENT_TYPES.call };
}

/** A block by itself runs with the session's rights ("EXECUTE IMMEDIATE"). */
export function runBlock(text: string, { context }: Viewer, run: Run): Result {
  const outcome = new Interpreter(context, text, run).start(parseBlock(text), new Frame());
  if ("result" in outcome) return outcome.result;
  const value = "value" in outcome ? outcome.value : null;
  return scalar("anonymous block", value === null ? null : castTo(value, VARCHAR));
}

/** Page "EXECUTE IMMEDIATE": the text of a statement or block. */
export function executeImmediate(text: Value, { context }: Viewer, run: Run): Result {
  const viewer = { context, authority: authorityOf(context) };
  const statement = String(text ?? "");
  if (/^\s*(DECLARE|BEGIN)\b(?!\s*(;|TRANSACTION|$))/i.test(statement)) return runBlock(statement, viewer, run);
  return run(statement, context, () => undefined);
}
