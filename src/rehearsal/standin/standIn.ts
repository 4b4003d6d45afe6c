import { type Client, DatabaseError } from "pg";
import { type Outputs, program } from "../../program";
import { withClient } from "../../warehouse/postgresql/preflight";
import { configurationOf } from "../configuration";
import type { Changes, Engine, Target } from "../engine";
import { planSteps, type Step } from "./diff";
import type { Admin } from "./kind";
import { kindOf, understand } from "./kinds";
import { PROVIDER, type ProviderInputs } from "./provider";
import { record } from "./record";
import { labelOf, type Resource } from "./resource";

/**
 * A rehearsal's engine where the Pulumi CLI is absent: collects what the real program registers, compares it with what
 * it applied last and executes on the database what the provider would.
 *
 * It is a stage to rehearse on, never a way to deploy: it remembers what it applied only as long as it lives, locks
 * nothing, reads nothing back, and goes one step at a time. A conformance test holds it to the real engine.
 */
export async function startStandIn(target: Target): Promise<Engine> {
  const state = new Map<string, Resource>();
  return {
    name: "stand-in",
    async apply(team) {
      const { result, resources } = await record(configurationOf(target, team), program);
      const declared = resources.map(understand);
      const { connection, database } = warehouseOf(declared);
      const steps = planSteps([...state.values()], declared, (type) => kindOf(type).replacedBy);
      await withClient(connection, database, async (client) => {
        const admin = await adminOf(client);
        for (const step of steps) {
          await perform(admin, step);
          remember(state, step);
        }
      });
      return { changes: changesOf(steps), outputs: await opened(result) };
    },
    async close() {},
  };
}

/** The connection of the one provider that all resources must use. */
function warehouseOf(declared: readonly Resource[]) {
  const [provider, ...others] = declared.filter(({ type }) => type === PROVIDER);
  if (provider === undefined || others.length > 0) throw new Error("the stand-in knows programs with one provider");
  const { database, maxConnections: _, ...connection } = provider.inputs as unknown as ProviderInputs;
  for (const resource of declared) {
    if (resource === provider) continue;
    if (!resource.needs.includes(provider.urn)) throw new Error(`${labelOf(resource)} does not use the provider`);
    if (resource.inputs.database !== undefined && resource.inputs.database !== database)
      throw new Error(`${labelOf(resource)}: the stand-in knows one database, \`${database}\``);
  }
  return { connection, database };
}

async function adminOf(client: Client): Promise<Admin> {
  const { rows } = await client.query<Omit<Admin, "client">>(`
    select rolname as user, rolsuper as superuser, current_setting('server_version_num')::int as version
      from pg_roles where rolname = current_user`);
  return { client, ...(rows[0] as Omit<Admin, "client">) };
}

async function perform(admin: Admin, step: Step): Promise<void> {
  await admin.client.query("begin");
  try {
    await execute(admin, step);
    await admin.client.query("commit");
  } catch (error) {
    await admin.client.query("rollback");
    if (!(error instanceof DatabaseError)) throw error;
    const where = `${step.op} ${labelOf(step.resource)}`;
    throw new Error(`${where}: ${error.message} (${error.code})`, { cause: error });
  }
}

async function execute(admin: Admin, step: Step): Promise<void> {
  const kind = kindOf(step.resource.type);
  switch (step.op) {
    case "same":
      return;
    case "create":
    case "create-replacement":
      return kind.create(admin, step.resource.inputs);
    case "update":
      return kind.update(admin, step.old.inputs, step.resource.inputs);
    case "delete":
    case "delete-replaced":
      // `retainOnDelete`: forgotten, and left where it is.
      return step.resource.retainOnDelete ? undefined : kind.remove(admin, step.resource.inputs);
  }
}

function remember(state: Map<string, Resource>, { op, resource }: Step): void {
  const isRemoval = op === "delete" || op === "delete-replaced";
  if (!isRemoval) state.set(resource.urn, resource);
  // A replacement that was made first stands under the same URN by now.
  else if (state.get(resource.urn) === resource) state.delete(resource.urn);
}

function changesOf(steps: readonly Step[]): Changes {
  const labels = (op: Step["op"]) =>
    steps
      .filter((step) => step.op === op && step.resource.type !== PROVIDER)
      .map(({ resource }) => labelOf(resource))
      .sort();
  return {
    created: labels("create"),
    updated: labels("update"),
    replaced: labels("create-replacement"),
    deleted: labels("delete"),
  };
}

async function opened({ credentials, ...rest }: Outputs) {
  const open = await new Promise<Record<string, string>>((done) => credentials.apply(done));
  return { ...rest, credentials: open };
}
