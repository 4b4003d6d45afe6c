import { z } from "zod";
import { both, fromJson, type Parsed, parseConfig } from "../config";

const Logins = z.preprocess(fromJson, z.array(z.string("must be a list of logins"), "must be a list of logins"));

/** What `one-environment:*` says about a warehouse on PostgreSQL. */
export const Settings = z.object({
  database: z.string().min(1).max(63).default("analytics"),
  team: z.string().min(1).default("team.yaml"),
  passwordSeed: z.string({ error: "is missing" }).min(16, "must have at least 16 characters"),
  /** Logins outside the roster that may connect by a grant of their own and keep it. */
  acceptKeeping: Logins.exactOptional(),
  /** Logins outside the roster that may connect because everybody may, and lose that. */
  acceptLosing: Logins.exactOptional(),
});

/** Standard `postgresql:*` configuration; all of it is handed to the provider, which reads none by itself. */
export const Connection = z.object({
  host: z.string({ error: "is missing" }).min(1),
  port: z.coerce.number("must be a port number").int().min(1).max(65_535).default(5432),
  username: z.string({ error: "is missing" }).min(1),
  password: z.string().optional(),
  sslmode: z
    .enum(["disable", "require", "verify-ca", "verify-full"], {
      error: "must be `disable`, `require`, `verify-ca` or `verify-full`",
    })
    .default("require"),
  sslrootcert: z.string().optional(),
  superuser: z
    .enum(["true", "false"], { error: "must be `true` or `false`" })
    .default("true")
    .transform((value) => value === "true"),
  connectTimeout: z.coerce.number().int().min(1).default(30),
});

export type Settings = z.infer<typeof Settings>;
export type Connection = z.infer<typeof Connection>;

/** What Pulumi must keep encrypted. */
export const SECRET_KEYS: readonly string[] = ["one-environment:passwordSeed", "postgresql:password"];

/** The stack's configuration. */
export function readSettings(): Parsed<{ settings: Settings; connection: Connection }> {
  const settings = parseConfig("one-environment", Settings, SECRET_KEYS);
  return both(settings, parseConfig("postgresql", Connection, SECRET_KEYS));
}
