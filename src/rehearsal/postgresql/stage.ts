import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { type DUTY_ROLES, PROD } from "../../access/names";
import type { AccessPaths } from "../../access/paths";
import type { Identity } from "../../access/plan";
import { groupBy } from "../../collections";
import { adopt, adoptionOf } from "../../warehouse/postgresql/adopt";
import { identifier } from "../../warehouse/postgresql/quote";
import type { ProvenSchema } from "../probes";
import type { Doors } from "../prove";
import { addVerdicts, expectWorks, type Verdict } from "../verdict";
import type { Field } from "./attacks/attack";
import type { Cluster } from "./cluster";
import { type Age, fill } from "./fixtures";
import { TOO_MANY_CONNECTIONS } from "./limits";
import { as } from "./session";

/** The warehouse after an apply, with doors for everybody in the roster. */
export interface Stage {
  readonly cluster: Cluster;
  readonly paths: AccessPaths;
  readonly doors: Doors;
}

/** A roster's timeouts may be shorter than what is tried takes; sessions may change them, and limits are proven apart. */
const UNHURRIED = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0";

/** A session that has ended counts against its role's limit until the server has cleaned up after it. */
async function patiently<T>(connect: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect();
    } catch (error) {
      if ((error as { code?: string }).code !== TOO_MANY_CONNECTIONS || attempt === 100) throw error;
      await setTimeout(20);
    }
  }
}

/** @param credentials identity → password, as the program gave them out */
export function stageOf(cluster: Cluster, paths: AccessPaths, credentials: Record<string, string>): Stage {
  const connect = (user: string, password: string) => cluster.connect({ user, password });
  return {
    cluster,
    paths,
    doors: {
      login: (identity) =>
        patiently(() => cluster.connect({ user: identity, password: credentials[identity] ?? "", options: UNHURRIED })),
      loginAsIs: (identity) => connect(identity, credentials[identity] ?? ""),
      superuser: () => cluster.connect(cluster.superuser),
      connect,
    },
  };
}

/** Gives every owner what lies in their schemas, as `one-env adopt` does. */
export async function adoptAll({ cluster, paths }: Stage): Promise<void> {
  const owned = groupBy(paths.plan.schemas, ({ owner }) => owner);
  await as(cluster.connect(cluster.admin), async (admin) => {
    for (const [owner, schemas] of owned) {
      if (owner === undefined) continue;
      const statements = await adoptionOf(
        admin,
        owner,
        schemas.map(({ name }) => name),
      );
      if (statements.length > 0) await adopt(admin, owner, statements);
    }
  });
}

/** The warehouse with something in every schema. */
export interface Furnished {
  readonly schemas: readonly ProvenSchema[];
  /** The run that each CI service has open. */
  readonly runs: ReadonlyMap<string, string>;
  readonly verdict: Verdict;
}

/** Everybody makes objects in their own schemas; CI opens a run each and fills it. */
export async function furnish(stage: Stage, age: Age): Promise<Furnished> {
  const filled = await fillSchemas(stage, age);
  const opened = await openRuns(stage);
  const ages = await agesOf(stage);
  const declared = stage.paths.plan.schemas.filter(({ kind }) => kind !== "throwaway");
  const schemas = [...declared.map(({ name }) => ({ name, ages: ages.get(name) ?? [] })), ...opened.schemas];
  return { schemas, runs: opened.runs, verdict: addVerdicts(filled, opened.verdict) };
}

async function fillSchemas(stage: Stage, age: Age): Promise<Verdict> {
  const { paths, doors } = stage;
  const prodService = paths.plan.identities.find(({ duty }) => duty === "prod");
  const present = await agesOf(stage);
  const verdicts: Verdict[] = [];
  for (const { name, owner, because } of paths.plan.schemas) {
    if (owner === undefined || present.get(name)?.includes(age)) continue;
    const login = () => (owner === PROD ? asProd(doors, prodService) : doors.login(owner));
    const reasons = [{ text: `\`${owner}\` owns \`${name}\``, because }];
    const work = () => as(login(), (client) => client.query(fill(name, age)));
    verdicts.push((await expectWorks(`${owner} may fill ${name}`, reasons, work)).verdict);
  }
  return addVerdicts(...verdicts);
}

async function asProd(doors: Doors, service: Identity | undefined): Promise<Client> {
  if (service) return doors.login(service.name);
  const client = await doors.superuser();
  await client.query(`set role ${identifier(PROD)}`);
  return client;
}

async function openRuns({ paths, doors }: Stage): Promise<Furnished> {
  const runs = new Map<string, string>();
  const schemas: ProvenSchema[] = [];
  const verdicts: Verdict[] = [];
  for (const { name, duty, because } of paths.plan.identities) {
    if (duty !== "ci") continue;
    const run = runOf(name);
    const reasons = [{ text: `\`${name}\` opens schemas for its runs`, because }];
    const work = () => as(doors.login(name), (client) => openRun(client, run));
    const { value = [], verdict } = await expectWorks(`${name} may open a run`, reasons, work);
    verdicts.push(verdict);
    if (value.length > 0) runs.set(name, run);
    schemas.push(...value.map((schema): ProvenSchema => ({ name: schema, ages: ["created"], openedBy: name })));
  }
  return { schemas, runs, verdict: addVerdicts(...verdicts) };
}

/** A run of the service's own (a service that left may still have one open), within the 20 characters of a run. */
function runOf(service: string): string {
  return `rehearsal_${createHash("sha256").update(service).digest("hex").slice(0, 8)}`;
}

async function openRun(client: Client, run: string): Promise<string[]> {
  await client.query("select * from ci.close($1)", [run]);
  const { rows } = await client.query<{ schema: string }>("select * from ci.open($1) as schema", [run]);
  for (const { schema } of rows) await client.query(fill(schema, "created"));
  return rows.map(({ schema }) => schema);
}

/** Which fixtures lie in which schema. */
async function agesOf({ doors }: Stage): Promise<Map<string, Age[]>> {
  return as(doors.superuser(), async (client) => {
    const { rows } = await client.query<{ schema: string; ages: Age[] }>(`
      select n.nspname as schema, array_agg(replace(c.relname, '_table', '') order by c.relname desc) as ages
        from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
       where c.relname in ('existing_table', 'created_table') group by n.nspname`);
    return new Map(rows.map(({ schema, ages }) => [schema, ages]));
  });
}

/** What the attacks are tried on. */
export function fieldOf({ cluster, paths, doors }: Stage, runs: Furnished["runs"]): Field {
  const { plan } = paths;
  const withDuty = (duty: keyof typeof DUTY_ROLES) => plan.identities.filter((identity) => identity.duty === duty);
  const prodSchema = plan.schemas.find(({ name, kind }) => kind === "prod" && name !== PROD);
  if (!prodSchema) throw new Error("a roster without sources has no protected schema to attack");
  return {
    plan,
    doors,
    database: cluster.database,
    outsiders: plan.identities.filter(({ duty }) => duty !== "prod"),
    developers: withDuty("developer"),
    prodServices: withDuty("prod"),
    ciServices: withDuty("ci"),
    prodSchema,
    runs,
  };
}
