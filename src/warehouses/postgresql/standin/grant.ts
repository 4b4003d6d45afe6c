import { z } from "zod";
import { type ResourceKind, setOf } from "../../../standin/kind";
import { type Admin, column, execute } from "../admin";
import { identifier } from "../quote";
import { asMemberOf } from "./memberships";
import { databaseOwner, schemaOwner } from "./schema";

const inputs = z.strictObject({
  role: z.string().min(1),
  database: z.string().min(1),
  /** Of everything but the database. */
  schema: z.string().min(1).optional(),
  objectType: z.enum(["database", "schema", "table", "sequence", "function", "routine"]),
  privileges: setOf(z.string().regex(/^[A-Z]+$/)),
});
type GrantInputs = z.output<typeof inputs>;

/** `postgresql.Grant`: a role's privileges on a thing, exactly these; what it had besides is revoked. */
export const grant: ResourceKind<Admin, GrantInputs> = {
  inputs,
  replacedBy: ["role", "database", "schema", "objectType"] satisfies (keyof GrantInputs)[],

  async create(admin, wanted) {
    await asMemberOf(admin, await owners(admin, wanted), async () => {
      await revokeAll(admin, wanted);
      if (wanted.privileges.length > 0) await execute(admin, grantSql(wanted));
    });
  },

  update(admin, _before, after) {
    return grant.create(admin, after);
  },

  async remove(admin, old) {
    await asMemberOf(admin, await owners(admin, old), () => revokeAll(admin, old));
  },
};

/** The roles that may grant this: the schema's owner, and those of its tables when it is about what is inside. */
async function owners(admin: Admin, { objectType, schema, database }: GrantInputs): Promise<string[]> {
  if (objectType === "database") return [];
  if (schema === undefined) throw new Error(`a grant on a ${objectType} needs a schema`);
  const inside =
    objectType === "schema"
      ? []
      : await column(admin, "select distinct tableowner from pg_tables where schemaname = $1 order by 1", [schema]);
  const owner = await schemaOwner(admin, schema);
  if (owner === undefined) throw new Error(`there is no schema \`${schema}\``);
  const named = [...new Set([...inside, owner])];
  const ownerOfAll = await databaseOwner(admin, database);
  return named.map((role) => (role === "pg_database_owner" ? ownerOfAll : role));
}

async function revokeAll(admin: Admin, old: GrantInputs): Promise<void> {
  await execute(admin, `revoke all privileges on ${target(old)} from ${identifier(old.role)}`);
}

function grantSql(wanted: GrantInputs): string {
  return `grant ${wanted.privileges.join(", ")} on ${target(wanted)} to ${identifier(wanted.role)}`;
}

function target({ objectType, database, schema = "" }: GrantInputs): string {
  switch (objectType) {
    case "database":
      return `database ${identifier(database)}`;
    case "schema":
      return `schema ${identifier(schema)}`;
    case "table":
    case "sequence":
    case "function":
    case "routine":
      return `all ${objectType}s in schema ${identifier(schema)}`;
  }
}
