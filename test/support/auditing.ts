import type { Client } from "pg";
import type { AuditFinding } from "../../src/audit/finding";
import { audit } from "../../src/warehouses/postgresql/audit/audit";
import type { AuditedRoster, AuditSettings } from "../../src/warehouses/postgresql/audit/scene";
import type { AdminKind } from "../../src/warehouses/postgresql/server/server";
import { query } from "./query";
import { startWarehouse, type TestWarehouse } from "./warehouse";

/** Every kind of thing: a restricted source, somebody who shares, somebody who goes, each duty. */
export const AUDITED = `
sources: [sales, web, { name: hr, readers: [ana] }]
developers:
  - { name: ana }
  - { name: ben, share: team }
  - { name: cleo, expires: 2090-01-01 }
services:
  - { name: jobs, duty: prod }
  - { name: runner, duty: ci }
  - { name: charts, duty: reader, sources: [sales] }
limits: { developer: { statement_timeout: 15min, idle_in_transaction: 5min, connections: 8 } }
`;
const BEFORE = AUDITED.replace("  - { name: cleo", "  - { name: dora }\n  - { name: cleo");

/** A deployed warehouse in which people, CI and production have made things, and somebody has left. */
export interface AuditedWarehouse {
  readonly warehouse: TestWarehouse;
  readonly roster: AuditedRoster;
  /** A session of the superuser, for {@link inTransaction}. */
  readonly client: Client;
  readonly admin: string;
}

export async function startAudited(kind: AdminKind): Promise<AuditedWarehouse> {
  const warehouse = await startWarehouse(kind);
  const { cluster } = warehouse;
  const as = (user: string, sql: string) => query(cluster, { user, password: warehouse.passwords()[user] ?? "" }, sql);
  await warehouse.apply(BEFORE);
  await as("dora", "create table dora_sales.left (id int)");
  await warehouse.apply(AUDITED);
  await as(
    "jobs",
    `create table prod_sales.orders (id serial primary key, note text);
     create table prod_sales.customers (id int, name text);
     create table prod_hr.people (id int, pay int);
     create view prod_web.hits as select 1 as n`,
  );
  await as("ben", "create table ben_sales.drafts (id int)");
  await as(
    "ana",
    "create table ana_hr.mine (id int); create function ana_hr.f() returns int language sql as 'select 1'",
  );
  await as("runner", "select ci.open('42'); create table ci_42_sales.t (id int)");
  const { roster, paths } = warehouse.access(AUDITED);
  const client = await cluster.connect(cluster.superuser);
  return { warehouse, roster: { roster, paths }, client, admin: cluster.admin.user };
}

/** Does some work of the superuser's in a transaction that is rolled back. */
export async function inTransaction<T>({ client }: AuditedWarehouse, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    return await work();
  } finally {
    await client.query("rollback");
    await client.query("reset session authorization");
  }
}

/** As the deploying admin asks, within the transaction. */
export async function askedBy(
  { client, roster, admin }: AuditedWarehouse,
  settings: AuditSettings = {},
  now = new Date(),
): Promise<AuditFinding[]> {
  await client.query(`set local session authorization "${admin}"`);
  const findings = await audit(client, roster, settings, now);
  await client.query("reset session authorization");
  return findings;
}

/** Executes what a finding says, as whom it says. */
export async function mend({ client, admin }: AuditedWarehouse, { mend: statements, by }: AuditFinding): Promise<void> {
  if (by === undefined) await client.query(`set local session authorization "${admin}"`);
  for (const statement of statements) {
    await client.query(statement).catch((error: Error) => {
      throw new Error(`${by ?? admin}: ${statement}: ${error.message}`);
    });
  }
  await client.query("reset session authorization");
}
