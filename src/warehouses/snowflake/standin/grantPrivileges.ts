import { z } from "zod";
import { type ResourceKind, setOf } from "../../../standin/kind";
import { identifier } from "../quote";
import type { Session } from "../session";

/** Qualified and quoted by the program. */
const Name = z.string().regex(/^"/);
const Objects = z.strictObject({ objectTypePlural: z.string().regex(/^[A-Z ]+S$/), inSchema: Name });

const inputs = z.strictObject({
  accountRoleName: z.string().min(1),
  privileges: setOf(z.string().regex(/^[A-Z ]+$/)),
  onAccountObject: z.strictObject({ objectType: z.enum(["DATABASE", "WAREHOUSE"]), objectName: z.string() }).optional(),
  onSchema: z.strictObject({ schemaName: Name }).optional(),
  onSchemaObject: z
    .union([
      z.strictObject({ all: Objects }),
      z.strictObject({ future: Objects }),
      z.strictObject({ objectType: z.literal("PROCEDURE"), objectName: Name }),
    ])
    .optional(),
});
type GrantInputs = z.output<typeof inputs>;

/** `snowflake.GrantPrivilegesToAccountRole`: privileges on a thing; whatever else the role has there stays. */
export const grantPrivileges: ResourceKind<Session, GrantInputs> = {
  inputs,
  replacedBy: ["accountRoleName", "onAccountObject", "onSchema", "onSchemaObject"] satisfies (keyof GrantInputs)[],

  create: (session, wanted) => grant(session, wanted, wanted.privileges),

  async update(session, before, after) {
    const added = after.privileges.filter((privilege) => !before.privileges.includes(privilege));
    const removed = before.privileges.filter((privilege) => !after.privileges.includes(privilege));
    if (added.length > 0) {
      await revoke(session, after, added, "GRANT OPTION FOR ");
      await grant(session, after, added);
    }
    if (removed.length > 0) await revoke(session, after, removed);
  },

  remove: (session, old) => revoke(session, old, old.privileges),
};

async function grant(session: Session, on: GrantInputs, privileges: readonly string[]): Promise<void> {
  await session.query(`GRANT ${privileges.join(", ")} ON ${targetOf(on)} TO ROLE ${identifier(on.accountRoleName)}`);
}

async function revoke(session: Session, on: GrantInputs, privileges: readonly string[], what = ""): Promise<void> {
  const from = identifier(on.accountRoleName);
  await session.query(`REVOKE ${what}${privileges.join(", ")} ON ${targetOf(on)} FROM ROLE ${from}`);
}

function targetOf({ onAccountObject, onSchema, onSchemaObject }: GrantInputs): string {
  if (onAccountObject) return `${onAccountObject.objectType} ${identifier(onAccountObject.objectName)}`;
  if (onSchema) return `SCHEMA ${onSchema.schemaName}`;
  if (onSchemaObject === undefined) throw new Error("the stand-in does not know grants on the account");
  if ("objectName" in onSchemaObject) return `${onSchemaObject.objectType} ${onSchemaObject.objectName}`;
  const isFuture = "future" in onSchemaObject;
  const { objectTypePlural, inSchema } = isFuture ? onSchemaObject.future : onSchemaObject.all;
  return `${isFuture ? "FUTURE" : "ALL"} ${objectTypePlural} IN SCHEMA ${inSchema}`;
}
