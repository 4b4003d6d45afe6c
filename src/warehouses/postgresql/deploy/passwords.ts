import { hkdfSync } from "node:crypto";

/** 192 bits: 32 characters of base64url, which need no quoting in URLs, shells or YAML. */
const PASSWORD_BYTES = 24;

/**
 * The password of a login: HKDF-SHA-256 (RFC 5869) of the stack's seed, with the identity and its rotation counter as
 * context. Nothing is stored but the seed; raising `rotation:` in the roster gives the identity a new password and
 * leaves all others alone.
 */
export function derivePassword(seed: string, identity: string, rotation: number): string {
  const derived = hkdfSync("sha256", seed, "one-environment", `password:${identity}:${rotation}`, PASSWORD_BYTES);
  return Buffer.from(derived).toString("base64url");
}
