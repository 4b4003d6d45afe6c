import type { AccessPaths } from "../../../access/paths";
import { PROD } from "../../../names";
import { partsOf } from "../../../proof/attacks";
import type { FixtureTime } from "../../../proof/probes";
import { probesOf } from "../../../proof/probes";
import { as, type TestSession } from "../../../proof/session";
import { type Outcome, outcomeOf, outcomesOf } from "../../../proof/statement";
import type { TestWarehouse } from "../../../proof/testWarehouse";
import { type Adoption, adoptAll, type LeftAlone, type OwnedSchema } from "../../adoption";
import { adoptionOf } from "../adopt";
import { identifier } from "../quote";
import { attack } from "./attacks/corpus";
import type { Client } from "./client";
import { fill } from "./fixtures";
import { proveOwnLimits, proveSharedLimits } from "./limits";
import { type Logins, prodService } from "./logins";
import { offboardingOn } from "./offboarding";
import { probeDialectOf } from "./probes";
import { runsIn } from "./runs";
import { DENIALS, perform } from "./session";

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
    login: logins.login,
    loginAsAdmin: logins.newAdminSession,
    enter: async (identity) => perform(await logins.login(identity), admin),
    enterAsAdmin: async () => perform(await logins.newAdminSession(), admin),
    isDenial: ({ code }) => DENIALS.includes(code),
    probesOf: (schemas, representation) => probesOf(paths, schemas, probeDialectOf(database), representation),
    mostStatements: 200_000,
    adopt: () => adoptAll(plan, adopterOf(logins)),
    tablesIn: (session, schemas) => tablesIn(session, database, schemas),
    fixtureTimesOf: () => fixtureTimesOf(admin, database),
    async fill(schemas, owner, time) {
      const who = owner === PROD ? prodService(plan) : owner;
      const fillAll = (client: Client) => each(schemas, (schema) => fillAs(client, database, schema, time));
      if (who !== undefined) return outcomesOf(schemas, as(logins.login(who), fillAll));
      // Production has an owner even where nobody may act as it.
      const filled = await fillAll(admin);
      const { find, apply } = adopterOf(logins);
      await apply(
        owner,
        await find(
          owner,
          schemas.map((name) => ({ name })),
        ),
      );
      return filled;
    },
    runs: runsIn(database),
    limits: {
      proveOwn: (identity) => proveOwnLimits(plan, identity, logins),
      proveShared: () => proveSharedLimits(plan, logins),
    },
    offboarding: offboardingOn(logins),
    attack: (runs, onProgress) => attack({ ...partsOf(plan, runs), logins, database }, onProgress),
  };
}

function adopterOf({ admin, database }: Logins) {
  return {
    async find(owner: string, schemas: readonly Pick<OwnedSchema, "name">[]): Promise<Adoption> {
      const names = schemas.map(({ name }) => name);
      return { changes: await adoptionOf(admin, database, names, owner), left: [] };
    },
    async apply(_owner: string, { changes }: Adoption): Promise<LeftAlone[]> {
      for (const { sql } of changes) await admin.query(sql);
      return [];
    },
  };
}

async function each(schemas: readonly string[], work: (schema: string) => Promise<void>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const schema of schemas) outcomes.push(await outcomeOf(work(schema)));
  return outcomes;
}

async function tablesIn(admin: TestSession, database: string, schemas: readonly string[]): Promise<string[]> {
  const tables: string[] = [];
  for (const schema of schemas) {
    const rows = await admin.query(`show tables in schema ${identifier(database, schema)}`);
    tables.push(...rows.map(({ name }) => identifier(database, schema, String(name))));
  }
  return tables;
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
  for (const statement of fill(database, schema, time, String(row?.warehouse))) await client.query(statement);
}
