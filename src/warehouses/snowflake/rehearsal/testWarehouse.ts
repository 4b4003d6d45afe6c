import type { AccessPaths } from "../../../access/paths";
import { CI_SCHEMA, PROD, schemaName } from "../../../names";
import { partsOf } from "../../../proof/attacks";
import { probesOf } from "../../../proof/probes";
import type { Age, Stage } from "../../../proof/testWarehouse";
import { adoptionOf } from "../adopt";
import { identifier, literal } from "../quote";
import { attack } from "./attacks/corpus";
import { ciCall } from "./ci";
import type { Client } from "./client";
import { fill } from "./fixtures";
import { proveLimits } from "./limits";
import { type Doors, prodService } from "./logins";
import { proveOffboarding, watchLeavers } from "./offboarding";
import { repertoireOf } from "./probes";
import { as, DENIALS, perform } from "./session";

/** Snowflake after an apply. */
export interface SnowflakeStage extends Stage {
  readonly doors: Doors;
}

export function stageOf(doors: Doors, paths: AccessPaths): SnowflakeStage {
  const { plan } = paths;
  const { master, database } = doors;
  return {
    paths,
    doors,
    enter: async (identity) => perform(await doors.login(identity), master),
    enterAsMaster: async () => perform(await doors.loginAsAdmin(), master),
    isDenial: ({ code }) => DENIALS.includes(code),
    probesOf: (schemas) => probesOf(paths, schemas, repertoireOf(database)),
    adopt: () => adoptAll(doors, paths),
    agesOf: () => agesOf(master, database),
    async fill(schema, owner, age) {
      const who = owner === PROD ? prodService(plan) : owner;
      if (who !== undefined) return as(doors.login(who), (client) => fillAs(client, database, schema, age));
      // Production has an owner even where nobody may act as it.
      await fillAs(master, database, schema, age);
      await adopt(master, database, schema, owner);
    },
    openRun: (service, run) => as(doors.login(service), (client) => openRun(client, database, service, run)),
    proveLimits: () => proveLimits(paths, doors, database),
    attack: (runs, onProgress) => attack({ ...partsOf(plan, runs), doors, database }, onProgress),
    async watch(leaving) {
      const leavers = await watchLeavers(leaving, paths, doors);
      return () => proveOffboarding(leavers, doors);
    },
  };
}

async function adoptAll({ master, database }: Doors, { plan }: AccessPaths): Promise<void> {
  for (const { name, owner } of plan.schemas) {
    if (owner !== undefined) await adopt(master, database, name, owner);
  }
}

async function adopt(master: Client, database: string, schema: string, owner: string): Promise<void> {
  const changes = await adoptionOf(master, database, [schema], owner);
  await run(
    master,
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
  for (const schema of opened) await fillAs(client, database, schema, "created");
  return opened.sort();
}

async function agesOf(master: Client, database: string): Promise<Map<string, Age[]>> {
  const tables = await master.query(`show tables in database ${identifier(database)}`);
  const ages = new Map<string, Age[]>();
  for (const age of ["existing", "created"] as const) {
    for (const row of tables) {
      if (row.name !== `${age}_table`.toUpperCase()) continue;
      const schema = String(row.schema_name).toLowerCase();
      ages.set(schema, [...(ages.get(schema) ?? []), age]);
    }
  }
  return ages;
}

/** A dynamic table is refreshed on the warehouse of whoever makes it. */
async function fillAs(client: Client, database: string, schema: string, age: Age): Promise<void> {
  const [row] = await client.query('select current_warehouse() as "warehouse"');
  await run(client, fill(database, schema, age, String(row?.warehouse)));
}

async function run(client: Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}
