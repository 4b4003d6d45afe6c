import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier } from "../quote";
import type { Session } from "../session";

const inputs = z.strictObject({
  accountRoleName: z.string().min(1),
  outboundPrivileges: z.literal("COPY"),
  on: z.strictObject({ objectType: z.literal("SCHEMA"), objectName: z.string().regex(/^"/) }),
});
type GrantOwnershipInputs = z.output<typeof inputs>;

/** `snowflake.GrantOwnership`; taken away, it goes to the role that takes it. */
export const grantOwnership: ResourceKind<Session, GrantOwnershipInputs> = {
  inputs,
  replacedBy: ["accountRoleName", "outboundPrivileges", "on"] satisfies (keyof GrantOwnershipInputs)[],

  create: (session, { accountRoleName, on }) => give(session, on.objectName, accountRoleName),

  async update() {},

  async remove(session, { on }) {
    const [row] = await session.query('SELECT CURRENT_ROLE() AS "ROLE"');
    await give(session, on.objectName, String(row?.ROLE));
  },
};

async function give(session: Session, schema: string, role: string): Promise<void> {
  await session.query(`GRANT OWNERSHIP ON SCHEMA ${schema} TO ROLE ${identifier(role)} COPY CURRENT GRANTS`);
}
