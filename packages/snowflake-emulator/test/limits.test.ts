/** Statement timeouts and resource monitors: which limit counts, and what happens when it is reached. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "./world";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const TIMEOUT = "STATEMENT_TIMEOUT_IN_SECONDS";

describe("a statement's timeout", () => {
  it("is the lower of the session's and the warehouse's", async () => {
    await world.admin.query(`ALTER WAREHOUSE W SET ${TIMEOUT} = 60`);
    const reader = await world.login("READER");
    expect(await reader.column("SELECT SYSTEM$WAIT(59)")).toEqual(["waited 59 seconds"]);
    expect(await reader.column("CALL SYSTEM$WAIT(59)")).toEqual(["waited 59 seconds"]);
    expect(await reader.refusal("CALL SYSTEM$WAIT(61)")).toBe("000630 57014");
    await expect(reader.query("SELECT SYSTEM$WAIT(61)")).rejects.toMatchObject({
      code: "000630",
      sqlState: "57014",
      message: "Statement reached its statement or warehouse timeout of 60 second(s) and was canceled.",
    });
    await reader.query(`ALTER SESSION SET ${TIMEOUT} = 30`);
    expect(await reader.refusal("SELECT SYSTEM$WAIT(31)")).toBe("000630 57014");
    expect(await reader.refusal("SELECT SYSTEM$WAIT(30)")).toBeUndefined();
  });

  it("of the warehouse is a wall: no session raises or removes it", async () => {
    await world.admin.query(`ALTER WAREHOUSE W SET ${TIMEOUT} = 60`);
    const reader = await world.login("READER");
    for (const value of [0, 600]) {
      await reader.query(`ALTER SESSION SET ${TIMEOUT} = ${value}`);
      expect(await reader.refusal("SELECT SYSTEM$WAIT(1, 'MINUTES')")).toBeUndefined();
      expect(await reader.refusal("SELECT SYSTEM$WAIT(2, 'MINUTES')")).toBe("000630 57014");
    }
  });

  it("of the user is where sessions begin, and can be changed in them", async () => {
    await world.admin.query(`ALTER USER READER SET ${TIMEOUT} = 10`);
    const reader = await world.login("READER");
    expect(await reader.refusal("SELECT SYSTEM$WAIT(11)")).toBe("000630 57014");
    expect((await reader.query(`SHOW PARAMETERS LIKE '${TIMEOUT}'`)).rows[0]?.slice(0, 4)).toEqual([
      TIMEOUT,
      "10",
      "172800",
      "USER",
    ]);
    await reader.query(`ALTER SESSION SET ${TIMEOUT} = 20`);
    expect(await reader.refusal("SELECT SYSTEM$WAIT(11)")).toBeUndefined();
    await reader.query(`ALTER SESSION UNSET ${TIMEOUT}`);
    expect(await reader.refusal("SELECT SYSTEM$WAIT(11)")).toBe("000630 57014");
  });

  it("of the account counts where nothing narrower is set; two days otherwise", async () => {
    const reader = await world.login("READER");
    expect(await reader.refusal("SELECT SYSTEM$WAIT(172800)")).toBeUndefined();
    expect(await reader.refusal("SELECT SYSTEM$WAIT(172801)")).toBe("000630 57014");
    await world.admin.query(`ALTER ACCOUNT SET ${TIMEOUT} = 5`);
    expect(await reader.refusal("SELECT SYSTEM$WAIT(6)")).toBe("000630 57014");
  });

  it("is for the whole of a procedure, and no handler catches it", async () => {
    await world.admin.query(`ALTER WAREHOUSE W SET ${TIMEOUT} = 10`);
    const owner = await world.login("OWNER");
    const block = (count: number) =>
      `EXECUTE IMMEDIATE $$BEGIN FOR I IN 1 TO ${count} DO SELECT SYSTEM$WAIT(4); END FOR; EXCEPTION WHEN OTHER THEN RETURN 'caught'; END$$`;
    expect(await owner.refusal(block(2))).toBeUndefined();
    expect(await owner.refusal(block(3))).toBe("000630 57014");
  });
});

describe("a resource monitor", () => {
  const READ = "SELECT * FROM DB.S.T";
  beforeEach(async () => {
    await world.admin.query(
      "CREATE RESOURCE MONITOR M WITH CREDIT_QUOTA = 10 TRIGGERS ON 50 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND",
    );
    await world.admin.query("CREATE WAREHOUSE FREE");
    await world.admin.query("GRANT USAGE ON WAREHOUSE FREE TO ROLE READER");
    await world.admin.query("ALTER WAREHOUSE W SET RESOURCE_MONITOR = M");
  });

  it("that is spent stops its warehouse, and no other", async () => {
    const reader = await world.login("READER");
    world.emulator.useCredits("M", 9);
    expect(await reader.refusal(READ)).toBeUndefined();
    world.emulator.useCredits("M", 1);
    await expect(reader.query(READ)).rejects.toMatchObject({
      code: "090073",
      sqlState: "22000",
      message: "Warehouse 'W' cannot be resumed because resource monitor 'M' has exceeded its quota.",
    });
    await reader.query("USE WAREHOUSE FREE");
    expect(await reader.refusal(READ)).toBeUndefined();
    expect((await world.admin.query("SHOW RESOURCE MONITORS")).rows[0]?.slice(0, 4)).toEqual([
      "M",
      "10.00",
      "10.00",
      "0.00",
    ]);
  });

  it("works again with a larger quota", async () => {
    const reader = await world.login("READER");
    world.emulator.useCredits("M", 12);
    expect(await reader.refusal(READ)).toBe("090073 22000");
    await world.admin.query("ALTER RESOURCE MONITOR M SET CREDIT_QUOTA = 20");
    expect(await reader.refusal(READ)).toBeUndefined();
  });

  it("is taken off a warehouse by administrators only, whatever MODIFY allows", async () => {
    await world.admin.query("GRANT MODIFY ON WAREHOUSE W TO ROLE READER");
    const reader = await world.login("READER");
    expect(await reader.refusal("ALTER WAREHOUSE W SET AUTO_SUSPEND = 60")).toBeUndefined();
    expect(await reader.refusal("ALTER WAREHOUSE W UNSET RESOURCE_MONITOR")).toBe("003001 42501");
    expect(await reader.refusal("ALTER WAREHOUSE W SET RESOURCE_MONITOR = NULL")).toBe("003001 42501");
    expect(await world.admin.refusal("ALTER WAREHOUSE W UNSET RESOURCE_MONITOR")).toBeUndefined();
  });
});

describe("a suspended warehouse", () => {
  it("resumes for a query, unless told not to", async () => {
    const reader = await world.login("READER");
    await world.admin.query("ALTER WAREHOUSE W SUSPEND");
    expect(await reader.refusal("SELECT * FROM DB.S.T")).toBeUndefined();
    await world.admin.query("ALTER WAREHOUSE W SET AUTO_RESUME = FALSE");
    await world.admin.query("ALTER WAREHOUSE W SUSPEND");
    expect(await reader.refusal("SELECT * FROM DB.S.T")).toBe("000606 57P03");
    await world.admin.query("ALTER WAREHOUSE W RESUME");
    expect(await reader.refusal("SELECT * FROM DB.S.T")).toBeUndefined();
  });

  it("is not needed for what does not compute", async () => {
    const stranger = await world.login("STRANGER");
    expect(await stranger.refusal("SELECT 1, CURRENT_ROLE()")).toBeUndefined();
    expect(await stranger.refusal("SHOW ROLES")).toBeUndefined();
  });
});
