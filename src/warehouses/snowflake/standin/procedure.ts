import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier } from "../quote";
import type { Session } from "../session";

const inputs = z.strictObject({
  name: z.string().min(1),
  database: z.string().min(1),
  schema: z.string().min(1),
  arguments: z.array(z.strictObject({ argName: z.string().min(1), argDataType: z.string().min(1) })),
  returnType: z.string().min(1),
  executeAs: z.literal("OWNER"),
  // The provider wraps it in `$$`.
  procedureDefinition: z.string().refine((body) => !body.includes("$$"), "has `$$` in it"),
});
type ProcedureInputs = z.output<typeof inputs>;

/** What makes it another procedure; a new name does not. */
const PARTS: readonly (keyof ProcedureInputs)[] = [
  "database",
  "schema",
  "arguments",
  "returnType",
  "procedureDefinition",
];

/** `snowflake.ProcedureSql`. A new body makes a new procedure, without the privileges of the old one. */
export const procedure: ResourceKind<Session, ProcedureInputs> = {
  inputs,
  replacedBy: PARTS,

  async create(session, { returnType, procedureDefinition, ...wanted }) {
    const args = wanted.arguments.map(({ argName, argDataType }) => `${identifier(argName)} ${argDataType}`).join(", ");
    await session.query(
      `CREATE PROCEDURE ${nameOf(wanted)} (${args}) RETURNS ${returnType} LANGUAGE SQL` +
        ` COMMENT = 'user-defined procedure' EXECUTE AS OWNER AS $$${procedureDefinition}$$`,
    );
  },

  async update(session, before, after) {
    await session.query(`ALTER PROCEDURE ${signatureOf(before)} RENAME TO ${nameOf(after)}`);
  },

  async remove(session, old) {
    await session.query(`DROP PROCEDURE IF EXISTS ${signatureOf(old)}`);
  },
};

function nameOf({ database, schema, name }: Pick<ProcedureInputs, "database" | "schema" | "name">): string {
  return identifier(database, schema, name);
}

function signatureOf(old: ProcedureInputs): string {
  return `${nameOf(old)}(${old.arguments.map(({ argDataType }) => argDataType).join(", ")})`;
}
