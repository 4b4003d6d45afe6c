import type { Client } from "pg";
import type { AccessPaths } from "../../../access/paths";
import { PROD } from "../../../names";
import { partsOf } from "../../../proof/attacks";
import type { FixtureTime } from "../../../proof/probes";
import { probesOf } from "../../../proof/probes";
import { as, type TestSession } from "../../../proof/session";
import { type Outcome, outcomeOf, outcomesOf } from "../../../proof/statement";
import type { ProbeSession, TestWarehouse } from "../../../proof/testWarehouse";
import { NOTHING_PROVEN } from "../../../proof/verdict";
import { adoptAll } from "../../adoption";
import { adopterOf } from "../adopt";
import { identifier, literal } from "../quote";
import type { Cluster } from "../server/cluster";
import { attack } from "./attacks/corpus";
import { fill } from "./fixtures";
import { proveOwnLimits } from "./limits";
import { type Logins, loginsOf } from "./logins";
import { offboardingOn } from "./offboarding";
import { majorVersion, probeDialectOf } from "./probes";
import { RUNS } from "./runs";
import { DENIED, NOT_GRANTED, Session, testSessionOf } from "./session";

/** PostgreSQL after an apply. */
export interface PostgresqlTestWarehouse extends TestWarehouse {
  readonly logins: Logins;
}

/** @param credentials identity → password, as the program gave them out */
export function testWarehouseOf(
  cluster: Cluster,
  paths: AccessPaths,
  credentials: Record<string, string>,
): PostgresqlTestWarehouse {
  const logins = loginsOf(cluster, credentials);
  const { plan } = paths;
  const login = async (identity: string) => testSessionOf(await logins.login(identity));
  const loginAsAdmin = async () => testSessionOf(await logins.superuser());
  return {
    paths,
    logins,
    login,
    loginAsAdmin,
    enter: async (identity) => probeIn(testSessionOf(await logins.login(identity, "pipelined"))),
    enterAsAdmin: async () => probeIn(testSessionOf(await logins.superuser("pipelined"))),
    // NOT_GRANTED: a GRANT that only warns, and whose effect is not there.
    isDenial: ({ code }) => code === DENIED || code === NOT_GRANTED,
    probesOf: (schemas, representation) => probesOf(paths, schemas, probeDialectOf(cluster.version), representation),
    mostStatements: 5_000_000,
    // Definer routines too: those that are laid out are the warehouse's own.
    adopt: () => as(cluster.connect(cluster.admin), (admin) => adoptAll(plan, adopterOf(admin, { keepDefiner: true }))),
    tablesIn,
    fixtureTimesOf: () => as(logins.superuser(), fixtureTimesOf),
    fill: (schemas, owner, time) => {
      const login = owner === PROD ? asProd(logins, paths) : logins.login(owner);
      return outcomesOf(
        schemas,
        as(login, (client) => fillAll(client, schemas, time)),
      );
    },
    runs: RUNS,
    limits: { proveOwn: (identity) => proveOwnLimits(identity, logins), proveShared: async () => NOTHING_PROVEN },
    offboarding: offboardingOn(logins),
    attack: (runs, onProgress) =>
      attack(
        { ...partsOf(plan, runs), logins, database: cluster.database, version: majorVersion(cluster.version) },
        onProgress,
      ),
  };
}

async function probeIn(session: TestSession): Promise<ProbeSession> {
  const probes = await Session.begin(session);
  return {
    attemptAll: (statements) => probes.attemptAll(statements),
    end: async () => {
      await probes.end();
      await session.end();
    },
  };
}

async function tablesIn(admin: TestSession, schemas: readonly string[]): Promise<string[]> {
  if (schemas.length === 0) return [];
  const rows = await admin.query(
    `select format('%I.%I', schemaname, tablename) as table from pg_tables where schemaname in (${schemas.map(literal).join()})`,
  );
  return rows.map(({ table }) => String(table));
}

async function fillAll(client: Client, schemas: readonly string[], time: FixtureTime): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const schema of schemas) outcomes.push(await outcomeOf(client.query(fill(schema, time))));
  return outcomes;
}

async function asProd(logins: Logins, { plan }: AccessPaths): Promise<Client> {
  const service = plan.identities.find(({ duty }) => duty === "prod");
  if (service) return logins.login(service.name);
  const client = await logins.superuser();
  await client.query(`set role ${identifier(PROD)}`);
  return client;
}

async function fixtureTimesOf(client: Client): Promise<Map<string, FixtureTime[]>> {
  const { rows } = await client.query<{ schema: string; times: FixtureTime[] }>(`
    select n.nspname as schema, array_agg(replace(c.relname, '_table', '') order by c.relname desc) as times
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relname in ('before_table', 'after_table') group by n.nspname`);
  return new Map(rows.map(({ schema, times }) => [schema, times]));
}
