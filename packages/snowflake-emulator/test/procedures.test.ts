/** Procedures in Snowflake Scripting, with the rights of their owner and of their caller. */
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

/** Makes a procedure that READER may call. */
async function make(name: string, body: string, { rights = "OWNER", args = "", returns = "VARCHAR" } = {}) {
  await owner.query(
    `CREATE OR REPLACE PROCEDURE DB.S.${name}(${args}) RETURNS ${returns} LANGUAGE SQL EXECUTE AS ${rights} AS $$${body}$$`,
  );
  const types = args.split(",").map((arg) => arg.trim().split(" ")[1] ?? "");
  await owner.query(`GRANT USAGE ON PROCEDURE DB.S.${name}(${types.join(", ")}) TO ROLE READER`);
}

describe("owner's rights", () => {
  it("are the owner's: what the caller may not, the procedure may", async () => {
    await make("ADD", "BEGIN INSERT INTO T VALUES (3, 'three'); RETURN CURRENT_ROLE(); END");
    expect(await reader.refusal("INSERT INTO DB.S.T VALUES (3, 'three')")).toBe("003001 42501");
    expect(await reader.column("CALL DB.S.ADD()")).toEqual(["OWNER"]);
    expect(await reader.column("SELECT COUNT(*) FROM DB.S.T")).toEqual(["3"]);
    expect(await reader.column("SELECT CURRENT_ROLE()")).toEqual(["READER"]);
  });

  it("are no more than the owner's, and without secondary roles", async () => {
    await world.admin.query("CREATE TABLE DB.PUBLIC.HIDDEN (A INT)");
    await world.admin.query("GRANT ROLE ACCOUNTADMIN TO USER READER");
    await make("PEEK", "BEGIN LET N INT := (SELECT COUNT(*) FROM DB.PUBLIC.HIDDEN); RETURN N; END");
    await reader.query("USE SECONDARY ROLES ALL");
    await expect(reader.query("SELECT * FROM DB.PUBLIC.HIDDEN")).resolves.toBeDefined();
    await expect(reader.query("CALL DB.S.PEEK()")).rejects.toMatchObject({ code: "002003" });
  });

  it("can be changed into the caller's by the owner, and back", async () => {
    await make("ADD", "BEGIN INSERT INTO T VALUES (3, 'three'); RETURN CURRENT_ROLE(); END");
    await owner.query("ALTER PROCEDURE DB.S.ADD() EXECUTE AS CALLER");
    await expect(reader.query("CALL DB.S.ADD()")).rejects.toMatchObject({ code: "003001" });
    await owner.query("ALTER PROCEDURE DB.S.ADD() EXECUTE AS OWNER");
    expect(await reader.column("CALL DB.S.ADD()")).toEqual(["OWNER"]);
  });

  it("do not reach the caller's session", async () => {
    await reader.query("SET MINE = 'secret'");
    for (const [index, statement] of [
      "USE ROLE READER",
      "SET X = 1",
      "ALTER SESSION SET QUERY_TAG = 'x'",
      "SHOW GRANTS",
    ].entries()) {
      await make(`TRY${index}`, `BEGIN ${statement}; END`);
      await expect(reader.query(`CALL DB.S.TRY${index}()`)).rejects.toMatchObject({
        code: "090236",
        sqlState: "42601",
      });
    }
    await make("VARIABLE", "BEGIN RETURN $MINE; END");
    await expect(reader.query("CALL DB.S.VARIABLE()")).rejects.toMatchObject({ code: "002211" });
    await make("CALLERS", "BEGIN RETURN $MINE; END", { rights: "CALLER" });
    expect(await reader.column("CALL DB.S.CALLERS()")).toEqual(["secret"]);
  });

  it("look names up in the procedure's schema, wherever the caller is", async () => {
    await make("COUNTED", "BEGIN LET N INT := (SELECT COUNT(*) FROM T); RETURN N; END", { returns: "INT" });
    await reader.query("USE DATABASE DB");
    expect(await reader.column("CALL S.COUNTED()")).toEqual(["2"]);
  });

  it("hide the body from all but the owner", async () => {
    await make("SECRET", "BEGIN RETURN 'x'; END");
    expect(await reader.column("DESCRIBE PROCEDURE DB.S.SECRET()")).not.toContain("body");
    expect(await owner.column("DESCRIBE PROCEDURE DB.S.SECRET()")).toContain("body");
  });
});

describe("caller's rights", () => {
  it("are the caller's: the procedure may no more", async () => {
    await make("ADD", "BEGIN INSERT INTO DB.S.T VALUES (3, 'three'); RETURN CURRENT_ROLE(); END", { rights: "CALLER" });
    await expect(reader.query("CALL DB.S.ADD()")).rejects.toMatchObject({ code: "003001", sqlState: "42501" });
    expect(await owner.column("CALL DB.S.ADD()")).toEqual(["OWNER"]);
  });
});

