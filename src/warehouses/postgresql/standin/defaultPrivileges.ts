import { z } from "zod";
import { type ResourceKind, setOf } from "../../../standin/kind";
import { type Admin, execute } from "../admin";
import { identifier } from "../quote";
import { asMemberOf } from "./memberships";

const inputs = z.strictObject({
  role: z.string().min(1),
  database: z.string().min(1),
  /** Whose future objects. */
  owner: z.string().min(1),
  /** Absent: in every schema. */
  schema: z.string().min(1).optional(),
  objectType: z.enum(["table", "sequence", "function"]),
  privileges: setOf(z.string().regex(/^[A-Z]+$/)),
});
type DefaultPrivilegesInputs = z.output<typeof inputs>;

/** `postgresql.DefaultPrivileges`: a role's privileges on what an owner will create, exactly these. */
export const defaultPrivileges: ResourceKind<Admin, DefaultPrivilegesInputs> = {
  inputs,
  replacedBy: ["role", "database", "owner", "schema", "objectType"] satisfies (keyof DefaultPrivilegesInputs)[],

  async create(admin, wanted) {
    await asMemberOf(admin, [wanted.owner], async () => {
      await revokeAll(admin, wanted);
      const { role, objectType, privileges } = wanted;
      if (privileges.length > 0)
        await alter(admin, wanted, `grant ${privileges.join(", ")} on ${objectType}s to ${identifier(role)}`);
    });
  },

  update(admin, _before, after) {
    return defaultPrivileges.create(admin, after);
  },

  async remove(admin, old) {
    await asMemberOf(admin, [old.owner], () => revokeAll(admin, old));
  },
};

async function revokeAll(admin: Admin, old: DefaultPrivilegesInputs): Promise<void> {
  await alter(admin, old, `revoke all on ${old.objectType}s from ${identifier(old.role)}`);
}

async function alter(admin: Admin, { owner, schema }: DefaultPrivilegesInputs, change: string): Promise<void> {
  const where = schema === undefined ? "" : ` in schema ${identifier(schema)}`;
  await execute(admin, `alter default privileges for role ${identifier(owner)}${where} ${change}`);
}
