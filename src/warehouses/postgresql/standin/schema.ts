import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { type Admin, column, execute } from "../admin";
import { identifier } from "../quote";
import { asMemberOf } from "./memberships";

const inputs = z.strictObject({ name: z.string().min(1), database: z.string(), owner: z.string().min(1).optional() });
type SchemaInputs = z.output<typeof inputs>;

/** `postgresql.Schema`. One that exists is adopted: only its owner changes. */
export const schema: ResourceKind<Admin, SchemaInputs> = {
  inputs,
  replacedBy: ["database"] satisfies (keyof SchemaInputs)[],

  async create(admin, { name, database, owner }) {
    const needed = [await databaseOwner(admin, database), ...(owner === undefined ? [] : [owner])];
    await asMemberOf(admin, [...new Set(needed)], async () => {
      if (await schemaOwner(admin, name)) return own(admin, name, owner);
      await execute(
        admin,
        `create schema ${identifier(name)}${owner === undefined ? "" : ` authorization ${identifier(owner)}`}`,
      );
    });
  },

  async update(admin, before, after) {
    if (before.name !== after.name)
      await execute(admin, `alter schema ${identifier(before.name)} rename to ${identifier(after.name)}`);
    if (before.owner !== after.owner) await own(admin, after.name, after.owner);
  },

  async remove(admin, { name }) {
    const owner = await schemaOwner(admin, name);
    if (owner === undefined) return;
    await asMemberOf(admin, [owner], () => execute(admin, `drop schema ${identifier(name)} restrict`));
  },
};

/** The owner of a schema; none when there is no such schema. */
export async function schemaOwner(admin: Admin, name: string): Promise<string | undefined> {
  const [owner] = await column(admin, "select pg_get_userbyid(nspowner) from pg_namespace where nspname = $1", [name]);
  return owner;
}

export async function databaseOwner(admin: Admin, name: string): Promise<string> {
  const [owner] = await column(admin, "select pg_get_userbyid(datdba) from pg_database where datname = $1", [name]);
  if (owner === undefined) throw new Error(`there is no database \`${name}\``);
  return owner;
}

async function own(admin: Admin, name: string, owner: string | undefined): Promise<void> {
  if (owner !== undefined) await execute(admin, `alter schema ${identifier(name)} owner to ${identifier(owner)}`);
}
