/** What grants do over time: hierarchies, secondary roles, managed access, future grants, ownership. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "./client";
import { startWorld, type World } from "./world";

let world: World;
let admin: Connection;
beforeEach(async () => {
  world = await startWorld();
  admin = world.admin;
});
afterEach(() => world.close());

const run = async (by: Connection, ...statements: string[]) => {
  for (const statement of statements) await by.query(statement);
};
const READ = "SELECT COUNT(*) FROM DB.S.T";
const INSUFFICIENT = "003001 42501";

describe("the hierarchy of roles", () => {
  it("passes privileges upward at any depth, at once, and takes them back", async () => {
    const visitor = await world.login("VISITOR");
    expect(await visitor.refusal(READ)).toBe("002003 42S02");
    await run(admin, "CREATE ROLE MIDDLE", "GRANT ROLE READER TO ROLE MIDDLE", "GRANT ROLE MIDDLE TO ROLE VISITOR");
    expect(await visitor.refusal(READ)).toBeUndefined();
    await run(admin, "REVOKE ROLE READER FROM ROLE MIDDLE");
    expect(await visitor.refusal(READ)).toBe("002003 42S02");
  });

  it("does not pass them downward", async () => {
    await run(admin, "GRANT ROLE VISITOR TO ROLE OWNER");
    expect(await (await world.login("VISITOR")).refusal(READ)).toBe("002003 42S02");
  });

  it("has no rings", async () => {
    await run(admin, "GRANT ROLE READER TO ROLE WRITER", "GRANT ROLE WRITER TO ROLE VISITOR");
    expect(await admin.refusal("GRANT ROLE VISITOR TO ROLE READER")).toBe("003009 42501");
    expect(await admin.refusal("GRANT ROLE READER TO ROLE READER")).toBe("003009 42501");
    expect(await admin.refusal("GRANT ROLE VISITOR TO ROLE OWNER")).toBeUndefined();
  });

  it("gives everybody what PUBLIC has", async () => {
    await run(admin, "GRANT SELECT ON TABLE S.T TO ROLE PUBLIC");
    expect(await (await world.login("VISITOR")).refusal(READ)).toBeUndefined();
  });

  it("does not put a role that nobody granted upward under SYSADMIN", async () => {
    await run(admin, "CREATE ROLE LONER", "GRANT OWNERSHIP ON SCHEMA S TO ROLE LONER COPY CURRENT GRANTS");
    expect(await admin.refusal("CREATE TABLE DB.S.N (A INT)")).toBe(INSUFFICIENT);
    await run(admin, "GRANT ROLE LONER TO ROLE SYSADMIN");
    expect(await admin.refusal("CREATE TABLE DB.S.N (A INT)")).toBeUndefined();
  });
});

describe("a schema that is closed", () => {
  it("is closed to sessions that are in it, bare names and all", async () => {
    const reader = await world.login("READER");
    expect(await reader.refusal("SELECT COUNT(*) FROM T")).toBeUndefined();
    await run(admin, "REVOKE USAGE ON SCHEMA S FROM ROLE READER");
    expect(await reader.refusal("SELECT COUNT(*) FROM T")).toBe("002003 02000");
    await run(admin, "GRANT USAGE ON SCHEMA S TO ROLE READER", "REVOKE USAGE ON DATABASE DB FROM ROLE READER");
    expect(await reader.refusal("SELECT COUNT(*) FROM T")).toBe("002003 02000");
    expect(await (await world.login("WRITER")).refusal("DELETE FROM T")).toBeUndefined();
  });
});

describe("secondary roles", () => {
  beforeEach(() => run(admin, "GRANT ROLE READER TO USER VISITOR", "GRANT ROLE OWNER TO USER VISITOR"));

  it("count while they are active, and for everything but CREATE", async () => {
    const visitor = await world.login("VISITOR");
    expect(await visitor.refusal(READ)).toBe("002003 42S02");
    await visitor.query("USE SECONDARY ROLES ALL");
    expect(await visitor.refusal(READ)).toBeUndefined();
    expect(await visitor.refusal("CREATE TABLE DB.S.N (A INT)")).toBe(INSUFFICIENT);
    await visitor.query("USE ROLE OWNER");
    expect(await visitor.refusal("CREATE TABLE DB.S.N (A INT)")).toBeUndefined();
    await run(visitor, "USE ROLE VISITOR", "USE SECONDARY ROLES NONE");
    expect(await visitor.refusal(READ)).toBe("002003 42S02");
  });

  it("are all of them from the first, unless the user's default is ()", async () => {
    await run(admin, "ALTER USER VISITOR UNSET DEFAULT_SECONDARY_ROLES");
    expect(await (await world.login("VISITOR")).refusal(READ)).toBeUndefined();
    await run(admin, "ALTER USER VISITOR SET DEFAULT_SECONDARY_ROLES = ()");
    expect(await (await world.login("VISITOR")).refusal(READ)).toBe("002003 42S02");
  });

  it("may be some of the user's, and nobody else's", async () => {
    const visitor = await world.login("VISITOR");
    await visitor.query("USE SECONDARY ROLES READER");
    expect(await visitor.refusal(READ)).toBeUndefined();
    expect(await visitor.refusal("USE SECONDARY ROLES WRITER")).toBe("002003 02000");
  });
});

describe("a managed access schema", () => {
  beforeEach(() => run(admin, "GRANT CREATE TABLE ON SCHEMA S TO ROLE WRITER", "ALTER SCHEMA S ENABLE MANAGED ACCESS"));
  const SHARE = "GRANT SELECT ON TABLE DB.S.N TO ROLE VISITOR";

  it("takes granting from the owners of objects and gives it to the schema's", async () => {
    const writer = await world.login("WRITER");
    await writer.query("CREATE TABLE DB.S.N (A INT)");
    expect(await writer.refusal(SHARE)).toBe("003102 42501");
    expect(await writer.refusal("REVOKE ALL ON TABLE DB.S.N FROM ROLE READER")).toBe("003103 42501");
    expect(await (await world.login("OWNER")).refusal(SHARE)).toBeUndefined();
    expect(await writer.refusal("DROP TABLE DB.S.N")).toBeUndefined();
  });

  it("honours no grant option in it", async () => {
    await run(admin, "GRANT SELECT ON TABLE S.T TO ROLE READER WITH GRANT OPTION");
    const share = "GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR";
    const reader = await world.login("READER");
    expect(await reader.refusal(share)).toBe("003102 42501");
    await run(admin, "ALTER SCHEMA S DISABLE MANAGED ACCESS");
    expect(await reader.refusal(share)).toBeUndefined();
  });

  it("lets ownership go only to roles below its owner", async () => {
    await (await world.login("WRITER")).query("CREATE TABLE DB.S.N (A INT)");
    const owner = await world.login("OWNER");
    const hand = "GRANT OWNERSHIP ON TABLE DB.S.N TO ROLE VISITOR";
    expect(await owner.refusal(hand)).toBe(INSUFFICIENT);
    await run(admin, "GRANT ROLE VISITOR TO ROLE OWNER");
    expect(await owner.refusal(hand)).toBeUndefined();
  });

  it("is made of a plain one with MANAGE GRANTS only", async () => {
    await run(admin, "ALTER SCHEMA S DISABLE MANAGED ACCESS");
    const owner = await world.login("OWNER");
    expect(await owner.refusal("ALTER SCHEMA DB.S ENABLE MANAGED ACCESS")).toBe(INSUFFICIENT);
    await run(admin, "GRANT MANAGE GRANTS ON ACCOUNT TO ROLE OWNER");
    expect(await owner.refusal("ALTER SCHEMA DB.S ENABLE MANAGED ACCESS")).toBeUndefined();
  });

  it("is made of a plain one without future grants only; one that is managed may have them", async () => {
    const [enable, future] = ["ALTER SCHEMA S ENABLE MANAGED ACCESS", "SELECT ON FUTURE TABLES IN SCHEMA S"];
    await run(admin, "ALTER SCHEMA S DISABLE MANAGED ACCESS", `GRANT ${future} TO ROLE VISITOR`);
    expect(await admin.refusal(enable)).toBe("003036 23001");
    await run(admin, `REVOKE ${future} FROM ROLE VISITOR`);
    expect(await admin.refusal(enable)).toBeUndefined();
    await run(admin, `GRANT ${future} TO ROLE VISITOR`);
    expect(await admin.refusal(enable)).toBeUndefined();
  });

  it("is not handed on while its future objects have an owner", async () => {
    const [give, future] = ["GRANT OWNERSHIP ON SCHEMA S TO ROLE", "OWNERSHIP ON FUTURE TABLES IN SCHEMA S"];
    await run(admin, `GRANT ${future} TO ROLE OWNER`);
    expect(await admin.refusal(`${give} WRITER COPY CURRENT GRANTS`)).toBe("003036 23001");
    await run(admin, `REVOKE ${future} FROM ROLE OWNER`);
    expect(await admin.refusal(`${give} WRITER COPY CURRENT GRANTS`)).toBeUndefined();
  });
});

describe("future grants", () => {
  const NEW = "SELECT * FROM DB.S.N";

  it("count for what is created from then on, of that kind only", async () => {
    await run(admin, "GRANT SELECT ON FUTURE TABLES IN SCHEMA S TO ROLE VISITOR");
    const visitor = await world.login("VISITOR");
    expect(await visitor.refusal(READ)).toBe("002003 42S02");
    await run(await world.login("OWNER"), "CREATE TABLE DB.S.N (A INT)", "CREATE VIEW DB.S.M AS SELECT 1 A");
    expect(await visitor.refusal(NEW)).toBeUndefined();
    expect(await visitor.refusal("SELECT * FROM DB.S.M")).toBe("002003 42S02");
  });

  it("of a schema hide those of its database for the same kind, whoever they name", async () => {
    await run(admin, "GRANT SELECT ON FUTURE TABLES IN DATABASE DB TO ROLE VISITOR");
    const owner = await world.login("OWNER");
    await owner.query("CREATE TABLE DB.S.N (A INT)");
    expect(await (await world.login("VISITOR")).refusal(NEW)).toBeUndefined();
    await run(admin, "GRANT INSERT ON FUTURE TABLES IN SCHEMA S TO ROLE WRITER");
    await owner.query("CREATE OR REPLACE TABLE DB.S.N (A INT)");
    expect(await (await world.login("VISITOR")).refusal(NEW)).toBe("002003 42S02");
    await owner.query("CREATE VIEW DB.S.M AS SELECT 1 A");
  });

  it("of ownership give what is created to another role; a second owner is refused", async () => {
    await run(admin, "GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA S TO ROLE WRITER");
    expect(await admin.refusal("GRANT OWNERSHIP ON FUTURE TABLES IN SCHEMA S TO ROLE READER")).toBe("003504 01000");
    await run(await world.login("OWNER"), "CREATE TABLE DB.S.N (A INT)");
    expect(await (await world.login("WRITER")).refusal("DROP TABLE DB.S.N")).toBeUndefined();
  });

  it("of ownership in a database pass by managed access schemas", async () => {
    await run(admin, "GRANT OWNERSHIP ON FUTURE TABLES IN DATABASE DB TO ROLE WRITER");
    const owner = await world.login("OWNER");
    await owner.query("CREATE TABLE DB.S.N (A INT)");
    expect(await owner.refusal("DROP TABLE DB.S.N")).toBe("002003 42S02");
    await run(admin, "ALTER SCHEMA S ENABLE MANAGED ACCESS");
    await owner.query("CREATE TABLE DB.S.M (A INT)");
    expect(await owner.refusal("DROP TABLE DB.S.M")).toBeUndefined();
  });

  it("end when they are revoked", async () => {
    await run(admin, "GRANT SELECT ON FUTURE TABLES IN SCHEMA S TO ROLE VISITOR");
    await run(admin, "REVOKE SELECT ON FUTURE TABLES IN SCHEMA S FROM ROLE VISITOR");
    await run(await world.login("OWNER"), "CREATE TABLE DB.S.N (A INT)");
    expect(await (await world.login("VISITOR")).refusal(NEW)).toBe("002003 42S02");
  });
});

describe("ownership", () => {
  it("is not handed on while there are grants, unless told what becomes of them", async () => {
    await run(admin, "GRANT ROLE WRITER TO USER OWNER", "GRANT ROLE OWNER TO USER WRITER");
    const owner = await world.login("OWNER");
    await owner.query("USE SECONDARY ROLES ALL");
    expect(await owner.refusal("GRANT OWNERSHIP ON TABLE DB.S.T TO ROLE WRITER")).toBe("003036 23001");
    await owner.query("GRANT OWNERSHIP ON TABLE DB.S.T TO ROLE WRITER COPY CURRENT GRANTS");
    expect(await (await world.login("READER")).refusal(READ)).toBeUndefined();
    await owner.query("USE SECONDARY ROLES NONE");
    expect(await owner.refusal("DROP TABLE DB.S.T")).toBe("002003 42S02");
    const writer = await world.login("WRITER");
    await writer.query("USE SECONDARY ROLES ALL");
    await writer.query("GRANT OWNERSHIP ON TABLE DB.S.T TO ROLE OWNER REVOKE CURRENT GRANTS");
    expect(await (await world.login("READER")).refusal(READ)).toBe("002003 42S02");
    expect(await owner.refusal("DROP TABLE DB.S.T")).toBeUndefined();
  });

  it("goes to a role in force only, unless the account still has it the old way", async () => {
    const give = "GRANT OWNERSHIP ON VIEW DB.S.V TO ROLE VISITOR REVOKE CURRENT GRANTS";
    const owner = await world.login("OWNER");
    expect(await owner.refusal(give)).toBe(INSUFFICIENT);
    await run(admin, "GRANT ROLE VISITOR TO ROLE OWNER");
    expect(await owner.refusal(give)).toBeUndefined();
    const before = await startWorld({ ownershipGifts: true });
    try {
      const giver = await before.login("OWNER");
      expect(await giver.refusal(give.replace("REVOKE", "COPY"))).toBe(INSUFFICIENT);
      expect(await giver.refusal(give)).toBeUndefined();
      const status = "SELECT SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS('2026_07')";
      expect(await before.admin.column(status)).toEqual(["DISABLED"]);
      expect(await admin.column(status)).toEqual(["ENABLED"]);
    } finally {
      await before.close();
    }
  });

  it("of materialized views goes with that of views", async () => {
    await run(await world.login("OWNER"), "CREATE MATERIALIZED VIEW DB.S.M AS SELECT A FROM T");
    await run(admin, "GRANT OWNERSHIP ON ALL VIEWS IN SCHEMA S TO ROLE WRITER COPY CURRENT GRANTS");
    await run(await world.login("WRITER"), "DROP MATERIALIZED VIEW DB.S.M");
    expect(await admin.refusal("GRANT OWNERSHIP ON ALL MATERIALIZED VIEWS IN SCHEMA S TO ROLE WRITER")).toBe(
      "001003 42000",
    );
  });

  it("of what a dropped role had is the dropper's", async () => {
    await run(admin, "DROP ROLE OWNER");
    expect(await admin.column("SHOW SCHEMAS LIKE 'S'")).toHaveLength(1);
    const { rows } = await admin.query("SHOW GRANTS ON TABLE DB.S.T");
    expect(rows[0]?.slice(1)).toEqual(["OWNERSHIP", "TABLE", "DB.S.T", "ROLE", "ACCOUNTADMIN", "true", "ACCOUNTADMIN"]);
  });

  it("of what a dropped role had can be another's than the administrator's: who drops it as another role", async () => {
    await run(admin, "CREATE ROLE HEIR", "GRANT ROLE HEIR TO ROLE SYSADMIN");
    await run(admin, "GRANT SELECT ON FUTURE TABLES IN SCHEMA S TO ROLE OWNER");
    await run(admin, "GRANT OWNERSHIP ON ROLE OWNER TO ROLE HEIR COPY CURRENT GRANTS", "USE ROLE HEIR");
    expect(await admin.refusal("DROP ROLE OWNER"), "future grants").toBe(INSUFFICIENT);
    await run(admin, "USE ROLE ACCOUNTADMIN", "REVOKE SELECT ON FUTURE TABLES IN SCHEMA S FROM ROLE OWNER");
    await run(admin, "USE ROLE HEIR", "DROP ROLE OWNER", "USE ROLE ACCOUNTADMIN");
    const owners = async (shown: string) => (await admin.query(shown)).rows.map((row) => row[5]);
    expect(await owners("SHOW GRANTS ON TABLE DB.S.T")).toEqual(["HEIR"]);
    expect(await owners("SHOW GRANTS ON SCHEMA DB.S")).toEqual(["HEIR"]);
  });

  it("of a dropped role goes without the grants that it had made", async () => {
    const reader = await world.login("READER");
    expect(await reader.refusal(READ)).toBeUndefined();
    await run(admin, "DROP ROLE OWNER");
    // USAGE of the schema was the owner's to give as well.
    expect(await reader.refusal(READ)).toBe("002003 02000");
  });
});

describe("grants with the grant option", () => {
  it("that were passed on go with CASCADE, and stand in the way without", async () => {
    await run(admin, "GRANT SELECT ON TABLE S.T TO ROLE READER WITH GRANT OPTION");
    await (await world.login("READER")).query("GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR");
    const owner = await world.login("OWNER");
    expect(await owner.refusal("REVOKE SELECT ON TABLE DB.S.T FROM ROLE READER")).toBe("003036 23001");
    await owner.query("REVOKE SELECT ON TABLE DB.S.T FROM ROLE READER CASCADE");
    expect(await (await world.login("VISITOR")).refusal(READ)).toBe("002003 42S02");
  });

  it("lose the option alone with GRANT OPTION FOR", async () => {
    await run(admin, "GRANT SELECT ON TABLE S.T TO ROLE READER WITH GRANT OPTION");
    await run(admin, "REVOKE GRANT OPTION FOR SELECT ON TABLE S.T FROM ROLE READER");
    const reader = await world.login("READER");
    expect(await reader.refusal("GRANT SELECT ON TABLE DB.S.T TO ROLE VISITOR")).toBe("003102 42501");
    expect(await reader.refusal(READ)).toBeUndefined();
  });

  it("some of a list are granted, and the others named", async () => {
    await run(admin, "GRANT SELECT ON TABLE S.T TO ROLE READER WITH GRANT OPTION");
    const reader = await world.login("READER");
    await expect(reader.query("GRANT SELECT, INSERT ON TABLE DB.S.T TO ROLE VISITOR")).rejects.toMatchObject({
      code: "003011",
      message: "Grant partially executed: privileges [INSERT] not granted.",
    });
    expect(await (await world.login("VISITOR")).refusal(READ)).toBeUndefined();
  });
});
