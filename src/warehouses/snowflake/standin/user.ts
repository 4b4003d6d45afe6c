import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import type { Inputs } from "../../../standin/resource";
import { identifier, literal } from "../quote";
import type { Session } from "../session";
import { alter, assignments, optional, type Properties } from "./statements";

const base = {
  name: z.string().min(1),
  defaultRole: z.string().min(1),
  defaultSecondaryRolesOption: z.literal("NONE"),
  defaultWarehouse: z.string().min(1),
  defaultNamespace: z.string().min(1),
  rsaPublicKey: z.string().min(1).optional(),
  rsaPublicKey2: z.string().min(1).optional(),
  statementTimeoutInSeconds: z.int().min(0).optional(),
};
const personInputs = z.strictObject(base);
const serviceInputs = z.strictObject({ ...base, networkPolicy: z.string().min(1).optional() });
type UserInputs = z.output<typeof serviceInputs>;

/** `snowflake.User`: a person. */
export const person = userKind(personInputs, "");

/** `snowflake.ServiceUser`. */
export const service = userKind(serviceInputs, " TYPE = SERVICE");

function userKind<I extends UserInputs & Inputs>(inputs: z.ZodType<I>, type: string): ResourceKind<Session, I> {
  return {
    inputs,
    replacedBy: [],

    async create(session, wanted) {
      const all = { ...propertiesOf(wanted), DEFAULT_SECONDARY_ROLES: "()", ...parametersOf(wanted) };
      await session.query(`CREATE USER ${identifier(wanted.name)} ${assignments(all)}${type}`);
    },

    async update(session, before, after) {
      const user = `USER ${identifier(after.name)}`;
      if (before.name !== after.name)
        await session.query(`ALTER USER ${identifier(before.name)} RENAME TO ${identifier(after.name)}`);
      await alter(session, user, propertiesOf(before), propertiesOf(after));
      await alter(session, user, parametersOf(before), parametersOf(after));
    },

    async remove(session, { name }) {
      await session.query(`DROP USER IF EXISTS ${identifier(name)}`);
    },
  };
}

function propertiesOf(user: UserInputs): Properties {
  return {
    DEFAULT_WAREHOUSE: identifier(user.defaultWarehouse),
    DEFAULT_NAMESPACE: identifier(...user.defaultNamespace.split(".")),
    DEFAULT_ROLE: identifier(user.defaultRole),
    RSA_PUBLIC_KEY: optional(user.rsaPublicKey, literal),
    RSA_PUBLIC_KEY_2: optional(user.rsaPublicKey2, literal),
  };
}

function parametersOf(user: UserInputs): Properties {
  return {
    NETWORK_POLICY: optional(user.networkPolicy, identifier),
    STATEMENT_TIMEOUT_IN_SECONDS: optional(user.statementTimeoutInSeconds, String),
  };
}
