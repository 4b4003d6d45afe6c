import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import type { AccountLogin, Session } from "../session";

const inputs = z.strictObject({
  organizationName: z.string(),
  accountName: z.string(),
  user: z.string(),
  role: z.string().exactOptional(),
  authenticator: z.literal("SNOWFLAKE_JWT"),
  privateKey: z.string(),
  host: z.string().exactOptional(),
  // The SDK hands numbers and lists of a provider over as JSON text.
  port: z.coerce.number().exactOptional(),
  protocol: z.enum(["http", "https"]).exactOptional(),
  previewFeaturesEnabled: z.literal('["snowflake_procedure_sql_resource"]').transform(() => undefined),
}) satisfies z.ZodType<AccountLogin>;
type ProviderInputs = z.output<typeof inputs>;

/** `snowflake.Provider`: how to reach the account. Nothing of it is in the account itself. */
export const provider: ResourceKind<Session, ProviderInputs> = {
  inputs,
  replacedBy: [],
  async create() {},
  async update() {},
  async remove() {},
};
