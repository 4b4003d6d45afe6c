import { hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { derivePassword } from "../../../src/warehouses/postgresql/deploy/passwords";

const SEED = "0123456789abcdef";

test("is HKDF of the seed, the identity and its rotation", () => {
  const expected = Buffer.from(hkdfSync("sha256", SEED, "one-environment", "password:alice:1", 24)).toString(
    "base64url",
  );
  expect(derivePassword(SEED, "alice", 1)).toBe(expected);
  expect(expected).toMatch(/^[A-Za-z0-9_-]{32}$/);
});

test("a rotation, another identity or another seed gives another password", () => {
  const passwords = [
    derivePassword(SEED, "alice", 1),
    derivePassword(SEED, "alice", 2),
    derivePassword(SEED, "alice", 12),
    derivePassword(SEED, "bob", 1),
    derivePassword(`${SEED}0`, "alice", 1),
  ];
  expect(new Set(passwords).size).toBe(passwords.length);
});
