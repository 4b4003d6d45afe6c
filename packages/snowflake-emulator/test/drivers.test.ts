/** The drivers that people use log in to the emulator and work: Snowflake's own for Node.js, and for Python where there is one. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import driver, { type StatementOption } from "snowflake-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/emulator";
import { type Keys, makeKeys } from "./client";

const keys = makeKeys();
const privateKey = pem(keys);
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ admin: { user: "ADMIN", publicKey: keys.publicKey }, database: "DB" });
});
afterAll(() => emulator.close());

function pem({ privateKey }: Keys): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Runs one statement in a session of its own. @returns the rows @throws the driver's error */
async function ask(statement: StatementOption, key = privateKey): Promise<unknown> {
  driver.configure({ logLevel: "OFF", additionalLogToConsole: false });
  const connection = driver.createConnection({
    account: `${emulator.organization}-${emulator.account}`,
    username: "ADMIN",
    authenticator: "SNOWFLAKE_JWT",
    privateKey: key,
    accessUrl: `http://${emulator.host}:${emulator.port}`,
    sfRetryMaxLoginRetries: 1,
  });
  await new Promise<void>((done, fail) => connection.connect((error) => (error ? fail(error) : done())));
  try {
    return await new Promise((done, fail) => {
      const complete: StatementOption["complete"] = (error, _, rows) => (error ? fail(error) : done(rows));
      connection.execute({ complete, ...statement });
    });
  } finally {
    connection.destroy(() => {});
  }
}

describe("snowflake-sdk", () => {
  it("logs in with a key pair, binds values, and reads every type back", async () => {
    const sqlText = `SELECT ? "text", ?::INT "number", 1.25 "decimal", TRUE "flag", NULL "nothing", '2026-01-02'::DATE "day",
              '2026-01-02 03:04:05.678'::TIMESTAMP_NTZ "time", PARSE_JSON('{"a": [1]}') "json"`;
    const rows = await ask({ sqlText, binds: ["it's", 7] });
    // As JSON, in which the driver prints times by the session's formats.
    expect(JSON.parse(JSON.stringify(rows))).toEqual([
      {
        ...{ text: "it's", number: 7, decimal: 1.25, flag: true, nothing: null, json: { a: [1] } },
        ...{ day: "2026-01-02", time: "2026-01-02 03:04:05.678" },
      },
    ]);
  });

  it("gets errors with their code and SQLSTATE", async () => {
    await expect(ask({ sqlText: "SELECT * FROM DB.PUBLIC.NOPE" })).rejects.toMatchObject({
      code: "002003",
      sqlState: "42S02",
    });
  });

  it("is kept out with another key", async () => {
    await expect(ask({ sqlText: "SELECT 1" }, pem(makeKeys()))).rejects.toMatchObject({ code: "390144" });
  });
});

describe("what a driver may ask and the emulator does not do is refused, and not done in another way", () => {
  const unknown = { code: "001003", message: expect.stringContaining("the emulator does not know") };

  it.each([
    ["describing", { sqlText: "CREATE TABLE DB.PUBLIC.T (A INT)", describeOnly: true }],
    ["several statements", { sqlText: "SELECT 1; SELECT 2", parameters: { MULTI_STATEMENT_COUNT: 2 } }],
    ["parameters of one statement", { sqlText: "SELECT 1", parameters: { STATEMENT_TIMEOUT_IN_SECONDS: 1 } }],
    ["lists of values", { sqlText: "SELECT ?", binds: [["a"], ["b"]] }],
  ])("%s", async (_what, options) => {
    await expect(ask(options)).rejects.toMatchObject(unknown);
  });

  it.each([
    "12345678901234567890",
    "9007199254740992 + 1",
    "1.23456789012345678",
    "'9007199254740993'::NUMBER",
    "'2026-01-02 03:04:05.678901'::TIMESTAMP_NTZ",
    "'2026-01-02 03:04:05 +0200'::TIMESTAMP_NTZ",
    "'2026-01-02T03:04:05+02:00'::TIMESTAMP_TZ",
  ])("values that it would change: %s", async (value) => {
    await expect(ask({ sqlText: `SELECT ${value}` })).rejects.toMatchObject(unknown);
  });

  it("makes what it can of the rest", async () => {
    expect(await ask({ sqlText: "SELECT 1 A", parameters: { MULTI_STATEMENT_COUNT: 1 } })).toEqual([{ A: 1 }]);
    const sqlText = "SELECT 1.255::NUMBER(9, 2) A, '2026-01-02 03:04:05 +0200'::TIMESTAMP_LTZ::VARCHAR B, ?::BOOLEAN C";
    expect(await ask({ sqlText, binds: [true] })).toEqual([{ A: 1.26, B: "2026-01-02 01:04:05.000 +0000", C: true }]);
    await expect(ask({ sqlText: "SELECT 1000::NUMBER(4, 1)" })).rejects.toMatchObject({ code: "100039" });
  });
});

const SCRIPT = `
import sys, snowflake.connector
port, key = int(sys.argv[1]), sys.argv[2]
c = snowflake.connector.connect(user="ADMIN", account="ACME-EMULATOR", host="127.0.0.1", port=port, protocol="http", private_key_file=key, database="DB")
print(c.cursor().execute("select current_role(), 1, %s", ("it's",)).fetchall())
try:
    c.cursor().execute("select * from db.public.nope")
except snowflake.connector.errors.ProgrammingError as e:
    print(e.errno, e.sqlstate)
c.close()
`;
const hasConnector = spawnSync("python3", ["-c", "import snowflake.connector"]).status === 0;
if (!hasConnector) console.warn("skipped: python3 has no snowflake-connector-python");

describe.skipIf(!hasConnector)("snowflake-connector-python", () => {
  it("logs in with a key pair, and gets errors with their code and SQLSTATE", async () => {
    const directory = mkdtempSync(join(tmpdir(), "emulator-"));
    const file = join(directory, "key.p8");
    writeFileSync(file, privateKey, { mode: 0o600 });
    // Not in a blocking way: the server lives in this process.
    const { stdout } = await promisify(execFile)("python3", ["-c", SCRIPT, String(emulator.port), file]);
    rmSync(directory, { recursive: true });
    expect(stdout).toBe(`[('ACCOUNTADMIN', 1, "it's")]\n2003 42S02\n`);
  });
});
