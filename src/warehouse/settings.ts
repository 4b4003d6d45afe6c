import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { UserError } from "../errors";

/** `one-environment:*` of the stack's configuration. */
const Settings = z.strictObject({
  warehouse: z.enum(["postgresql"], { error: "must be `postgresql`" }).default("postgresql"),
  database: z.string().min(1).max(63).default("analytics"),
  team: z.string().min(1).default("team.yaml"),
  passwordSeed: z
    .string({ error: 'is missing; set it with `pulumi config set --secret passwordSeed "$(openssl rand -base64 32)"`' })
    .min(16, "must have at least 16 characters"),
});

/** Standard `postgresql:*` configuration; all of it is handed to the provider, which reads none by itself. */
const Connection = z.object({
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

/**
 * The stack's configuration, checked.
 *
 * @throws UserError that lists everything wrong, by key
 */
export function readSettings(): { settings: Settings; connection: Connection } {
  const settings = parse("one-environment", Settings);
  const connection = parse("postgresql", Connection);
  const problems = [settings, connection].flatMap((result) => (result.ok ? [] : result.problems));
  if (!settings.ok || !connection.ok) throw new UserError(problems.join("\n"));
  return { settings: settings.value, connection: connection.value };
}

type Parsed<T> = { ok: true; value: T } | { ok: false; problems: string[] };

function parse<S extends z.ZodObject>(namespace: string, schema: S): Parsed<z.output<S>> {
  const config = new pulumi.Config(namespace);
  const raw = Object.fromEntries(
    Object.keys(schema.shape).flatMap((key) => {
      const value = config.get(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.map(
    ({ path, message }) => `config \`${namespace}:${path.join(".")}\` ${message}`,
  );
  return { ok: false, problems };
}
