/** The queries that the rehearsal and dbt send: enough of SQL, with honest results. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "./client";
import { startWorld, type World } from "./world";

let world: World;
let admin: Connection;
beforeAll(async () => {
  world = await startWorld(
    {},
    "USE SCHEMA DB.S",
    "CREATE TABLE PEOPLE (ID INT NOT NULL, NAME VARCHAR, TEAM VARCHAR, BORN DATE, PAY NUMBER(10, 2) DEFAULT 1.5)",
    "INSERT INTO PEOPLE (ID, NAME, TEAM, BORN) VALUES (1, 'ann', 'x', '1990-01-31'), (2, 'bob', 'x', NULL), (3, 'cid', NULL, '1980-05-05')",
    "CREATE TABLE TEAMS AS SELECT 'x' AS TEAM, 'Team X' AS TITLE UNION ALL SELECT 'y', 'Team Y'",
    `CREATE TABLE DOCS AS SELECT PARSE_JSON('{"a": {"b": [1, "two"]}, "n": null}') AS V`,
  );
  admin = world.admin;
});
afterAll(() => world.close());

const QUERIES: readonly [string, readonly (readonly (string | null)[])[]][] = [
  ["SELECT 1, 'it''s', NULL, TRUE, 1.50, -2", [["1", "it's", null, "1", "1.50", "-2"]]],
  ["SELECT NAME FROM PEOPLE WHERE ID > 1 AND TEAM IS NOT NULL", [["bob"]]],
  [
    "SELECT COUNT(*), COUNT(TEAM), COUNT(DISTINCT TEAM), SUM(ID), MIN(NAME), MAX(ID) FROM PEOPLE",
    [["3", "2", "1", "6", "ann", "3"]],
  ],
  ["SELECT TEAM, COUNT(*) N FROM PEOPLE GROUP BY 1 HAVING N > 1", [["x", "2"]]],
  [
    "SELECT TEAM, COUNT(*) FROM PEOPLE GROUP BY ALL ORDER BY TEAM NULLS FIRST",
    [
      [null, "1"],
      ["x", "2"],
    ],
  ],
  ["SELECT COUNT(*), SUM(ID) FROM PEOPLE WHERE FALSE", [["0", null]]],
  [
    "SELECT P.NAME, T.TITLE FROM PEOPLE P LEFT JOIN TEAMS T ON P.TEAM = T.TEAM ORDER BY P.ID",
    [
      ["ann", "Team X"],
      ["bob", "Team X"],
      ["cid", null],
    ],
  ],
  [
    "SELECT TEAM, TITLE, ID FROM PEOPLE RIGHT JOIN TEAMS USING (TEAM) ORDER BY TITLE, ID",
    [
      ["x", "Team X", "1"],
      ["x", "Team X", "2"],
      ["y", "Team Y", null],
    ],
  ],
  ["SELECT COUNT(*) FROM PEOPLE, TEAMS", [["6"]]],
  ["WITH A AS (SELECT ID FROM PEOPLE), B (N) AS (SELECT MAX(ID) FROM A) SELECT N + 1 FROM B", [["4"]]],
  [
    "SELECT NAME FROM PEOPLE P WHERE EXISTS (SELECT 1 FROM TEAMS T WHERE T.TEAM = P.TEAM) ORDER BY NAME DESC LIMIT 1",
    [["bob"]],
  ],
  ["SELECT NAME FROM PEOPLE WHERE TEAM IN (SELECT TEAM FROM TEAMS) AND ID NOT IN (2, 3)", [["ann"]]],
  ["SELECT (SELECT MAX(ID) FROM PEOPLE) AS M", [["3"]]],
  ["SELECT 1 UNION SELECT 1 UNION ALL SELECT 2 ORDER BY 1 DESC", [["2"], ["1"]]],
  ["SELECT TEAM FROM TEAMS EXCEPT SELECT TEAM FROM PEOPLE", [["y"]]],
  [
    "SELECT * EXCLUDE (BORN, PAY) FROM PEOPLE WHERE NAME LIKE '_nn' OR NAME ILIKE 'C%' ORDER BY ID",
    [
      ["1", "ann", "x"],
      ["3", "cid", null],
    ],
  ],
  ["SELECT CASE WHEN TEAM = 'x' THEN 'in' ELSE 'out' END FROM PEOPLE ORDER BY ID", [["in"], ["in"], ["out"]]],
  ["SELECT NULL AND FALSE, NULL OR TRUE, NULL = NULL, NOT NULL", [["0", "1", null, null]]],
  ["SELECT V:a.b[1]::VARCHAR, V['a']:b[0]::INT, V:missing, ARRAY_SIZE(V:a.b) FROM DOCS", [["two", "1", null, "2"]]],
  [
    "SELECT UPPER('a') || LOWER('B'), LENGTH('abc'), SPLIT_PART('a.b.c', '.', 2), REPLACE('aXa', 'X', '-'), SUBSTR('abc', 2)",
    [["Ab", "3", "b", "a-a", "bc"]],
  ],
  [
    "SELECT COALESCE(NULL, 'x'), NVL(NULL, 1), IFF(1 > 2, 'a', 'b'), NULLIF(1, 1), REGEXP_LIKE('ab1', '[a-z]+[0-9]')",
    [["x", "1", "b", null, "1"]],
  ],
  [
    `SELECT TO_VARCHAR(TO_TIMESTAMP_NTZ('3/4/2024 5', 'dd/mm/yyyy hh24'), 'YYYY-MM-DD"T"HH24'), TRY_TO_TIMESTAMP('2024-13-01', 'YYYY-MM-DD'), TRY_TO_DATE('x', 'YYYY')`,
    [["2024-04-03T05", null, null]],
  ],
  [
    "SELECT DATEADD(month, 1, '2026-01-31'::DATE)::DATE, DATEDIFF('day', '2026-01-01', '2026-02-01'), '2026-01-01'::TIMESTAMP_NTZ",
    [["20515", "31", "1767225600.000000000"]],
  ],
  ["SELECT 7 / 2, 7 % 4, FLOOR(2.5), 1e3", [["3.500000", "3", "2", "1000"]]],
  ["SELECT TRY_CAST('x' AS INT), '12'::INT + 1, 5::VARCHAR || '!'", [[null, "13", "5!"]]],
  ["SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'S' AND TABLE_TYPE = 'VIEW'", [["1"]]],
  ["SELECT SCHEMA_NAME FROM DB.INFORMATION_SCHEMA.SCHEMATA ORDER BY 1", [["PUBLIC"], ["S"]]],
  ["SELECT S.F(41)", [["42"]]],
  [
    "SELECT CURRENT_ROLE(), CURRENT_USER, CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_WAREHOUSE()",
    [["ACCOUNTADMIN", "ADMIN", "DB", "S", "W"]],
  ],
];

describe("queries", () => {
  it.each(QUERIES)("%s", async (text, rows) => {
    expect((await admin.query(text)).rows).toEqual(rows);
  });

  it("name their columns as Snowflake does", async () => {
    const { columns } = await admin.query(
      `SELECT count(*), id as "Id", 'a', max(id) biggest, P.name FROM people p GROUP BY 2, 5, id, name`,
    );
    expect(columns).toEqual(["COUNT(*)", "Id", "'a'", "BIGGEST", "NAME"]);
  });

  it("take values for ? and read the last result", async () => {
    expect((await admin.query("SELECT NAME FROM PEOPLE WHERE ID = ? OR NAME = ? ORDER BY 1", [1, "cid"])).rows).toEqual(
      [["ann"], ["cid"]],
    );
    expect(await admin.column("SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))")).toEqual(["ann", "cid"]);
    await admin.query("SHOW SCHEMAS IN DATABASE DB");
    expect(await admin.column(`SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE "name" <> 'S'`)).toEqual([
      "PUBLIC",
    ]);
  });

  it.each([
    ["SELECT NOPE FROM PEOPLE", "000904 42000"],
    ["SELECT NOPE FROM PEOPLE WHERE FALSE", "000904 42000"],
    ["SELECT 'x'::INT", "100038 22018"],
    ["SELECT 1 / 0", "100051 22012"],
    ["SELECT NOPE()", "002141 42601"],
    ["SELECT (SELECT ID FROM PEOPLE)", "090150 22000"],
    ["INSERT INTO PEOPLE (ID) VALUES (NULL)", "100072 22000"],
    ["INSERT INTO PEOPLE VALUES (1)", "002020 21S01"],
    ["SELECT 1 UNION SELECT 1, 2", "001789 42601"],
    ["SELECT * FROM", "001003 42000"],
    // NULL would say that the value does not fit.
    ["SELECT TRY_TO_DATE('24-01-01', 'YY-MM-DD')", "001003 42000"],
    ["", "000900 42601"],
  ])("refused: %s", async (text, refusal) => {
    expect(await admin.refusal(text)).toBe(refusal);
  });
});

describe("changes", () => {
  it("count rows, use defaults, and keep to WHERE", async () => {
    await admin.query("CREATE OR REPLACE TABLE C (A INT, B VARCHAR DEFAULT 'd')");
    expect((await admin.query("INSERT INTO C (A) SELECT ID FROM PEOPLE")).rows).toEqual([["3"]]);
    expect((await admin.query("UPDATE C SET B = B || A WHERE A < 3")).rows).toEqual([["2", "0"]]);
    expect((await admin.query("DELETE FROM C USING TEAMS WHERE C.A = 2 AND TEAMS.TEAM = 'y'")).rows).toEqual([["1"]]);
    expect((await admin.query("SELECT * FROM C ORDER BY A")).rows).toEqual([
      ["1", "d1"],
      ["3", "d"],
    ]);
    const merge =
      "MERGE INTO C USING (SELECT 3 A UNION SELECT 9) N ON C.A = N.A WHEN MATCHED THEN UPDATE SET B = 'm' WHEN NOT MATCHED THEN INSERT (A) VALUES (A)";
    expect((await admin.query(merge)).rows).toEqual([["1", "1"]]);
    expect((await admin.query("SELECT * FROM C ORDER BY A")).rows).toEqual([
      ["1", "d1"],
      ["3", "m"],
      ["9", null],
    ]);
    await admin.query("TRUNCATE TABLE C");
    expect(await admin.column("SELECT COUNT(*) FROM C")).toEqual(["0"]);
  });

  it("in a transaction are seen by others once committed, and not at all once rolled back; DDL commits", async () => {
    await admin.query("CREATE OR REPLACE TABLE TX (A INT)");
    await admin.query("GRANT SELECT ON TABLE TX TO ROLE READER");
    const reader = await world.login("READER");
    const counts = async () => [
      ...(await admin.column("SELECT COUNT(*) FROM TX")),
      ...(await reader.column("SELECT COUNT(*) FROM TX")),
    ];
    await admin.query("BEGIN");
    await admin.query("INSERT INTO TX VALUES (1)");
    expect(await counts()).toEqual(["1", "0"]);
    await admin.query("ROLLBACK");
    expect(await counts()).toEqual(["0", "0"]);
    await admin.query("BEGIN TRANSACTION");
    await admin.query("INSERT INTO TX VALUES (1)");
    await admin.query("COMMENT ON TABLE TX IS 'a definition'");
    await admin.query("ROLLBACK");
    expect(await counts()).toEqual(["1", "1"]);
  });

  it("of a table show in its stream until they are consumed", async () => {
    await admin.query("CREATE OR REPLACE TABLE SRC (A INT)");
    await admin.query("CREATE OR REPLACE TABLE DST (A INT)");
    await admin.query("CREATE STREAM ST ON TABLE SRC");
    await admin.query("INSERT INTO SRC VALUES (1), (2)");
    expect((await admin.query("SELECT A, METADATA$ACTION FROM ST ORDER BY A")).rows).toEqual([
      ["1", "INSERT"],
      ["2", "INSERT"],
    ]);
    await admin.query("INSERT INTO DST SELECT A FROM ST");
    expect(await admin.column("SELECT A FROM ST")).toEqual([]);
  });
});

describe("SHOW", () => {
  it("pages with LIMIT … FROM, and filters with LIKE and STARTS WITH", async () => {
    await admin.query("CREATE OR REPLACE SCHEMA DB.PAGES");
    for (const name of ["A1", "A2", "B1"]) await admin.query(`CREATE TABLE DB.PAGES.${name} (A INT)`);
    const names = async (rest: string) => (await admin.query(`SHOW TABLES ${rest}`)).rows.map((row) => row[1]);
    expect(await names("IN SCHEMA DB.PAGES LIMIT 2")).toEqual(["A1", "A2"]);
    expect(await names("IN SCHEMA DB.PAGES LIMIT 2 FROM 'A2'")).toEqual(["B1"]);
    expect(await names("LIKE 'a%' IN SCHEMA DB.PAGES")).toEqual(["A1", "A2"]);
    expect(await names("IN SCHEMA DB.PAGES STARTS WITH 'B'")).toEqual(["B1"]);
    await admin.query("USE SCHEMA DB.S");
  });

  it("lists what the role may see, and nothing else", async () => {
    const visitor = await world.login("VISITOR");
    expect(await visitor.column("SHOW TABLES IN SCHEMA DB.S")).toEqual([]);
    expect((await visitor.query("SHOW SCHEMAS IN DATABASE DB")).rows.map((row) => row[1])).toEqual(["S"]);
    expect((await visitor.query("SHOW USERS LIKE 'OWNER'")).rows.map(([name, , login]) => [name, login])).toEqual([
      ["OWNER", ""],
    ]);
  });
});
