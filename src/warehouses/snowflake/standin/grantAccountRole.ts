import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import { identifier } from "../quote";
import type { Session } from "../session";

const inputs = z.union([
  z.strictObject({ roleName: z.string().min(1), parentRoleName: z.string().min(1) }),
  z.strictObject({ roleName: z.string().min(1), userName: z.string().min(1) }),
]);
type GrantAccountRoleInputs = z.output<typeof inputs>;

/** `snowflake.GrantAccountRole`. */
export const grantAccountRole: ResourceKind<Session, GrantAccountRoleInputs> = {
  inputs,
  replacedBy: ["roleName", "parentRoleName", "userName"],

  async create(session, wanted) {
    await session.query(`GRANT ROLE ${identifier(wanted.roleName)} TO ${granteeOf(wanted)}`);
  },

  async update() {},

  async remove(session, old) {
    await session.query(`REVOKE ROLE ${identifier(old.roleName)} FROM ${granteeOf(old)}`);
  },
};

function granteeOf(inputs: GrantAccountRoleInputs): string {
  return "userName" in inputs ? `USER ${identifier(inputs.userName)}` : `ROLE ${identifier(inputs.parentRoleName)}`;
}
