/** The drivers that people use log in to the emulator and work: Snowflake's own for Node.js, and for Python where there is one. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { openSession } from "../../src/warehouse/snowflake/session";
import { makeKeys } from "./client";

const keys = makeKeys();
const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ admin: { user: "ADMIN", publicKey: keys.publicKey }, database: "DB" });
});
afterAll(() => emulator.close());

const login = () => ({
  organizationName: emulator.organization,
  accountName: emulator.account,
  user: "ADMIN",
  privateKey,
  host: emulator.host,
  port: emulator.port,
  protocol: "http" as const,
});

describe("snowflake-sdk", () => {
  it("logs in with a key pair, binds values, and reads every type back", async () => {
    const session = await openSession(login());
    const [row] = await session.query(
      `SELECT ? "text", ?::INT "number", 1.25 "decimal", TRUE "flag", NULL "nothing", '2026-01-02'::DATE "day",
              '2026-01-02 03:04:05.678'::TIMESTAMP_NTZ "time", PARSE_JSON('{"a": [1]}') "json"`,
      ["it's", 7],
    );
    // As JSON, in which the driver prints times by the session's formats.
    expect(JSON.parse(JSON.stringify(row))).toEqual({
      ...{ text: "it's", number: 7, decimal: 1.25, flag: true, nothing: null, json: { a: [1] } },
      ...{ day: "2026-01-02", time: "2026-01-02 03:04:05.678" },
    });
    await session.close();
  });

  it("gets errors with their code and SQLSTATE", async () => {
    const session = await openSession(login());
    await expect(session.query("SELECT * FROM DB.PUBLIC.NOPE")).rejects.toMatchObject({
      code: "002003",
      sqlState: "42S02",
    });
    await session.close();
  });

  it("is kept out with another key", async () => {
    const other = makeKeys().privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await expect(openSession({ ...login(), privateKey: other })).rejects.toMatchObject({ code: "390144" });
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
