import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier } from "../quote";
import type { Session } from "../session";

const inputs = z.strictObject({ name: z.string().min(1) });
type AccountRoleInputs = z.output<typeof inputs>;

/** `snowflake.AccountRole`. What a dropped role owns goes to the role that drops it. */
export const accountRole: ResourceKind<Session, AccountRoleInputs> = {
  inputs,
  replacedBy: [],

  async create(session, { name }) {
    await session.query(`CREATE ROLE ${identifier(name)}`);
  },

  async update(session, before, after) {
    await session.query(`ALTER ROLE ${identifier(before.name)} RENAME TO ${identifier(after.name)}`);
  },

  async remove(session, { name }) {
    await session.query(`DROP ROLE IF EXISTS ${identifier(name)}`);
  },
};
