import { afterAll, beforeAll, expect, test } from "vitest";
import type { AccessPlan } from "../../../src/access/plan";
import { UserError } from "../../../src/messages/userError";
import { stateOf } from "../../../src/warehouses/postgresql/deploy/stackState";
import { preflight } from "../../../src/warehouses/postgresql/preflight/preflight";
import { type Cluster, startCluster } from "../../../src/warehouses/postgresql/server/cluster";
import type { Connection } from "../../../src/warehouses/postgresql/settings";
import { query } from "../../support/query";

let cluster: Cluster;
let good: Connection;
const PLAN = { roles: [], identities: [], schemas: [], grants: [] };
const NOTHING = stateOf([]);

beforeAll(async () => {
  cluster = await startCluster({ admin: "managed" });
  good = {
    host: cluster.host,
    port: cluster.port,
    username: cluster.admin.user,
    password: cluster.admin.password,
    sslmode: "disable",
    superuser: false,
    connectTimeout: 5,
  };
});
afterAll(() => cluster?.stop());

const superuser = (sql: string) => query(cluster, cluster.superuser, sql);

const check = (change: Partial<Connection> = {}, database = "analytics", plan: AccessPlan = PLAN) => {
  const settings = { database, team: "", passwordSeed: "", acceptLosing: ["warehouse_admin"] };
  return preflight({ ...good, ...change }, { plan, settings, state: NOTHING });
};

test("a managed admin that owns the database may deploy, and so may a superuser", async () => {
  const found = { expiries: new Map(), roles: new Set(), foreignRoutines: new Set(), warnings: [] };
  await expect(check()).resolves.toEqual(found);
  const { user: username, password } = cluster.superuser;
  await superuser("alter database analytics owner to postgres");
  await expect(check({ username, password, superuser: true })).resolves.toMatchObject({ roles: new Set() });
  await superuser(`alter database analytics owner to ${good.username}`);
});

test("the moments at which logins end are told as the server prints them, whatever its time zone and style", async () => {
  await superuser("alter database analytics set timezone to 'America/St_Johns'");
  await superuser("alter database analytics set datestyle to 'German'");
  const identity = { name: "ana", duty: "developer", memberOf: [], limits: {}, rotation: 1, because: "" } as const;
  const identities = ["2027-01-31", "2027-07-01"].map((expires) => ({ ...identity, expires }));
  const told = (await check({}, "analytics", { ...PLAN, identities })).expiries;
  await superuser("alter database analytics reset timezone; alter database analytics reset datestyle");
  expect([...told]).toEqual([
    ["2027-01-31", "2027-01-30 20:30:00-03:30"],
    ["2027-07-01", "2027-06-30 21:30:00-02:30"],
  ]);
});

test("a certificate that cannot be read is the configuration's fault", async () => {
  await expect(check({ sslmode: "verify-ca", sslrootcert: "nowhere.pem" })).rejects.toThrow(
    new UserError("cannot read certificate `nowhere.pem`: ENOENT"),
  );
});

test("a missing database is named, with what to do", async () => {
  await expect(check({}, "nowhere")).rejects.toThrow(
    `database \`nowhere\` does not exist at 127.0.0.1:${cluster.port}\n  help: create it (CREATE DATABASE "nowhere" OWNER "${good.username}"), or set \`one-environment:database\``,
  );
});

test("a wrong password, and a server that is not there", async () => {
  await expect(check({ password: "wrong" })).rejects.toThrow(
    `127.0.0.1:${cluster.port} does not let \`${good.username}\` in: password authentication failed`,
  );
  await expect(check({ port: 1 })).rejects.toThrow("cannot reach PostgreSQL at 127.0.0.1:1: ");
  await expect(check({ sslmode: "require" })).rejects.toThrow("The server does not support SSL connections");
});

test("an admin who says to be a superuser and is none", async () => {
  await expect(check({ superuser: true })).rejects.toThrow(
    `\`${good.username}\` is no superuser\n  help: set \`pulumi config set postgresql:superuser false\``,
  );
});

test("an admin who may not create roles, or does not own the database", async () => {
  await superuser("create role weak login password 'weak'; grant connect on database analytics to weak");
  const weak = { username: "weak", password: "weak" };
  await expect(check(weak)).rejects.toThrow(
    '`weak` may not create roles\n  help: grant it: ALTER ROLE "weak" CREATEROLE',
  );
  await superuser("alter role weak createrole");
  await expect(check(weak)).rejects.toThrow("`weak` does not own database `analytics`");
});

test("all that is against the plan is told at once, in lines, and nothing is changed", async () => {
  const inWarehouse = async (sql: string) => {
    const client = await cluster.connect(cluster.superuser, "analytics");
    await client.query(sql);
    await client.end();
  };
  await inWarehouse("create role stranger; create schema prod_old; grant usage on schema prod_old to stranger");
  await inWarehouse("create role zabbix login; grant connect on database analytics to zabbix");
  await expect(check()).rejects.toThrow(
    new UserError(
      [
        '`stranger` has USAGE on schema `prod_old`: REVOKE USAGE ON SCHEMA prod_old FROM "stranger" CASCADE',
        '`weak` may connect by a grant of its own or of a group\'s, and is not in the roster: REVOKE CONNECT ON DATABASE "analytics" FROM "weak", or list it in `one-environment:acceptKeeping`',
        '`zabbix` may connect by a grant of its own or of a group\'s, and is not in the roster: REVOKE CONNECT ON DATABASE "analytics" FROM "zabbix", or list it in `one-environment:acceptKeeping`',
        '`weak`, `zabbix` may connect because everybody may, and would not any more: pulumi config set acceptLosing \'["warehouse_admin","weak","zabbix"]\', or put them into the roster',
      ].join("\n"),
    ),
  );
  await inWarehouse("drop owned by stranger, zabbix, weak; drop schema prod_old; drop role stranger, zabbix, weak");
  await expect(check()).resolves.toBeDefined();
});

test("an identity of the roster cannot be the deploying admin", async () => {
  const identity = {
    name: good.username,
    duty: "developer",
    memberOf: [],
    limits: {},
    rotation: 1,
    because: "",
  } as const;
  await expect(check({}, "analytics", { ...PLAN, identities: [identity] })).rejects.toThrow(
    `\`${good.username}\` is the deploying admin and cannot be an identity of the roster too`,
  );
});
