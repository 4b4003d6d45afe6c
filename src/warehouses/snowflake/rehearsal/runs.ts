import { CI_SCHEMA, procedureName } from "../../../names";
import type { RunDialect } from "../../../proof/runDialect";
import type { Row } from "../../../proof/session";
import { identifier, literal } from "../quote";

/** The exception that the procedure raises itself. */
const TOO_MANY_RUNS = "-20003";

/** CI's procedures; what is opened only to be counted is closed again. */
export function runsIn(database: string): RunDialect {
  const close = (service: string, run: string) => ciCall(database, "close", service, literal(run));
  return {
    open: (service, run) => ciCall(database, "open", service, literal(run)),
    close,
    opened: (rows) => listOf<string>(rows).map((schema) => schema.toLowerCase()),
    leases: `call ${identifier(database, CI_SCHEMA, "leases")}()`,
    countOwn(rows, service) {
      const own = listOf<{ run: string; owner: string }>(rows).filter(({ owner }) => owner === service);
      return new Set(own.map(({ run }) => run)).size;
    },
    tooMany: TOO_MANY_RUNS,
    // Each is statements that commit.
    most: 10,
    begin: [],
    takeBack: (service, runs) => runs.map((run) => close(service, run)),
  };
}

/** The call of one of a CI service's procedures. @param argument SQL */
export function ciCall(database: string, what: "open" | "close" | "reap", service: string, argument: string): string {
  return `call ${identifier(database, CI_SCHEMA, procedureName(what, service))}(${argument})`;
}

/** What a procedure gives: an ARRAY comes as a list, or as the JSON of one. */
function listOf<Item>([row = {}]: readonly Row[]): Item[] {
  const [list] = Object.values(row);
  return (typeof list === "string" ? JSON.parse(list) : list) as Item[];
}
