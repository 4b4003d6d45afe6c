import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { type Admin, execute } from "../admin";
import { identifier, literal } from "../quote";

const inputs = z.strictObject({
  name: z.string().min(1),
  database: z.string().min(1),
  schema: z.string().min(1),
  args: z.array(z.strictObject({ name: z.string().min(1), type: z.string().min(1) })).default([]),
  returns: z.string().min(1),
  language: z.enum(["plpgsql", "sql"]).default("plpgsql"),
  securityDefiner: z.boolean().default(false),
  body: z.string(),
});
type FunctionInputs = z.output<typeof inputs>;

/** `postgresql.Function`. A new body replaces the old one in place and keeps the function's privileges. */
export const routine: ResourceKind<Admin, FunctionInputs> = {
  inputs,
  replacedBy: ["name", "database", "schema", "args", "returns", "language"] satisfies (keyof FunctionInputs)[],

  async create(admin, wanted) {
    await execute(admin, `create function ${definition(wanted)}`);
  },

  async update(admin, _before, after) {
    await execute(admin, `create or replace function ${definition(after)}`);
  },

  async remove(admin, { schema, name, args }) {
    const types = args.map(({ type }) => type).join(", ");
    await execute(admin, `drop function if exists ${identifier(schema, name)}(${types}) restrict`);
  },
};

/** Types are SQL of their own (`SETOF text`) and stand as they are. */
function definition({ schema, name, args, returns, language, securityDefiner, body }: FunctionInputs): string {
  const parameters = args.map((arg) => `in ${identifier(arg.name)} ${arg.type}`).join(", ");
  const security = securityDefiner ? " security definer" : "";
  return `${identifier(schema, name)}(${parameters}) returns ${returns} language ${language}${security} as ${literal(body)}`;
}
