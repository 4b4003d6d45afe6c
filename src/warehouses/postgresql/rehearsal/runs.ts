import type { RunDialect } from "../../../proof/runDialect";
import { literal } from "../quote";

/** SQLSTATE `configuration_limit_exceeded`. */
const TOO_MANY_RUNS = "53400";

/** CI's functions; what is opened only to be counted is rolled back. */
export const RUNS: RunDialect = {
  open: (_service, run) => `select * from ci.open(${literal(run)}) as schema`,
  close: (_service, run) => `select * from ci.close(${literal(run)})`,
  opened: (rows) => rows.map(({ schema }) => String(schema)),
  leases: "select owner, run from ci.leases()",
  countOwn: (rows, service) => new Set(rows.filter(({ owner }) => owner === service).map(({ run }) => run)).size,
  tooMany: TOO_MANY_RUNS,
  most: 100,
  begin: ["begin"],
  takeBack: () => ["rollback"],
};
