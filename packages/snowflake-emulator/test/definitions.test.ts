/** What becomes of objects and their grants when they are dropped, restored, renamed and replaced. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "./client";
import { startWorld, type World } from "./world";

let world: World;
let owner: Connection;
let reader: Connection;
beforeEach(async () => {
  world = await startWorld();
  owner = await world.login("OWNER");
  reader = await world.login("READER");
});
afterEach(() => world.close());

const READ = "SELECT COUNT(*) FROM DB.S.T";
const HIDDEN = "002003 42S02";

describe("DROP and UNDROP", () => {
  it("bring a table back with its rows and its grants", async () => {
    await owner.query("DROP TABLE DB.S.T");
    expect(await reader.refusal(READ)).toBe(HIDDEN);
    expect(await reader.refusal("UNDROP TABLE DB.S.T")).toBe("003001 42501");
    await owner.query("UNDROP TABLE DB.S.T");
    expect(await reader.column(READ)).toEqual(["2"]);
  });

  it("restore the newest of a name, and not over one that is there", async () => {
    await owner.query("DROP TABLE DB.S.T");
    await owner.query("CREATE TABLE DB.S.T (NEWER INT)");
    expect(await owner.refusal("UNDROP TABLE DB.S.T")).toBe("002002 42710");
    await owner.query("DROP TABLE DB.S.T");
    await owner.query("UNDROP TABLE DB.S.T");
    expect(await owner.column("DESCRIBE TABLE DB.S.T")).toEqual(["NEWER"]);
  });

  it("of a schema take CREATE SCHEMA besides ownership to restore", async () => {
    await owner.query("DROP SCHEMA DB.S");
    expect(await reader.refusal(READ)).toBe("002003 02000");
    expect(await owner.refusal("UNDROP SCHEMA DB.S")).toBe("003001 42501");
    await world.admin.query("UNDROP SCHEMA DB.S");
    expect(await reader.column(READ)).toEqual(["2"]);
  });

  it("IF EXISTS forgives what is missing, and nothing else", async () => {
    expect(await reader.refusal("DROP TABLE IF EXISTS DB.S.NOPE")).toBeUndefined();
    expect(await reader.refusal("DROP TABLE DB.S.NOPE")).toBe(HIDDEN);
    expect(await reader.refusal("DROP TABLE IF EXISTS DB.S.T")).toBe("003001 42501");
    expect(await owner.refusal("DROP TABLE IF EXISTS DB.S.T")).toBeUndefined();
  });

  it("of the wrong kind say which it is", async () => {
    expect(await owner.refusal("DROP TABLE DB.S.V")).toBe("002203 02000");
    expect(await owner.refusal("DROP VIEW DB.S.V")).toBeUndefined();
  });
});

describe("CREATE OR REPLACE", () => {
  it("leaves the grants behind unless COPY GRANTS", async () => {
    await owner.query("CREATE OR REPLACE TABLE DB.S.T COPY GRANTS AS SELECT 7 A");
    expect(await reader.column("SELECT A FROM DB.S.T")).toEqual(["7"]);
    await owner.query("CREATE OR REPLACE TABLE DB.S.T AS SELECT 8 A");
    expect(await reader.refusal(READ)).toBe(HIDDEN);
  });

  it("of a table does not replace a view", async () => {
    expect(await owner.refusal("CREATE OR REPLACE TABLE DB.S.V (A INT)")).toBe("001998 42710");
    expect(await owner.refusal("CREATE TABLE DB.S.T (A INT)")).toBe("002002 42710");
    expect(await owner.refusal("CREATE OR REPLACE VIEW DB.S.V AS SELECT 1 A")).toBeUndefined();
  });
});

describe("renaming", () => {
  it("keeps grants, and the objects in a schema", async () => {
    await owner.query("ALTER TABLE DB.S.T RENAME TO DB.S.N");
    expect(await reader.refusal("SELECT * FROM DB.S.N")).toBeUndefined();
    await world.admin.query("ALTER SCHEMA DB.S RENAME TO DB.R");
    expect(await reader.refusal("SELECT * FROM DB.R.N")).toBeUndefined();
    expect(await reader.refusal("SELECT * FROM DB.S.N")).toBe("002003 02000");
  });

  it("does not move a table into somebody else's managed access schema", async () => {
    await world.admin.query("CREATE SCHEMA DB.M WITH MANAGED ACCESS");
    await world.admin.query("GRANT USAGE, CREATE TABLE ON SCHEMA DB.M TO ROLE OWNER");
    expect(await owner.refusal("ALTER TABLE DB.S.T RENAME TO DB.M.T")).toBe("003001 42501");
    await world.admin.query("GRANT OWNERSHIP ON SCHEMA DB.M TO ROLE OWNER COPY CURRENT GRANTS");
    expect(await owner.refusal("ALTER TABLE DB.S.T RENAME TO DB.M.T")).toBeUndefined();
  });

  it("of a role keeps what it has, and its members", async () => {
    await world.admin.query("ALTER ROLE READER RENAME TO AUDIENCE");
    const renamed = await world.login("READER", { role: "AUDIENCE" });
    expect(await renamed.refusal(READ)).toBeUndefined();
  });
});

describe("temporary tables", () => {
  it("need no CREATE TABLE, hide the permanent one in their session only, and end with it", async () => {
    expect(await reader.refusal("CREATE TABLE DB.S.N (A INT)")).toBe("003001 42501");
    await reader.query("CREATE TEMPORARY TABLE DB.S.T (A INT)");
    expect(await reader.column(READ)).toEqual(["0"]);
    expect(await owner.column(READ)).toEqual(["2"]);
    await reader.close();
    expect(await owner.column("SHOW TABLES IN SCHEMA DB.S")).toHaveLength(1);
  });
});

describe("views", () => {
  it("read with their owner's rights, which may end", async () => {
    expect(await reader.refusal("SELECT * FROM DB.S.V")).toBeUndefined();
    await world.admin.query("GRANT OWNERSHIP ON VIEW DB.S.V TO ROLE VISITOR COPY CURRENT GRANTS");
    expect(await reader.refusal("SELECT * FROM DB.S.V")).toBe("002037 42601");
    await world.admin.query("GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR");
    expect(await reader.refusal("SELECT * FROM DB.S.V")).toBeUndefined();
  });
});

describe("what the emulator does not know", () => {
  it.each([
    ["FROBNICATE", "the emulator does not know statement FROBNICATE"],
    ["CREATE PIPE X AS COPY INTO T FROM @S", "the emulator does not know CREATE PIPE"],
    ["CREATE TABLE X (A INT) CLUSTER BY (A)", "the emulator does not know CLUSTER BY"],
    ["CREATE USER X FAVOURITE_COLOUR = 'red'", "the emulator does not know property FAVOURITE_COLOUR of USER"],
    ["SHOW ROLES WITH PRIVILEGES", "the emulator does not know what follows here: `WITH PRIVILEGES`"],
    ["GRANT FLY ON TABLE T TO ROLE READER", "the emulator does not know privilege FLY on objects of kind TABLE"],
    ["SELECT ROW_NUMBER() OVER (ORDER BY 1)", "the emulator does not know window functions (OVER)"],
  ])("fails loudly: %s", async (statement, text) => {
    await expect(owner.query(statement)).rejects.toMatchObject({
      code: "001003",
      sqlState: "42000",
      message: `SQL compilation error:\n${text}`,
    });
  });
});
