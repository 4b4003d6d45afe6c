import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { deriveAccess } from "../../../src/access/derive";
import { capacityWarning, capacityWarnings } from "../../../src/warehouses/postgresql/preflight/capacity";
import type { Connection } from "../../../src/warehouses/postgresql/settings";
import { NOW, rosterOf } from "../../support/access";
import { query } from "../../support/query";
import { startWarehouse, type TestWarehouse } from "../../support/warehouse";

/** Six developers with 8 each, CI with 16, a reader with 20: 84. Production needs 32, the admin 3. */
const ROSTER = `
sources: [stripe]
developers: [{ name: a }, { name: b }, { name: c }, { name: d }, { name: e }, { name: f }]
services: [{ name: jobs, duty: prod }, { name: runner, duty: ci }, { name: charts, duty: reader }]
`;
const warn = (yaml: string, available: number) => capacityWarning(deriveAccess(rosterOf(yaml), NOW), available);

describe("a warning before the limits of all are more than the server has", () => {
  test("there is none when everybody fits, to the last connection", () => {
    expect(warn(ROSTER, 84 + 32 + 3)).toBeUndefined();
    expect(warn("sources: [stripe]", 3)).toBeUndefined();
  });

  test("it says how many there are and how many may be had", () => {
    expect(warn(ROSTER, 118)).toBe(
      "production may find no connection left: developers, CI and readers may have 84 connections together, and of the " +
        "server's 118 there are 83 for them when prod services have 32 and the admin 3; lower `connections` in `limits`, " +
        "or raise max_connections",
    );
    expect(warn(ROSTER, 20)).toContain("of the server's 20 there are 0 for them");
  });

  test("who has no limit is named, whatever the server has", () => {
    const one = `${ROSTER}limits: { reader: { connections: none } }`;
    expect(warn(one, 262_143)).toContain("no connection left: `charts` may have any number of connections, and");
    const many = `${ROSTER}limits: { developer: { connections: none } }`;
    expect(warn(many, 262_143)).toContain("no connection left: `a` and 5 more may have any number of connections, and");
  });

  test("a prod service without a limit is in nobody's way but needs its share", () => {
    const prod = `${ROSTER}limits: { prod: { connections: none } }`;
    expect(warn(prod, 119)).toBeUndefined();
    expect(warn(prod, 118)).toContain("when prod services have 32");
  });
});

describe("at a deployment", () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startWarehouse();
  });
  afterAll(() => warehouse?.stop());

  const superuser = (sql: string) => query(warehouse.cluster, warehouse.cluster.superuser, sql);

  test("the server is asked, with what it and the database keep back, and the warning is told", async () => {
    const { port, database, admin } = warehouse.cluster;
    const connection: Connection = {
      ...{ host: "127.0.0.1", port, username: admin.user, password: admin.password },
      ...{ sslmode: "disable", superuser: false, connectTimeout: 5 },
    };
    const plan = deriveAccess(rosterOf(ROSTER), NOW);
    const crowded = deriveAccess(rosterOf(`${ROSTER}limits: { developer: { connections: 70 } }`), NOW);
    expect(await capacityWarnings(plan, connection, database)).toEqual([]);
    expect(await capacityWarnings(crowded, connection, database)).toEqual([
      expect.stringContaining("may have 456 connections together, and of the server's 197 there are 162 for them"),
    ]);
    await superuser(`alter database ${database} connection limit 100`);
    expect(await capacityWarnings(plan, connection, database)).toEqual([
      expect.stringContaining("of the server's 100 there are 65 for them"),
    ]);
    const told = vi.spyOn(pulumi.log, "warn");
    await warehouse.apply(ROSTER);
    expect(told).toHaveBeenCalledWith(expect.stringContaining("of the server's 100 there are 65 for them"));
    told.mockRestore();
  });

  test("three developers cannot take every connection any more", async () => {
    await superuser("alter database analytics connection limit -1");
    const testWarehouse = await warehouse.apply(ROSTER);
    const open = [];
    for (const who of ["a", "b", "c"]) {
      for (let n = 0; n < 8; n++) open.push(await testWarehouse.logins.loginAsIs(who));
      await expect(testWarehouse.logins.loginAsIs(who)).rejects.toMatchObject({ code: "53300" });
    }
    open.push(await testWarehouse.logins.loginAsIs("jobs"));
    await Promise.all(open.map((client) => client.end()));
  });
});
