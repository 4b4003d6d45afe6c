/** User-defined functions in SQL ("CREATE FUNCTION", "Scalar SQL UDFs"): an expression or a query over the arguments. */

import type { Routine } from "../../catalog/securables";
import { SnowflakeError, unknownToEmulator } from "../../errors";
import { authorityOfRole, holds } from "../../privileges/authority";
import { placeOf, routinesNamed, type Viewer } from "../../privileges/resolve";
import { Cursor } from "../../sql/cursor";
import { type Path, printPath } from "../../sql/names";
import { parseExpression } from "../../sql/parseExpression";
import { isQueryNext, parseQuery } from "../../sql/parseQuery";
import type { DataType, Value } from "../../sql/types";
import { type Environment, emptyEnvironment, type Variables } from "../query/environment";
import { evaluate } from "../query/evaluate";
import { runQuery } from "../query/query";
import { castTo } from "../query/values";
import type { Call } from "./functions";

/** `002141`: there is no such function or procedure, or the roles have no USAGE of it. */
export function unknownRoutine(path: Path): SnowflakeError {
  return new SnowflakeError(
    "002141",
    "42601",
    `SQL compilation error:\nUnknown user-defined function ${printPath(path)}.`,
  );
}

/** The routine of a name that takes so many arguments, if the roles may use it. */
export function usableRoutine(viewer: Viewer, kind: Routine["kind"], path: Path, count: number): Routine {
  const fits = (routine: Routine) =>
    count <= routine.arguments.length && routine.arguments.slice(count).every((argument) => argument.default !== null);
  let found: Routine[] = [];
  try {
    const { schema, name } = placeOf(viewer, path);
    found = routinesNamed(schema, kind, name).filter(fits);
  } catch (error) {
    // Where nothing is current, a bare name names nothing.
    const isNowhere = error instanceof SnowflakeError && ["090105", "090106"].includes(error.code);
    throw isNowhere ? unknownRoutine(path) : error;
  }
  const usable = found.filter((routine) => holds(viewer.authority, "USAGE", routine));
  if (usable.length > 1)
    throw unknownToEmulator(`which of the ${usable.length} overloads of ${printPath(path)} is meant`);
  const [routine] = usable;
  if (!routine) throw unknownRoutine(path);
  return routine;
}

/** The function runs with the rights of its owner, as views do. */
export function callUserFunction(call: Call, args: readonly Value[], env: Environment): Value {
  const routine = usableRoutine(env.viewer, "FUNCTION", call.name, args.length);
  if (routine.returns === "TABLE") throw unknownToEmulator("table functions of users");
  const cursor = new Cursor(routine.body);
  const inside = emptyEnvironment(asOwner(env.viewer, routine), argumentsOf(routine, args));
  const body = isQueryNext(cursor) ? { query: parseQuery(cursor) } : { expression: parseExpression(cursor) };
  cursor.expectEnd();
  const value =
    "query" in body ? (runQuery(body.query, inside).rows[0]?.[0] ?? null) : evaluate(body.expression, inside);
  return castTo(value, routine.returns);
}

/** Names inside of a function, view or procedure are looked up in its own schema, with its owner's rights. */
export function asOwner({ context }: Viewer, { owner, parent }: Pick<Routine, "owner" | "parent">): Viewer {
  if (!owner) throw new Error("a schema object has an owner");
  const inside = { ...context, rights: "owner" as const, database: parent.parent, schema: parent };
  return { context: inside, authority: authorityOfRole(context.session.account, owner) };
}

function argumentsOf(routine: Routine, args: readonly Value[]): Variables {
  const values = new Map(
    routine.arguments.map(({ name, type }, index) => [name, { value: castTo(args[index] ?? null, type), type }]),
  );
  return (name) => values.get(name);
}

export function userFunctionType({ name, args }: Call, env: Environment): DataType {
  const { returns } = usableRoutine(env.viewer, "FUNCTION", name, args.length);
  if (returns === "TABLE") throw unknownToEmulator("table functions of users");
  return returns;
}
