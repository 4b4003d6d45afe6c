import { CI_SCHEMA, schemaName } from "../../../../names";
import { as } from "../../../../proof/session";
import { outcomeOf } from "../../../../proof/statement";
import { identifier, literal } from "../../quote";
import type { Client } from "../client";
import { ciCall } from "../runs";
import type { AttackContext, SnowflakeScriptedAttack } from "./attack";

/** What a procedure with owner's rights takes over from its caller's session, as it would do most harm (docs/snowflake.md). */
const HOSTILE_SESSION = [
  // Times are read in the first millennium.
  `TIMESTAMP_INPUT_FORMAT = '"2"YYYY-MM-DD"T"HH24:MI:SS"Z"'`,
  "TIMESTAMP_TYPE_MAPPING = TIMESTAMP_LTZ",
  "TIMEZONE = 'Pacific/Kiritimati'",
  "TWO_DIGIT_CENTURY_START = 2100",
  "ROWS_PER_RESULTSET = 1",
  "QUOTED_IDENTIFIERS_IGNORE_CASE = true",
  "JSON_INDENT = 0",
  "STRICT_JSON_OUTPUT = true",
  "TRANSACTION_ABORT_ON_ERROR = true",
  "AUTOCOMMIT = false",
];

const HOURS = ["0", "-24", "0.5", "null", "9".repeat(38), `-${"9".repeat(38)}`];

/** Attacks on CI's procedures that are not refused but must stay without effect. */
export const SCRIPTED_CI_ATTACKS: readonly SnowflakeScriptedAttack[] = [
  {
    name: "ci procedure overreach",
    wants: "to end somebody else's run, or to drop what is no lease",
    run: (context) =>
      overreach(context, async (ci, { close, reap }) => {
        for (const run of ["other", "precious", "%"]) await ci.query(close(literal(run)));
        for (const hours of HOURS) await outcomeOf(ci.query(reap(hours)));
      }),
  },
  {
    name: "ci hostile session",
    wants: "the procedures to read times and names as the attacker's session has it",
    run: (context) =>
      overreach(context, async (ci, { close, reap }) => {
        for (const setting of HOSTILE_SESSION) await ci.query(`alter session set ${setting}`);
        // Names that the procedures use, as temporary tables in their own schema.
        for (const name of ["schemata", "information_schema"]) {
          const table = identifier(context.database, CI_SCHEMA, name);
          await outcomeOf(ci.query(`create temporary table ${table} as select 1 as ID`));
        }
        await ci.query("begin");
        await ci.query(close(literal("other")));
        await ci.query(reap("0"));
      }),
  },
];

/** Calls of the attacker's own procedures, by what they are given as SQL. */
interface Calls {
  close(run: string): string;
  reap(hours: string): string;
}

/** Somebody else's run and a schema that is no lease must stay; a lease that has expired must go. */
async function overreach(
  { ciServices, database, logins }: AttackContext,
  work: (ci: Client, calls: Calls) => Promise<void>,
): Promise<string | undefined | null> {
  const attacker = ciServices[0];
  if (!attacker) return null;
  const { admin } = logins;
  const schema = (name: string) => identifier(database, schemaName(CI_SCHEMA, name));
  const lease = (expires: string) =>
    literal(`{"run": "other", "owner": "other", "opened": "2000-01-01T00:00:00Z", "expires": "${expires}"}`);
  await admin.query(`create schema ${schema("other")} comment = ${lease("2999-01-01T00:00:00Z")}`);
  await admin.query(`create schema ${schema("over")} comment = ${lease("2000-01-02T00:00:00Z")}`);
  await admin.query(`create schema ${schema("precious")}`);
  try {
    const call = (what: "close" | "reap") => (argument: string) => ciCall(database, what, attacker.name, argument);
    await as(logins.login(attacker.name), (ci) => work(ci, { close: call("close"), reap: call("reap") }));
    const rows = await admin.query(`show schemas in database ${identifier(database)}`);
    const left = rows.map(({ name }) => String(name).toLowerCase());
    const isLeft = (name: string) => left.includes(schemaName(CI_SCHEMA, name));
    const wrong = ["other", "precious"].filter((name) => !isLeft(name));
    if (wrong.length > 0) return `dropped ${wrong.map((name) => schemaName(CI_SCHEMA, name)).join(", ")}`;
    return isLeft("over") ? "did not reap an expired lease (positive control)" : undefined;
  } finally {
    for (const name of ["other", "over", "precious"]) await admin.query(`drop schema if exists ${schema(name)}`);
  }
}
