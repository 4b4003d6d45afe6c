import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** What somebody logs in with. */
export interface KeyPair {
  /** One line of base64 without the PEM's first and last, as RSA_PUBLIC_KEY takes it. */
  readonly publicKey: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

/** 2048 bits, the least that Snowflake takes ("Key-pair authentication and key-pair rotation"). */
export async function newKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { publicKey: publicKey.replaceAll(/-----[^-]+-----|\s/g, ""), privateKey };
}

/** A pair for each name. */
export async function newKeyPairs(names: Iterable<string>): Promise<Map<string, KeyPair>> {
  return new Map(await Promise.all([...new Set(names)].map(async (name) => [name, await newKeyPair()] as const)));
}