describe("a value that is bound", () => {
  it("stays data, whatever it says", async () => {
    await make("FIND", "BEGIN LET N INT := (SELECT COUNT(*) FROM T WHERE B = :NAME); RETURN N; END", {
      args: "NAME VARCHAR",
      returns: "INT",
    });
    expect(await reader.column("CALL DB.S.FIND('one')")).toEqual(["1"]);
    expect(await reader.column("CALL DB.S.FIND('x'' OR ''1'' = ''1')")).toEqual(["0"]);
  });

  it("that becomes part of a statement's text is code", async () => {
    await make(
      "CARELESS",
      "BEGIN LET N INT := (EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM T WHERE B = ''' || NAME || ''''); RETURN N; END",
      { args: "NAME VARCHAR", returns: "INT" },
    );
    expect(await reader.column("CALL DB.S.CARELESS('x'' OR ''1'' = ''1')")).toEqual(["2"]);
  });

  it("names an object through IDENTIFIER only", async () => {
    await make("COUNT_OF", "BEGIN LET N INT := (SELECT COUNT(*) FROM IDENTIFIER(:NAME)); RETURN N; END", {
      args: "NAME VARCHAR",
      returns: "INT",
    });
    expect(await reader.column("CALL DB.S.COUNT_OF('T')")).toEqual(["2"]);
    await make("WRONG", "BEGIN LET N INT := (SELECT COUNT(*) FROM :NAME); RETURN N; END", {
      args: "NAME VARCHAR",
      returns: "INT",
    });
    await expect(reader.query("CALL DB.S.WRONG('T')")).rejects.toMatchObject({ code: "001003" });
  });
});

describe("the language", () => {
  const RUNS: readonly [string, string][] = [
    ["BEGIN LET N := 0; FOR I IN 1 TO 4 DO N := N + I; END FOR; RETURN N; END", "10"],
    ["BEGIN LET N := ''; FOR I IN REVERSE 1 TO 3 DO N := N || I; END FOR; RETURN N; END", "321"],
    ["BEGIN LET N := 0; WHILE (N < 5) DO N := N + 2; END WHILE; RETURN N; END", "6"],
    ["BEGIN LET N := 0; LOOP N := N + 1; IF (N > 2) THEN BREAK; END IF; END LOOP; RETURN N; END", "3"],
    [
      "BEGIN LET X := 2; IF (X = 1) THEN RETURN 'one'; ELSEIF (X = 2) THEN RETURN 'two'; ELSE RETURN 'more'; END IF; END",
      "two",
    ],
    [
      "DECLARE S VARCHAR DEFAULT ''; BEGIN LET C CURSOR FOR SELECT A, B FROM DB.S.T ORDER BY A; FOR R IN C DO S := S || R.A || R.B; END FOR; RETURN S; END",
      "1one2two",
    ],
    [
      `DECLARE S VARCHAR DEFAULT ''; BEGIN LET R RESULTSET := (SHOW SCHEMAS IN DATABASE DB); FOR X IN R DO S := S || X."name" || ' '; END FOR; RETURN S; END`,
      "S ",
    ],
    ["DECLARE A INT; B VARCHAR; BEGIN SELECT A, B INTO :A, :B FROM DB.S.T WHERE A = 2; RETURN A || B; END", "2two"],
    [
      "BEGIN SHOW SCHEMAS IN DATABASE DB; LET N INT := (SELECT COUNT(*) FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))); RETURN N; END",
      "1",
    ],
    [
      "DECLARE E EXCEPTION (-20007, 'mine'); BEGIN RAISE E; EXCEPTION WHEN E THEN RETURN SQLCODE || SQLERRM || SQLSTATE; END",
      "-20007mineP0001",
    ],
    [
      "BEGIN SELECT * FROM DB.S.NOPE; EXCEPTION WHEN STATEMENT_ERROR THEN RETURN 'caught ' || SQLCODE; END",
      "caught 2003",
    ],
    ["BEGIN LET X := 1 / 0; EXCEPTION WHEN OTHER THEN RETURN 'other'; END", "other"],
    ["BEGIN BEGIN LET X := 1; END; RETURN ARRAY_SIZE(ARRAY_APPEND([1, 2], 3)); END", "3"],
  ];

  it.each(RUNS)("%s", async (block, result) => {
    expect(await owner.column(`EXECUTE IMMEDIATE $$${block}$$`)).toEqual([result]);
  });

  it("tells of an exception that nobody handles, and where it was raised", async () => {
    await make("RAISES", "DECLARE\n  BAD EXCEPTION (-20001, 'a bad one');\nBEGIN\n  RAISE BAD;\nEND");
    await expect(reader.query("CALL DB.S.RAISES()")).rejects.toMatchObject({
      code: "-20001",
      sqlState: "P0001",
      message: "Uncaught exception of type 'BAD' on line 4 at position 2 : a bad one",
    });
  });

  it("returns tables", async () => {
    await make("ROWS_OF", "DECLARE R RESULTSET DEFAULT (SELECT A FROM T ORDER BY A); BEGIN RETURN TABLE(R); END", {
      returns: "TABLE (A INT)",
    });
    expect(await reader.column("CALL DB.S.ROWS_OF()")).toEqual(["1", "2"]);
  });

  it("fails loudly where the emulator does not know it", async () => {
    await make("OPENS", "BEGIN OPEN C; END");
    await expect(reader.query("CALL DB.S.OPENS()")).rejects.toMatchObject({
      code: "001003",
      message: expect.stringContaining("the emulator does not know OPEN"),
    });
    expect(await owner.refusal("CREATE PROCEDURE DB.S.J() RETURNS INT LANGUAGE JAVASCRIPT AS 'return 1'")).toBe(
      "001003 42000",
    );
  });
});
