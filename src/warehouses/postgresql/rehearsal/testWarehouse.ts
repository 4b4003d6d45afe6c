import type { Client } from "pg";
import type { AccessPaths } from "../../../access/paths";
import { PROD } from "../../../names";
import { partsOf } from "../../../proof/attacks";
import { probesOf } from "../../../proof/probes";
import { type Outcome, outcomeOf, outcomesOf } from "../../../proof/statement";
import type { FixtureTime, ProbeSession, TestWarehouse } from "../../../proof/testWarehouse";
import { ownedSchemas } from "../../adoption";
import { adopt, adoptionOf } from "../adopt";
import { identifier } from "../quote";
import type { Cluster } from "../server/cluster";
import { attack } from "./attacks/corpus";
import { fill } from "./fixtures";
import { proveLimits } from "./limits";
import { type Logins, loginsOf } from "./logins";
import { proveOffboarding, watchLeavers } from "./offboarding";
import { majorVersion, probeDialectOf } from "./probes";
import { as, DENIED, NOT_GRANTED, Session } from "./session";

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
  return {
    paths,
    logins,
    enter: async (identity) => perform(await logins.login(identity, "pipelined")),
    enterAsAdmin: async () => perform(await logins.superuser("pipelined")),
    // NOT_GRANTED: a GRANT that only warns, and whose effect is not there.
    isDenial: ({ code }) => code === DENIED || code === NOT_GRANTED,
    probesOf: (schemas, representation) => probesOf(paths, schemas, probeDialectOf(cluster.version), representation),
    mostStatements: 5_000_000,
    adopt: () => adoptAll(cluster, paths),
    fixtureTimesOf: () => as(logins.superuser(), fixtureTimesOf),
    fill: (schemas, owner, time) => {
      const login = owner === PROD ? asProd(logins, paths) : logins.login(owner);
      return outcomesOf(
        schemas,
        as(login, (client) => fillAll(client, schemas, time)),
      );
    },
    openRun: (service, run) => as(logins.login(service), (client) => openRun(client, run)),
    proveLimits: () => proveLimits(plan.identities, logins),
    attack: (runs, onProgress) =>
      attack(
        { ...partsOf(plan, runs), logins, database: cluster.database, version: majorVersion(cluster.version) },
        onProgress,
      ),
    async watch(leaving) {
      const leavers = await watchLeavers(leaving, paths, logins);
      return () => proveOffboarding(leavers);
    },
  };
}

async function perform(client: Client): Promise<ProbeSession> {
  const session = await Session.begin(client);
  return {
    attemptAll: (statements) => session.attemptAll(statements),
    end: async () => {
      await session.end();
      await client.end();
    },
  };
}

/** Definer routines too: those that are laid out are the warehouse's own. */
async function adoptAll(cluster: Cluster, { plan }: AccessPaths): Promise<void> {
  await as(cluster.connect(cluster.admin), async (admin) => {
    for (const [owner, schemas] of ownedSchemas(plan)) {
      const adoption = await adoptionOf(admin, owner, schemas, { keepDefiner: true });
      const left = [...adoption.left, ...(await adopt(admin, owner, adoption))];
      if (left.length > 0) throw new Error(left.map(({ what, reason }) => `${what}: ${reason}`).join("\n"));
    }
  });
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

async function openRun(client: Client, run: string): Promise<string[]> {
  await client.query("select * from ci.close($1)", [run]);
  const { rows } = await client.query<{ schema: string }>("select * from ci.open($1) as schema", [run]);
  for (const { schema } of rows) await client.query(fill(schema, "after"));
  return rows.map(({ schema }) => schema);
}

async function fixtureTimesOf(client: Client): Promise<Map<string, FixtureTime[]>> {
  const { rows } = await client.query<{ schema: string; times: FixtureTime[] }>(`
    select n.nspname as schema, array_agg(replace(c.relname, '_table', '') order by c.relname desc) as times
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relname in ('before_table', 'after_table') group by n.nspname`);
  return new Map(rows.map(({ schema, times }) => [schema, times]));
}
