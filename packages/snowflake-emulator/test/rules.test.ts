/** Each rule of access: the same statement, refused to whom it must be, with the exact code, and then allowed. */
import { describe, expect, it } from "vitest";
import { type Role, refusals, startWorld } from "./world";

const HIDDEN = "002003 42S02";
const NO_SCHEMA = "002003 02000";
const INSUFFICIENT = "003001 42501";
const NOT_GRANTED = "003102 42501";
const NOT_REVOKED = "003103 42501";

interface Rule {
  readonly name: string;
  readonly statement: string;
  readonly refused: Partial<Record<Role, string>>;
  /** For whom the same statement then works: the control. */
  readonly allowed: Role;
  readonly setup?: readonly string[];
}

const RULES: readonly Rule[] = [
  // Tables
  rule(
    "SELECT needs SELECT",
    "SELECT * FROM DB.S.T",
    { VISITOR: HIDDEN, STRANGER: NO_SCHEMA, WRITER: INSUFFICIENT },
    "READER",
  ),
  rule(
    "INSERT needs INSERT",
    "INSERT INTO DB.S.T VALUES (3, 'x')",
    { VISITOR: HIDDEN, READER: INSUFFICIENT },
    "WRITER",
  ),
  rule("UPDATE needs UPDATE", "UPDATE DB.S.T SET B = 'x'", { VISITOR: HIDDEN, READER: INSUFFICIENT }, "WRITER"),
  rule("DELETE needs DELETE", "DELETE FROM DB.S.T", { VISITOR: HIDDEN, READER: INSUFFICIENT }, "WRITER"),
  rule("TRUNCATE needs TRUNCATE", "TRUNCATE TABLE DB.S.T", { VISITOR: HIDDEN, READER: INSUFFICIENT }, "WRITER"),
  rule(
    "MERGE needs what its clauses do",
    "MERGE INTO T USING (SELECT 1 A) N ON T.A = N.A WHEN MATCHED THEN DELETE",
    { READER: INSUFFICIENT, VISITOR: HIDDEN },
    "WRITER",
  ),
  rule(
    "INSERT OVERWRITE needs DELETE too",
    "INSERT OVERWRITE INTO T SELECT 1, 'x'",
    { READER: INSUFFICIENT },
    "WRITER",
  ),
  rule("DESCRIBE needs any privilege", "DESCRIBE TABLE DB.S.T", { VISITOR: HIDDEN, STRANGER: NO_SCHEMA }, "WRITER"),
  rule(
    "time travel needs SELECT",
    "SELECT * FROM DB.S.T AT (OFFSET => 0)",
    { VISITOR: HIDDEN, WRITER: INSUFFICIENT },
    "READER",
  ),
  // Stages
  rule("unloading needs SELECT", "COPY INTO @~/loot FROM DB.S.T", { VISITOR: HIDDEN, WRITER: INSUFFICIENT }, "READER"),
  rule("unloading a query needs SELECT", "COPY INTO @~ FROM (SELECT A FROM DB.S.T)", { VISITOR: HIDDEN }, "READER"),
  rule(
    "unloading needs WRITE on the stage",
    "COPY INTO @DB.S.ST/a FROM (SELECT 1 A)",
    { READER: NO_SCHEMA },
    "WRITER",
    [
      "CREATE STAGE DB.S.ST",
      "GRANT READ ON STAGE DB.S.ST TO ROLE WRITER",
      "GRANT WRITE ON STAGE DB.S.ST TO ROLE WRITER",
    ],
  ),
  rule("loading needs INSERT", "COPY INTO DB.S.T FROM @~", { READER: INSUFFICIENT, VISITOR: HIDDEN }, "WRITER"),
  rule("loading needs READ on the stage", "COPY INTO DB.S.T FROM @DB.S.ST", { WRITER: NO_SCHEMA }, "OWNER", [
    "CREATE STAGE DB.S.ST",
    "GRANT READ ON STAGE DB.S.ST TO ROLE OWNER",
  ]),
  rule("a table's stage is its owner's", "REMOVE @%T", { WRITER: INSUFFICIENT, VISITOR: HIDDEN }, "OWNER"),
  // Clones and dynamic tables
  rule("a clone of a schema needs CREATE SCHEMA", "CREATE SCHEMA DB.N CLONE DB.S", { READER: INSUFFICIENT }, "OWNER", [
    "GRANT CREATE SCHEMA ON DATABASE DB TO ROLE OWNER",
  ]),
  rule(
    "a clone of a schema needs the schema open",
    "CREATE SCHEMA DB.N CLONE DB.S",
    { STRANGER: NO_SCHEMA },
    "READER",
    ["GRANT CREATE SCHEMA ON DATABASE DB TO ROLE STRANGER", "GRANT CREATE SCHEMA ON DATABASE DB TO ROLE READER"],
  ),
  rule(
    "a dynamic table needs USAGE of its warehouse",
    "CREATE DYNAMIC TABLE DB.S.DT TARGET_LAG = '1 day' WAREHOUSE = DEAR AS SELECT A FROM DB.S.T",
    { OWNER: NO_SCHEMA },
    "ADMIN",
    ["CREATE WAREHOUSE DEAR"],
  ),
  rule(
    "and so it does when it is changed",
    "ALTER DYNAMIC TABLE DB.S.DT SET WAREHOUSE = DEAR",
    { OWNER: NO_SCHEMA },
    "ADMIN",
    [
      "CREATE WAREHOUSE DEAR",
      "CREATE DYNAMIC TABLE DB.S.DT TARGET_LAG = '1 day' WAREHOUSE = W AS SELECT A FROM DB.S.T",
      "GRANT OWNERSHIP ON DYNAMIC TABLE DB.S.DT TO ROLE OWNER",
    ],
  ),
  // Views, functions, procedures, sequences
  rule("a view needs SELECT on itself alone", "SELECT * FROM DB.S.V", { VISITOR: HIDDEN, WRITER: HIDDEN }, "READER"),
  rule("a function needs USAGE", "SELECT DB.S.F(1)", { VISITOR: "002141 42601", STRANGER: NO_SCHEMA }, "READER"),
  rule("a procedure needs USAGE", "CALL DB.S.P()", { VISITOR: "002141 42601", STRANGER: NO_SCHEMA }, "READER"),
  // Creating
  rule(
    "a table needs CREATE TABLE",
    "CREATE TABLE DB.S.N (A INT)",
    { READER: INSUFFICIENT, STRANGER: NO_SCHEMA },
    "OWNER",
  ),
  rule(
    "also IF NOT EXISTS, of one that exists",
    "CREATE TABLE IF NOT EXISTS T (A INT)",
    { READER: INSUFFICIENT },
    "OWNER",
  ),
  rule("a view needs CREATE VIEW", "CREATE VIEW DB.S.N AS SELECT 1 A", { READER: INSUFFICIENT }, "OWNER"),
  rule("a view needs what it reads", "CREATE VIEW DB.S.N AS SELECT A FROM DB.S.T", { VISITOR: HIDDEN }, "READER", [
    "GRANT CREATE VIEW ON SCHEMA S TO ROLE VISITOR",
    "GRANT CREATE VIEW ON SCHEMA S TO ROLE READER",
  ]),
  rule("CTAS needs what it reads", "CREATE TABLE DB.S.N AS SELECT A FROM DB.S.T", { VISITOR: HIDDEN }, "READER", [
    "GRANT CREATE TABLE ON SCHEMA S TO ROLE VISITOR",
    "GRANT CREATE TABLE ON SCHEMA S TO ROLE READER",
  ]),
  rule("any privilege on a schema opens it", "CREATE TABLE DB.S.N (A INT)", { READER: INSUFFICIENT }, "STRANGER", [
    "GRANT MONITOR ON DATABASE DB TO ROLE STRANGER",
    "GRANT CREATE TABLE ON SCHEMA S TO ROLE STRANGER",
  ]),
  rule("a schema needs CREATE SCHEMA", "CREATE SCHEMA DB.N", { OWNER: INSUFFICIENT, STRANGER: NO_SCHEMA }, "ADMIN"),
  rule("a database needs CREATE DATABASE", "CREATE DATABASE N", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("a role needs CREATE ROLE", "CREATE ROLE N", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("a user needs CREATE USER", "CREATE USER N", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("a warehouse needs CREATE WAREHOUSE", "CREATE WAREHOUSE N", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("a monitor needs CREATE RESOURCE MONITOR", "CREATE RESOURCE MONITOR N", { OWNER: INSUFFICIENT }, "ADMIN"),
  // Replacing, altering, dropping
  rule("OR REPLACE needs OWNERSHIP", "CREATE OR REPLACE TABLE T (A INT)", { WRITER: INSUFFICIENT }, "OWNER", [
    "GRANT CREATE TABLE ON SCHEMA S TO ROLE WRITER",
  ]),
  rule(
    "ALTER TABLE needs OWNERSHIP",
    "ALTER TABLE DB.S.T ADD COLUMN C INT",
    { WRITER: INSUFFICIENT, VISITOR: HIDDEN },
    "OWNER",
  ),
  rule("COMMENT needs OWNERSHIP", "COMMENT ON TABLE DB.S.T IS 'x'", { WRITER: INSUFFICIENT }, "OWNER"),
  rule("DROP TABLE needs OWNERSHIP", "DROP TABLE DB.S.T", { WRITER: INSUFFICIENT, VISITOR: HIDDEN }, "OWNER"),
  rule("DROP SCHEMA needs OWNERSHIP", "DROP SCHEMA DB.S", { READER: INSUFFICIENT, STRANGER: NO_SCHEMA }, "OWNER"),
  rule("DROP ROLE needs OWNERSHIP", "DROP ROLE VISITOR", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule(
    "ALTER PROCEDURE needs OWNERSHIP",
    "ALTER PROCEDURE DB.S.P() EXECUTE AS CALLER",
    { READER: INSUFFICIENT },
    "OWNER",
  ),
  rule("DROP USER needs OWNERSHIP", "DROP USER VISITOR", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("DROP WAREHOUSE needs OWNERSHIP", "DROP WAREHOUSE W", { READER: INSUFFICIENT, STRANGER: NO_SCHEMA }, "ADMIN"),
  rule("renaming a table needs CREATE TABLE", "ALTER TABLE DB.S.T RENAME TO DB.S.N", { READER: INSUFFICIENT }, "OWNER"),
  rule("renaming a schema needs CREATE SCHEMA", "ALTER SCHEMA DB.S RENAME TO DB.N", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("MODIFY changes a schema", "ALTER SCHEMA DB.S SET COMMENT = 'x'", { WRITER: INSUFFICIENT }, "READER", [
    "GRANT MODIFY ON SCHEMA S TO ROLE READER",
  ]),
  rule(
    "MODIFY changes a warehouse",
    "ALTER WAREHOUSE W SET WAREHOUSE_SIZE = LARGE",
    { WRITER: INSUFFICIENT },
    "READER",
    ["GRANT MODIFY ON WAREHOUSE W TO ROLE READER"],
  ),
  rule("OPERATE suspends a warehouse", "ALTER WAREHOUSE W SUSPEND", { WRITER: INSUFFICIENT }, "READER", [
    "GRANT OPERATE ON WAREHOUSE W TO ROLE READER",
  ]),
  rule("users do not set their keys", "ALTER USER OWNER SET RSA_PUBLIC_KEY = 'x'", { OWNER: INSUFFICIENT }, "ADMIN"),
  rule("users set their defaults", "ALTER USER OWNER SET DEFAULT_WAREHOUSE = W", { READER: INSUFFICIENT }, "OWNER"),
  rule("an account is its administrators'", "ALTER ACCOUNT SET TIMEZONE = 'UTC'", { OWNER: INSUFFICIENT }, "ADMIN"),
  // Granting
  rule("a grant needs ownership", "GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR", { READER: NOT_GRANTED }, "OWNER"),
  rule("or the grant option", "GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR", { WRITER: NOT_GRANTED }, "READER", [
    "GRANT SELECT ON TABLE S.T TO ROLE READER WITH GRANT OPTION",
  ]),
  rule("or MANAGE GRANTS", "GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR", { READER: NOT_GRANTED }, "STRANGER", [
    "GRANT MANAGE GRANTS ON ACCOUNT TO ROLE STRANGER",
  ]),
  rule(
    "a revoke likewise",
    "REVOKE SELECT ON TABLE DB.S.T FROM ROLE READER",
    { WRITER: NOT_REVOKED, VISITOR: HIDDEN },
    "OWNER",
  ),
  rule("a role is its owner's to grant", "GRANT ROLE WRITER TO ROLE VISITOR", { WRITER: NOT_GRANTED }, "ADMIN"),
  rule(
    "ownership is the owner's to hand on",
    "GRANT OWNERSHIP ON VIEW DB.S.V TO ROLE READER COPY CURRENT GRANTS",
    { READER: INSUFFICIENT },
    "OWNER",
    ["GRANT ROLE READER TO ROLE OWNER"],
  ),
  rule(
    "future grants in a plain schema need MANAGE GRANTS",
    "GRANT SELECT ON FUTURE TABLES IN SCHEMA DB.S TO ROLE READER",
    { OWNER: INSUFFICIENT },
    "ADMIN",
  ),
  rule(
    "in a managed one its owner gives them",
    "GRANT SELECT ON FUTURE TABLES IN SCHEMA DB.S TO ROLE VISITOR",
    { READER: INSUFFICIENT },
    "OWNER",
    ["ALTER SCHEMA S ENABLE MANAGED ACCESS"],
  ),
  rule(
    "in a database MANAGE GRANTS is needed",
    "GRANT SELECT ON FUTURE TABLES IN DATABASE DB TO ROLE READER",
    { OWNER: INSUFFICIENT },
    "ADMIN",
  ),
  // Using
  rule("USE WAREHOUSE needs USAGE", "USE WAREHOUSE W", { STRANGER: "002043 02000" }, "READER"),
  rule("USE SCHEMA needs an open one", "USE SCHEMA DB.S", { STRANGER: NO_SCHEMA }, "VISITOR"),
  rule("USE ROLE needs the role", "USE ROLE WRITER", { READER: "003013 42501" }, "WRITER"),
  rule("SHOW IN needs an open one", "SHOW TABLES IN SCHEMA DB.S", { STRANGER: "002043 02000" }, "VISITOR"),
  rule("a query needs a warehouse", "SELECT * FROM DB.S.T", { STRANGER: "000606 57P03" }, "READER", [
    "GRANT USAGE ON DATABASE DB TO ROLE STRANGER",
    "GRANT USAGE ON SCHEMA S TO ROLE STRANGER",
    "GRANT SELECT ON TABLE S.T TO ROLE STRANGER",
  ]),
];

function rule(
  name: string,
  statement: string,
  refused: Rule["refused"],
  allowed: Role,
  setup?: readonly string[],
): Rule {
  return { name, statement, refused, allowed, ...(setup ? { setup } : {}) };
}

describe("rules of access", () => {
  it.each(RULES.map((each) => [each.name, each] as const))(
    "%s",
    async (_, { statement, refused, allowed, setup = [] }) => {
      const world = await startWorld({}, ...setup);
      try {
        expect(await refusals(world, statement, Object.keys(refused) as Role[])).toEqual(refused);
        expect(await refusals(world, statement, [allowed])).toEqual({ [allowed]: undefined });
      } finally {
        await world.close();
      }
    },
  );
});
