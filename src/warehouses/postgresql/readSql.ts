import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of a file of `sql`, named without its ending: `reach`, `preflight/roles`. */
export function readSql(name: string): string {
  return readFileSync(join(__dirname, "sql", `${name}.sql`), "utf8");
}
