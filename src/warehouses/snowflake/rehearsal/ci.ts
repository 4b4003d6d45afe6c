import { CI_SCHEMA, procedureName } from "../../../names";
import { identifier } from "../quote";

/** The call of one of a CI service's procedures. @param argument SQL */
export function ciCall(database: string, what: "open" | "close" | "reap", service: string, argument: string): string {
  return `call ${identifier(database, CI_SCHEMA, procedureName(what, service))}(${argument})`;
}
