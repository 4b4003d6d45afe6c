/** Who gets in, with which key, as which role; and who is put out again. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect, fingerprintOf, makeKeys } from "./client";
import { startWorld, type World } from "./world";

const [mine, other] = [makeKeys(), makeKeys()];
let world: World;
beforeEach(async () => {
  world = await startWorld({}, `CREATE USER JO TYPE = SERVICE RSA_PUBLIC_KEY = '${mine.bare}'`);
});
afterEach(() => world.close());

const logIn = (login: Partial<Parameters<typeof connect>[1]>) => connect(world.emulator, { user: "JO", ...login });
const refused = (code: string) => ({ code });

describe("a key pair", () => {
  it("lets in with the key that was set, in any case of the name", async () => {
    expect(await (await logIn({ keys: mine, user: "jo" })).column("SELECT CURRENT_USER()")).toEqual(["JO"]);
  });

  it("of somebody else does not", async () => {
    await expect(logIn({ keys: other })).rejects.toMatchObject(refused("390144"));
    await expect(logIn({ keys: mine, user: "OWNER" })).rejects.toMatchObject(refused("390144"));
    await expect(logIn({ keys: mine, user: "NOBODY" })).rejects.toMatchObject(refused("390144"));
  });

  it("is rotated: either of two keys, then only the second", async () => {
    await world.admin.query(`ALTER USER JO SET RSA_PUBLIC_KEY_2 = '${other.publicKey}'`);
    await logIn({ keys: mine });
    await logIn({ keys: other });
    await world.admin.query("ALTER USER JO UNSET RSA_PUBLIC_KEY");
    await logIn({ keys: other });
    await expect(logIn({ keys: mine })).rejects.toMatchObject(refused("390144"));
  });

  it("counts no token that has expired, or that names another key or user", async () => {
    await expect(logIn({ keys: mine, claims: { exp: 1 } })).rejects.toMatchObject(refused("390144"));
    await expect(logIn({ keys: mine, claims: { iss: "EMULATOR.JO.SHA256:x" } })).rejects.toMatchObject(
      refused("390144"),
    );
    await expect(logIn({ keys: mine, claims: { sub: "EMULATOR.OWNER" } })).rejects.toMatchObject(refused("390144"));
  });
});

describe("a token", () => {
  const now = Math.floor(Date.now() / 1000);
  const wrong: readonly [string, Partial<Parameters<typeof connect>[1]>][] = [
    ["for another account", { claims: { iss: `OTHER.JO.${fingerprintOf(mine)}`, sub: "OTHER.JO" } }],
    ["that never ends", { claims: { exp: undefined } }],
    ["that was never made", { claims: { iat: undefined } }],
    ["made more than an hour ago, to last a year", { claims: { iat: now - 3700, exp: now + 31_000_000 } }],
    ["made tomorrow", { claims: { iat: now + 86_400, exp: now + 86_460 } }],
    ["without a signature's algorithm", { alg: "none" }],
    ["signed with a secret", { alg: "HS256" }],
  ];

  it.each(wrong)("%s does not count", async (_what, login) => {
    await expect(logIn({ keys: mine, ...login })).rejects.toMatchObject(refused("390144"));
  });

  it("may name the account after its organization, and last an hour", async () => {
    const sub = "ACME-EMULATOR.JO";
    await logIn({ keys: mine, claims: { iss: `${sub}.${fingerprintOf(mine)}`, sub, exp: now + 3500 } });
  });
});

describe("a password", () => {
  it("is for people, not for services", async () => {
    await world.admin.query("CREATE USER PERSON PASSWORD = 'secret'");
    await world.admin.query("CREATE USER MACHINE TYPE = SERVICE PASSWORD = 'secret'");
    await logIn({ user: "PERSON", password: "secret" });
    await expect(logIn({ user: "PERSON", password: "wrong" })).rejects.toMatchObject(refused("390100"));
    await expect(logIn({ user: "MACHINE", password: "secret" })).rejects.toMatchObject(refused("390100"));
  });
});

describe("the role of a session", () => {
  it("is the default role where the user has it, else PUBLIC", async () => {
    await world.admin.query("ALTER USER JO SET DEFAULT_ROLE = READER");
    expect(await (await logIn({ keys: mine })).column("SELECT CURRENT_ROLE()")).toEqual(["PUBLIC"]);
    await world.admin.query("GRANT ROLE READER TO USER JO");
    expect(await (await logIn({ keys: mine })).column("SELECT CURRENT_ROLE()")).toEqual(["READER"]);
  });

  it("asked for must be granted, or inherited from one that is", async () => {
    await expect(logIn({ keys: mine, role: "READER" })).rejects.toMatchObject(refused("390189"));
    await world.admin.query("GRANT ROLE READER TO ROLE WRITER");
    await world.admin.query("GRANT ROLE WRITER TO USER JO");
    expect(await (await logIn({ keys: mine, role: "READER" })).column("SELECT CURRENT_ROLE()")).toEqual(["READER"]);
  });
});

describe("a network policy", () => {
  const policy = (allowed: string, blocked = "") =>
    world.admin.query(
      `CREATE OR REPLACE NETWORK POLICY OFFICE ALLOWED_IP_LIST = (${allowed}) BLOCKED_IP_LIST = (${blocked})`,
    );

  it.each([
    ["'127.0.0.1'", "", true],
    ["'10.0.0.0/8', '127.0.0.0/8'", "", true],
    ["'10.0.0.0/8'", "", false],
    ["'0.0.0.0/0'", "'127.0.0.1'", false],
    ["'0.0.0.0/0'", "'127.0.0.128/25'", true],
    ["", "'127.0.0.0/24'", false],
  ])("that allows (%s) and blocks (%s): 127.0.0.1 gets in: %s", async (allowed, blocked, isIn) => {
    await policy(allowed, blocked);
    await logIn({ keys: mine });
    await world.admin.query("ALTER USER JO SET NETWORK_POLICY = OFFICE");
    if (isIn) await logIn({ keys: mine });
    else
      await expect(logIn({ keys: mine })).rejects.toMatchObject({
        code: "390422",
        sqlState: "08001",
        message:
          "Incoming request with IP/Token 127.0.0.1 is not allowed to access Snowflake. Contact your account administrator.",
      });
  });

  it("of the user goes before the account's", async () => {
    await policy("'10.0.0.0/8'");
    await world.admin.query("CREATE NETWORK POLICY ANYWHERE ALLOWED_IP_LIST = ('0.0.0.0/0')");
    await world.admin.query("ALTER USER ADMIN SET NETWORK_POLICY = ANYWHERE");
    await world.admin.query("ALTER ACCOUNT SET NETWORK_POLICY = OFFICE");
    await expect(logIn({ keys: mine })).rejects.toMatchObject(refused("390422"));
    await world.admin.query("ALTER USER JO SET NETWORK_POLICY = ANYWHERE");
    await logIn({ keys: mine });
  });

  it("stops open sessions too, until they are let in again", async () => {
    const open = await logIn({ keys: mine });
    await policy("'10.0.0.0/8'");
    expect(await open.refusal("SELECT 1")).toBeUndefined();
    await world.admin.query("ALTER USER JO SET NETWORK_POLICY = OFFICE");
    expect(await open.refusal("SELECT 1")).toBe("390422 08001");
    expect(await open.refusal("ALTER USER JO UNSET NETWORK_POLICY")).toBe("390422 08001");
    await world.admin.query("ALTER USER JO UNSET NETWORK_POLICY");
    expect(await open.refusal("SELECT 1")).toBeUndefined();
    expect(await open.refusal("ALTER USER JO SET NETWORK_POLICY = OFFICE")).toBe("003001 42501");
  });
});

describe("the end of a user", () => {
  it.each(["ALTER USER JO SET DISABLED = TRUE", "DROP USER JO"])("%s: no login, and no statement more", async (end) => {
    const open = await logIn({ keys: mine });
    expect(await open.refusal("SELECT 1")).toBeUndefined();
    await world.admin.query(end);
    expect(await open.refusal("SELECT 1")).toBe("390101 08001");
    await expect(logIn({ keys: mine })).rejects.toMatchObject(refused(end.startsWith("DROP") ? "390144" : "390101"));
  });

  it("of a role: sessions that have it active run nothing more", async () => {
    const open = await world.login("READER");
    expect(await open.refusal("SELECT 1")).toBeUndefined();
    await world.admin.query("DROP ROLE READER");
    expect(await open.refusal("SELECT 1")).toBe("003001 42501");
  });
});

it("a token that is nobody's is told so", async () => {
  const open = await logIn({ keys: mine });
  await open.close();
  expect(await open.refusal("SELECT 1")).toBe("390104 ");
});
