import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier, literal } from "../quote";
import type { Session } from "../session";

const Flag = z.enum(["true", "false"]);
const inputs = z.strictObject({
  name: z.string().min(1),
  database: z.string().min(1),
  withManagedAccess: Flag,
  isTransient: Flag,
});
type SchemaInputs = z.output<typeof inputs>;

/** `snowflake.Schema`. One that exists cannot be created, only imported. */
export const schema: ResourceKind<Session, SchemaInputs> = {
  inputs,
  replacedBy: ["database", "isTransient"] satisfies (keyof SchemaInputs)[],

  async create(session, { name, database, withManagedAccess, isTransient }) {
    const transient = isTransient === "true" ? "TRANSIENT " : "";
    const managed = withManagedAccess === "true" ? " WITH MANAGED ACCESS" : "";
    await session.query(`CREATE ${transient}SCHEMA ${identifier(database, name)}${managed}`);
  },

  async update(session, before, after) {
    if (before.name !== after.name) {
      const to = identifier(after.database, after.name);
      await session.query(`ALTER SCHEMA ${identifier(before.database, before.name)} RENAME TO ${to}`);
    }
    if (before.withManagedAccess !== after.withManagedAccess) await manage(session, after);
  },

  async remove(session, { name, database }) {
    await session.query(`DROP SCHEMA IF EXISTS ${identifier(database, name)}`);
  },

  async adopt(session, wanted) {
    const { name, database } = wanted;
    const found = await session.query(`SHOW SCHEMAS LIKE ${literal(name)} IN DATABASE ${identifier(database)}`);
    const options = String(found.find((row) => row.name === name)?.options).split(", ");
    if (options.includes("MANAGED ACCESS") === (wanted.withManagedAccess === "true")) return false;
    await manage(session, wanted);
    return true;
  },
};

async function manage(session: Session, { name, database, withManagedAccess }: SchemaInputs): Promise<void> {
  const change = withManagedAccess === "true" ? "ENABLE" : "DISABLE";
  await session.query(`ALTER SCHEMA ${identifier(database, name)} ${change} MANAGED ACCESS`);
}
