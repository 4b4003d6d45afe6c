import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { PostgresqlTestWarehouse } from "../../src/warehouses/postgresql/rehearsal/testWarehouse";
import { startWarehouse, type TestWarehouse } from "./warehouse";

const ROSTER = `
sources: [stripe]
developers: [{ name: ana }, { name: ben }]
services:
  - { name: jobs, duty: prod }
  - { name: loader, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader }
`;

/** What every test finds, whatever the one before has left. */
const FIXTURES = `
  drop schema ana, ben cascade;
  create schema ana authorization ana;
  create schema ben authorization ben;
  drop table if exists prod_stripe.charges, prod_stripe.charges_old, prod_stripe.foreign_t cascade;
  set role prod;
  create table prod_stripe.charges (id int primary key, amount int);
  insert into prod_stripe.charges values (1, 10), (2, 20);
  create view prod_stripe.refunds as select * from prod_stripe.charges where amount < 0;
  reset role`;

/** `signalling`: a managed admin whom a superuser has made a member of pg_signal_backend. */
export const ADMINS = ["managed", "signalling", "superuser"] as const;

/** A warehouse in which others stand in production's way, made anew for every test. */
export interface Blockade {
  readonly warehouse: TestWarehouse;
  readonly superuser: Client;
  /** A session of production. */
  readonly jobs: Client;
  login(identity: string): Promise<Client>;
  pidOf(client: Client): Promise<number>;
  /** Sends a statement and waits until it waits for a lock. */
  stuck(client: Client, sql: string): Promise<{ readonly pid: number; readonly done: Promise<unknown> }>;
  memberships(): Promise<string[]>;
}

/** Registers the hooks that set it up and take it down; whatever a function does with memberships, it must take back. */
export function setUpBlockade(kind: (typeof ADMINS)[number]): Blockade {
  let warehouse: TestWarehouse;
  let testWarehouse: PostgresqlTestWarehouse;
  let superuser: Client;
  let jobs: Client;
  let open: Client[] = [];
  let memberships: string[];

  beforeAll(async () => {
    warehouse = await startWarehouse(kind === "superuser" ? kind : "managed");
    testWarehouse = await warehouse.apply(ROSTER);
    superuser = await testWarehouse.logins.superuser();
    if (kind === "signalling") await superuser.query("grant pg_signal_backend to warehouse_admin");
  });
  afterAll(async () => {
    await superuser?.end();
    await warehouse?.stop();
  });
  beforeEach(async () => {
    await superuser.query(FIXTURES);
    memberships = await readMemberships();
    jobs = await login("jobs");
  });
  afterEach(async () => {
    await Promise.allSettled(open.map((client) => client.end()));
    open = [];
    // Whatever a function did with the admin's memberships, it took back.
    expect(await readMemberships()).toEqual(memberships);
  });

  async function login(identity: string): Promise<Client> {
    const client = await testWarehouse.logins.login(identity);
    client.on("error", () => {});
    open.push(client);
    return client;
  }

  async function readMemberships(): Promise<string[]> {
    const { rows } = await superuser.query<{ line: string }>(
      "select to_jsonb(m) - 'oid' || jsonb_build_object('role', roleid::regrole) as line from pg_auth_members as m order by roleid, member, grantor",
    );
    return rows.map(({ line }) => JSON.stringify(line));
  }

  async function pidOf(client: Client): Promise<number> {
    return (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  }

  async function stuck(client: Client, sql: string) {
    const pid = await pidOf(client);
    let settled = false;
    const done = client.query(sql).finally(() => {
      settled = true;
    });
    done.catch(() => {});
    const waits = "select cardinality(pg_blocking_pids($1)) > 0 as waits";
    while (!(await superuser.query(waits, [pid])).rows[0].waits) {
      if (settled) throw new Error(`it does not wait: ${sql}`);
    }
    return { pid, done };
  }

  return {
    get warehouse() {
      return warehouse;
    },
    get superuser() {
      return superuser;
    },
    get jobs() {
      return jobs;
    },
    ...{ login, pidOf, stuck, memberships: readMemberships },
  };
}
