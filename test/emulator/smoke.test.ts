import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { type Connection, connect, makeKeys } from "./client";

const keys = makeKeys();
let emulator: Emulator;
let admin: Connection;
beforeAll(async () => {
  emulator = await startEmulator({ admin: { user: "ADMIN", publicKey: keys.publicKey }, database: "DB" });
  admin = await connect(emulator, { user: "admin", keys, database: "DB" });
});
afterAll(() => emulator.close());

describe("smoke", () => {
  it("works", async () => {
    for (const each of `create warehouse w; create role r; grant role r to role sysadmin; create schema s with managed access; create user u type=service default_secondary_roles=() rsa_public_key='${keys.bare}' default_role=R default_warehouse=W default_namespace='DB.S'; grant role r to user u;
      grant usage on database db to role r; grant usage on warehouse w to role r; grant usage on schema db.s to role r; create table t (a int, b varchar default 'x'); insert into t (a) values (1),(2);
      grant select on all tables in schema s to role r; grant select on future views in schema s to role r; create view v as select a, count(*) as n from t group by a order by a desc`.split(
      ";",
    )) {
      await admin.query(each).catch((error) => expect.fail(`${each}: ${error.message}`));
    }
    const user = await connect(emulator, { user: "u", keys });
    expect((await user.query("select * from v")).rows).toEqual([
      ["2", "1"],
      ["1", "1"],
    ]);
    expect((await user.query("select t.*, current_role() r from t where a = ?", [2])).rows).toEqual([["2", "x", "R"]]);
    expect(await user.refusal("insert into t values (1, 'y')")).toBe("003001 42501");
    expect(await user.refusal("select * from nope")).toBe("002003 42S02");
    expect(await user.refusal("create table x (a int)")).toBe("003001 42501");
    expect(await user.refusal("grant select on t to role public")).toBe("003102 42501");
    expect(await user.refusal("select * from information_schema.nope")).toBe("002003 42S02");
    console.log(JSON.stringify((await admin.query("show grants to role r")).rows.map((r) => r.slice(1))));
  });
});
