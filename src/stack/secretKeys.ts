/** The configuration that Pulumi must keep encrypted: the stack's file is committed. */
export const SECRET_KEYS: readonly string[] = [
  "one-environment:passwordSeed",
  "postgresql:password",
  "snowflake:privateKey",
  "snowflake:privateKeyPassphrase",
];
