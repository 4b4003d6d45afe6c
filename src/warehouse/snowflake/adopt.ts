import { UserError } from "../../errors";
import type { Change } from "../adoption";
import { unquoted } from "./authority";
import { readGrant } from "./grantRows";
import { type Asking, namesOf, showAll } from "./listing";
import { identifier, snowflakeName } from "./quote";
import type { Row } from "./session";

/** What can lie in a schema and have another owner, as GRANT OWNERSHIP and SHOW call it. */
const KINDS = [
  // SHOW TABLES lists those of other kinds too, which have statements of their own.
  {
    kind: "tables",
    show: "tables",
    counts: ({ is_dynamic, is_external }: Row) => is_dynamic !== "Y" && is_external !== "Y",
  },
  // Materialized views go with the views ("GRANT OWNERSHIP", usage notes).
  { kind: "views", show: "views" },
  { kind: "dynamic tables", show: "dynamic tables" },
  { kind: "sequences", show: "sequences" },
  { kind: "stages", show: "stages" },
  { kind: "file formats", show: "file formats" },
  { kind: "streams", show: "streams" },
  { kind: "functions", show: "user functions" },
  { kind: "procedures", show: "procedures", counts: ({ is_builtin }: Row) => is_builtin !== "Y" },
] as const satisfies readonly { kind: string; show: string; counts?: (row: Row) => boolean }[];

/**
 * The statements that make everything in some schemas belong to an owner ("GRANT OWNERSHIP"); grants that are on it stay,
 * and what is the owner's already is left as it is.
 *
 * @param session of somebody who sees everything, by MANAGE GRANTS: what is out of sight would not be counted
 * @param owner role
 * @throws UserError for a schema that is not there
 */
export async function adoptionOf(
  session: Asking,
  database: string,
  schemas: readonly string[],
  owner: string,
): Promise<Change[]> {
  const present = await namesOf(session, `SHOW SCHEMAS IN DATABASE ${identifier(database)}`);
  const routines = await routinesOf(session, database, owner);
  const changes: Change[] = [];
  for (const schema of schemas) {
    if (!present.has(snowflakeName(schema)))
      throw new UserError(
        `there is no schema \`${snowflakeName(schema)}\` in \`${database}\``,
        "deploy the roster first",
      );
    const place = identifier(database, schema);
    for (const { kind, show, ...rest } of KINDS) {
      const counts = "counts" in rest ? rest.counts : () => true;
      const rows = (await showAll(session, `SHOW ${show} IN SCHEMA ${place}`)).filter(counts);
      // SHOW does not tell whose a function or procedure is.
      const mine = rows.some((row) => "owner" in row)
        ? rows.filter((row) => unquoted(row.owner) === snowflakeName(owner)).length
        : (routines.get(`${kind} ${snowflakeName(schema)}`) ?? 0);
      const sql = `grant ownership on all ${kind} in schema ${place} to role ${identifier(owner)} copy current grants`;
      if (rows.length > mine) changes.push({ sql, objects: rows.length - mine });
    }
  }
  return changes;
}

/** How many functions and procedures are a role's: `functions PROD_HR` → 2. */
async function routinesOf(session: Asking, database: string, owner: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const rows = await session.query(`SHOW GRANTS TO ROLE ${identifier(owner)}`);
  for (const { privilege, on, path } of rows.map(readGrant)) {
    if (privilege !== "OWNERSHIP" || path[0] !== database) continue;
    const key = `${on.toLowerCase()}s ${path[1]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
