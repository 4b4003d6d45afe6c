import { z } from "zod";
import type { ResourceKind } from "../../../standin/kind";
import type { Admin } from "../admin";

const inputs = z.strictObject({
  host: z.string(),
  // The SDK hands numbers and booleans of a provider over as JSON text.
  port: z.coerce.number(),
  username: z.string(),
  password: z.string().optional(),
  sslmode: z.enum(["disable", "require", "verify-ca", "verify-full"]),
  sslrootcert: z.string().optional(),
  superuser: z.enum(["true", "false"]).transform((text) => text === "true"),
  connectTimeout: z.coerce.number(),
  // The stand-in goes one step at a time anyway.
  maxConnections: z.coerce.number().optional(),
  database: z.string(),
});
export type ProviderInputs = z.output<typeof inputs>;

/** `postgresql.Provider`: how to reach the warehouse. Nothing of it is in the warehouse itself. */
export const provider: ResourceKind<Admin, ProviderInputs> = {
  inputs,
  replacedBy: [],
  async create() {},
  async update() {},
  async remove() {},
};

/** The provider's type. */
export const PROVIDER = "pulumi:providers:postgresql";
