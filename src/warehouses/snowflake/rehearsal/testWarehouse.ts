import type { AccessPaths } from "../../../access/paths";
import { CI_SCHEMA, PROD, schemaName } from "../../../names";
import { partsOf } from "../../../proof/attacks";
import { probesOf } from "../../../proof/probes";
import { type Outcome, outcomeOf, outcomesOf } from "../../../proof/statement";
import type { FixtureTime, TestWarehouse } from "../../../proof/testWarehouse";
import { adoptionOf } from "../adopt";
import { identifier, literal } from "../quote";
import { attack } from "./attacks/corpus";
import { ciCall } from "./ci";
import type { Client } from "./client";
import { fill } from "./fixtures";
import { proveLimits } from "./limits";
import { type Logins, prodService } from "./logins";
import { proveOffboarding, watchLeavers } from "./offboarding";
import { probeDialectOf } from "./probes";
import { as, DENIALS, perform } from "./session";

/** Snowflake after an apply. */
export interface SnowflakeTestWarehouse extends TestWarehouse {
  readonly logins: Logins;
}

export function testWarehouseOf(logins: Logins, paths: AccessPaths): SnowflakeTestWarehouse {
  const { plan } = paths;
  const { admin, database } = logins;
  return {
    paths,
    logins,
    enter: async (identity) => perform(await logins.login(identity), admin),
    enterAsAdmin: async () => perform(await logins.newAdminSession(), admin),
    isDenial: ({ code }) => DENIALS.includes(code),
    probesOf: (schemas, representation) => probesOf(paths, schemas, probeDialectOf(database), representation),
    mostStatements: 200_000,
    adopt: () => adoptAll(logins, paths),
    fixtureTimesOf: () => fixtureTimesOf(admin, database),
    async fill(schemas, owner, time) {
      const who = owner === PROD ? prodService(plan) : owner;
      const fillAll = (client: Client) => each(schemas, (schema) => fillAs(client, database, schema, time));
      if (who !== undefined) return outcomesOf(schemas, as(logins.login(who), fillAll));
      // Production has an owner even where nobody may act as it.
      const filled = await fillAll(admin);
      for (const schema of schemas) await adopt(admin, database, schema, owner);
      return filled;
    },
    openRun: (service, run) => as(logins.login(service), (client) => openRun(client, database, service, run)),
    proveLimits: () => proveLimits(paths, logins, database),
    attack: (runs, onProgress) => attack({ ...partsOf(plan, runs), logins, database }, onProgress),
    async watch(leaving) {
      const leavers = await watchLeavers(leaving, paths, logins);
      return () => proveOffboarding(leavers, logins);
    },
  };
}

async function each(schemas: readonly string[], work: (schema: string) => Promise<void>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const schema of schemas) outcomes.push(await outcomeOf(work(schema)));
  return outcomes;
}

async function adoptAll({ admin, database }: Logins, { plan }: AccessPaths): Promise<void> {
  for (const { name, owner } of plan.schemas) {
    if (owner !== undefined) await adopt(admin, database, name, owner);
  }
}

async function adopt(admin: Client, database: string, schema: string, owner: string): Promise<void> {
  const changes = await adoptionOf(admin, database, [schema], owner);
  await run(
    admin,
    changes.map(({ sql }) => sql),
  );
}

async function openRun(client: Client, database: string, service: string, name: string): Promise<string[]> {
  await client.query(ciCall(database, "close", service, literal(name)));
  await client.query(ciCall(database, "open", service, literal(name)));
  const rows = await client.query(`show schemas in database ${identifier(database)}`);
  const prefix = schemaName(CI_SCHEMA, name);
  const opened = rows
    .map((row) => String(row.name).toLowerCase())
    .filter((schema) => schema === prefix || schema.startsWith(`${prefix}_`));
  for (const schema of opened) await fillAs(client, database, schema, "after");
  return opened.sort();
}

async function fixtureTimesOf(admin: Client, database: string): Promise<Map<string, FixtureTime[]>> {
  const tables = await admin.query(`show tables in database ${identifier(database)}`);
  const times = new Map<string, FixtureTime[]>();
  for (const time of ["before", "after"] as const) {
    for (const row of tables) {
      if (row.name !== `${time}_table`.toUpperCase()) continue;
      const schema = String(row.schema_name).toLowerCase();
      times.set(schema, [...(times.get(schema) ?? []), time]);
    }
  }
  return times;
}

/** A dynamic table is refreshed on the warehouse of whoever makes it. */
async function fillAs(client: Client, database: string, schema: string, time: FixtureTime): Promise<void> {
  const [row] = await client.query('select current_warehouse() as "warehouse"');
  await run(client, fill(database, schema, time, String(row?.warehouse)));
}

async function run(client: Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}
