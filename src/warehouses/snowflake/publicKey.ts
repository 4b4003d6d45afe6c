import { createPublicKey, type KeyObject } from "node:crypto";

/** Snowflake takes no shorter ones (user guide, "Key-pair authentication"). */
const MIN_BITS = 2048;

/** A public key in the form that Snowflake keeps, or why it is none. */
export type PublicKey = { readonly ok: true; readonly key: string } | { readonly ok: false; readonly problem: string };

/**
 * An RSA public key as base64 on one line without PEM header and footer, the only form that the provider does not want
 * to change with every deployment (FINDINGS, Snowflake 7).
 *
 * @param text PEM, or the base64 between its header and footer, on any number of lines
 */
export function parsePublicKey(text: string): PublicKey {
  // Node would derive the public key from it, and nobody would notice that a secret lies in the open.
  if (text.includes("PRIVATE KEY")) {
    return refuse("is a private key: keep it secret, and give `openssl rsa -in key.p8 -pubout`");
  }
  let key: KeyObject;
  try {
    const der = { key: Buffer.from(text.replace(/\s/g, ""), "base64"), format: "der", type: "spki" } as const;
    key = createPublicKey(text.includes("-----BEGIN") ? text : der);
  } catch {
    return refuse("is no public key: PEM, or the base64 between its header and footer, is needed");
  }
  if (key.asymmetricKeyType !== "rsa") return refuse(`is of type ${key.asymmetricKeyType}: Snowflake takes RSA keys`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS) return refuse(`has ${bits} bits: Snowflake takes keys of ${MIN_BITS} bits and more`);
  return { ok: true, key: key.export({ format: "der", type: "spki" }).toString("base64") };
}

function refuse(problem: string): PublicKey {
  return { ok: false, problem };
}
