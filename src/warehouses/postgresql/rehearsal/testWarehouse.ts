import type { Client } from "pg";
import type { AccessPaths } from "../../../access/paths";
import { PROD } from "../../../names";
import { partsOf } from "../../../proof/attacks";
import { probesOf } from "../../../proof/probes";
import type { Age, Performer, Stage } from "../../../proof/testWarehouse";
import { ownedSchemas } from "../../adoption";
import { adopt, adoptionOf } from "../adopt";
import { identifier } from "../quote";
import type { Cluster } from "../server/cluster";
import { attack } from "./attacks/corpus";
import { fill } from "./fixtures";
import { proveLimits } from "./limits";
import { type Doors, doorsOf } from "./logins";
import { proveOffboarding, watchLeavers } from "./offboarding";
import { majorVersion, repertoireOf } from "./probes";
import { as, DENIED, NOT_GRANTED, Session } from "./session";

/** PostgreSQL after an apply. */
export interface PostgresqlStage extends Stage {
  readonly doors: Doors;
}

/** @param credentials identity → password, as the program gave them out */
export function stageOf(cluster: Cluster, paths: AccessPaths, credentials: Record<string, string>): PostgresqlStage {
  const doors = doorsOf(cluster, credentials);
  const { plan } = paths;
  return {
    paths,
    doors,
    enter: async (identity) => perform(await doors.login(identity)),
    enterAsMaster: async () => perform(await doors.superuser()),
    // NOT_GRANTED: a GRANT that only warns, and whose effect is not there.
    isDenial: ({ code }) => code === DENIED || code === NOT_GRANTED,
    probesOf: (schemas) => probesOf(paths, schemas, repertoireOf(cluster.version)),
    adopt: () => adoptAll(cluster, paths),
    agesOf: () => as(doors.superuser(), agesOf),
    fill: (schema, owner, age) =>
      as(owner === PROD ? asProd(doors, paths) : doors.login(owner), async (client) => {
        await client.query(fill(schema, age));
      }),
    openRun: (service, run) => as(doors.login(service), (client) => openRun(client, run)),
    proveLimits: () => proveLimits(plan.identities, doors),
    attack: (runs, onProgress) =>
      attack(
        { ...partsOf(plan, runs), doors, database: cluster.database, version: majorVersion(cluster.version) },
        onProgress,
      ),
    async watch(leaving) {
      const leavers = await watchLeavers(leaving, paths, doors);
      return () => proveOffboarding(leavers);
    },
  };
}

async function perform(client: Client): Promise<Performer> {
  const session = await Session.begin(client);
  return {
    attempt: (statement) => session.attempt(statement),
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

async function asProd(doors: Doors, { plan }: AccessPaths): Promise<Client> {
  const service = plan.identities.find(({ duty }) => duty === "prod");
  if (service) return doors.login(service.name);
  const client = await doors.superuser();
  await client.query(`set role ${identifier(PROD)}`);
  return client;
}

async function openRun(client: Client, run: string): Promise<string[]> {
  await client.query("select * from ci.close($1)", [run]);
  const { rows } = await client.query<{ schema: string }>("select * from ci.open($1) as schema", [run]);
  for (const { schema } of rows) await client.query(fill(schema, "created"));
  return rows.map(({ schema }) => schema);
}

async function agesOf(client: Client): Promise<Map<string, Age[]>> {
  const { rows } = await client.query<{ schema: string; ages: Age[] }>(`
    select n.nspname as schema, array_agg(replace(c.relname, '_table', '') order by c.relname desc) as ages
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relname in ('existing_table', 'created_table') group by n.nspname`);
  return new Map(rows.map(({ schema, ages }) => [schema, ages]));
}
