/** CALL, EXECUTE IMMEDIATE and blocks of Snowflake Scripting. */
import type { Viewer } from "../access/resolve";
import type { Result } from "../catalog/session";
import { unknownToEmulator } from "../errors";
import type { Call, Statement } from "../sql/statements";

export function call(_statement: Call, _viewer: Viewer): Result {
  throw unknownToEmulator("CALL");
}

export function executeImmediate(
  _statement: Extract<Statement, { type: "executeImmediate" }>,
  _viewer: Viewer,
): Result {
  throw unknownToEmulator("EXECUTE IMMEDIATE");
}

export function runBlock(_text: string, _viewer: Viewer): Result {
  throw unknownToEmulator("blocks");
}
