/** What is granted in production, compared with the plan: dbt's `grants` and hooks, and whatever somebody did by hand. */
import type { Client } from "pg";
import type { AccessPlan } from "../../access/plan";
import { groupBy } from "../../collections";
import type { DoctorFinding } from "../../environment/finding";
import { quote } from "../../messages/quote";
import { readSql } from "./readSql";

/** A right that somebody has outside the roster, or that readers should have and have not. */
interface Opening {
  readonly schema: string;
  readonly kind: "schema" | "table" | "column" | "routine";
  /** As SQL has it. */
  readonly name: string;
  readonly privilege: string;
  /** As SQL has it. */
  readonly role: string;
  readonly beyond: boolean;
}

const SQL = readSql("openings");
const MOST_NAMES = 3;

/** Rights in production that are too many, or too few; nothing where they are as the roster says. */
export async function checkProduction(client: Client, plan: AccessPlan): Promise<DoctorFinding[]> {
  const prod = new Set(plan.schemas.filter(({ kind }) => kind === "prod").map(({ name }) => name));
  const reads = plan.grants.filter(({ target, privilege }) => privilege === "read" && prod.has(target));
  const { rows } = await client.query<Opening>(SQL, [reads.map(({ target }) => target), reads.map(({ role }) => role)]);
  const alike = groupBy(rows, ({ schema, kind, privilege, role, beyond }) =>
    JSON.stringify([schema, kind, privilege, role, beyond]),
  );
  return [...alike.values()].map(describe);
}

function describe(openings: readonly Opening[]): DoctorFinding {
  const [{ schema, kind, privilege, role, beyond }] = openings as [Opening, ...Opening[]];
  const names = openings.map(({ name }) => name);
  const listed = names.slice(0, MOST_NAMES).join(", ");
  const what = `${listed}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ""}`;
  const on = { schema: "ON SCHEMA ", table: "ON ", column: "", routine: "ON ROUTINE " }[kind];
  const [verb, preposition] = beyond ? ["REVOKE", "FROM"] : ["GRANT", "TO"];
  const mends = names.map((name) => `${verb} ${privilege} ${on}${name} ${preposition} ${role}`);
  return {
    ok: false,
    text: beyond
      ? `${quote(role)} may ${privilege} in ${quote(schema)} outside the roster: ${what}`
      : `${quote(role)}, who reads ${quote(schema)}, may not ${privilege}: ${what}`,
    help: `as prod: ${mends.join("; ")}`,
  };
}
