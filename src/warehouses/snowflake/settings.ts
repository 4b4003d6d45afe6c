import { createPrivateKey } from "node:crypto";
import { z } from "zod";
import { both, fromJson, type Parsed, parseConfig } from "../config";
import { parsePublicKey } from "./publicKey";

/** A name that needs no quotes, in the case that Snowflake gives it. */
const Identifier = z
  .string()
  .max(255)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must have letters, digits and `_` only, and start with no digit")
  .toUpperCase();

const Flag = z.enum(["true", "false"], { error: "must be `true` or `false`" }).transform((value) => value === "true");

const SIZES = ["XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE", "XXXLARGE", "X4LARGE", "X5LARGE", "X6LARGE"];

/** The compute of one duty. */
const Compute = z.strictObject({
  size: z
    .string()
    .toUpperCase()
    .refine((size) => SIZES.includes(size), `must be one of ${SIZES.map((size) => `\`${size}\``).join(", ")}`)
    .default("XSMALL"),
  /** Seconds without work. */
  autoSuspend: z.int("must be a number of seconds").min(30, "must be 30 seconds or more").default(60),
  /** Credits a month. */
  creditQuota: z.int("must be a number of credits").min(1, "must be 1 or more").default(100),
});

const Computes = z.strictObject({
  developer: Compute.prefault({}),
  prod: Compute.prefault({}),
  ci: Compute.prefault({}),
  reader: Compute.prefault({}),
});

const Key = z.string("must be a key or a list of two").transform((text, context) => {
  const parsed = parsePublicKey(text);
  if (parsed.ok) return parsed.key;
  context.addIssue({ code: "custom", message: parsed.problem });
  return z.NEVER;
});

/** One key, or two while one takes the place of the other. */
const Keys = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value]),
  z
    .array(Key)
    .min(1, "must have one key or two")
    .max(2, "has more than two keys, and Snowflake keeps two")
    .refine((keys) => new Set(keys).size === keys.length, "has the same key twice"),
);

/** What `one-environment:*` says about a warehouse on Snowflake. Names of Snowflake's objects are in upper case. */
export const Settings = z.object({
  database: Identifier.default("ANALYTICS"),
  team: z.string().min(1).default("team.yaml"),
  people: z.enum(["managed", "external"], { error: "must be `managed` or `external`" }).default("managed"),
  publicKeys: z.preprocess(fromJson, z.record(z.string(), Keys)).default({}),
  networkPolicy: Identifier.exactOptional(),
  parentRole: Identifier.default("SYSADMIN"),
  resourceMonitors: Flag.default(true),
  warehouses: z.preprocess(fromJson, Computes).prefault({}),
});
export type Settings = z.infer<typeof Settings>;

const missing = (variable: string) =>
  z.string({ error: `is missing, and so is ${variable} in the environment` }).min(1, "is empty");

const Login = z.object({
  organizationName: missing("SNOWFLAKE_ORGANIZATION_NAME"),
  accountName: missing("SNOWFLAKE_ACCOUNT_NAME"),
  user: missing("SNOWFLAKE_USER"),
  role: Identifier.exactOptional(),
  privateKey: missing("SNOWFLAKE_PRIVATE_KEY"),
  privateKeyPassphrase: z.string().min(1).exactOptional(),
  host: z.string().min(1).exactOptional(),
  port: z.coerce.number("must be a port number").int().min(1).max(65_535).exactOptional(),
  protocol: z.enum(["http", "https"], { error: "must be `http` or `https`" }).exactOptional(),
});

/** How the deploying admin logs in: always with a key pair. */
export type Connection = Omit<z.infer<typeof Login>, "privateKeyPassphrase"> & {
  /** PEM (PKCS #8), not encrypted. */
  readonly privateKey: string;
  /** The key comes from the environment, where the provider finds it too: it need not be in the stack's state. */
  readonly keyInEnvironment: boolean;
};

/** What Pulumi must keep encrypted. */
export const SECRET_KEYS: readonly string[] = ["snowflake:privateKey", "snowflake:privateKeyPassphrase"];

/** The stack's configuration. */
export function readSettings(): Parsed<{ settings: Settings; connection: Connection }> {
  return both(parseConfig("one-environment", Settings, SECRET_KEYS), readConnection());
}

/** The `snowflake:*` configuration on top of the SNOWFLAKE_* variables that the provider knows (SF-1). */
export function readConnection(environment: NodeJS.ProcessEnv = process.env): Parsed<Connection> {
  const fallback = Object.fromEntries(
    Object.keys(Login.shape).map((key) => [key, environment[variableOf(key)] || undefined]),
  );
  const configured = parseConfig("snowflake", Login.pick({ privateKey: true }), SECRET_KEYS);
  const parsed = parseConfig("snowflake", Login, SECRET_KEYS, fallback);
  if (!parsed.ok) return parsed;
  const { privateKeyPassphrase: passphrase, ...login } = parsed.value;
  const privateKey = readPrivateKey(login.privateKey, passphrase);
  if (privateKey === undefined) {
    const problem =
      "config `snowflake:privateKey` cannot be read: an RSA key as PEM is needed, and its passphrase if it has one";
    return { ok: false, problems: [problem], isIncomplete: false };
  }
  return { ok: true, value: { ...login, privateKey, keyInEnvironment: !configured.ok } };
}

/** `organizationName` → `SNOWFLAKE_ORGANIZATION_NAME`. */
function variableOf(key: string): string {
  return `SNOWFLAKE_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** @returns PEM (PKCS #8), not encrypted; nothing for what is no RSA key, or has another passphrase */
export function readPrivateKey(pem: string, passphrase: string | undefined): string | undefined {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return key.asymmetricKeyType === "rsa" ? key.export({ format: "pem", type: "pkcs8" }).toString() : undefined;
  } catch {
    return undefined;
  }
}
