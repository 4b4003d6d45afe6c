import type * as pulumi from "@pulumi/pulumi";
import { type Outputs, program } from "../../program";
import type { Target } from "../../stack/target";
import { planSteps, type ResourceStep } from "../../standin/diff";
import { type Backend, kindOf, understand } from "../../standin/kind";
import { record } from "../../standin/record";
import { type HookPoint, labelOf, type Resource } from "../../standin/resource";
import { warehouseOf } from "../../warehouses/registry";
import { configurationOf } from "./configuration";
import type { Changes, Engine } from "./engine";

/**
 * A rehearsal's engine where the Pulumi CLI is absent: collects what the real program registers, compares it with what
 * it applied last and executes on the warehouse what the provider would.
 *
 * It is for rehearsals, never a way to deploy: it remembers what it applied only as long as it lives, locks
 * nothing, reads nothing back, and goes one step at a time. A conformance test holds it to the real engine.
 */
export async function startStandIn(target: Target): Promise<Engine> {
  return standInFor(await warehouseOf(target.warehouse).standIn(), target);
}

function standInFor<S>(backend: Backend<S>, target: Target): Engine {
  const state = new Map<string, Resource>();
  return {
    name: "stand-in",
    async apply(access) {
      const run = () => program(access);
      const { result, resources, hooks } = await record(await configurationOf(target), run, state.values());
      const declared = resources.map((resource) => understand(backend, resource));
      const provider = providerOf(backend, declared);
      const steps = planSteps([...state.values()], declared, (type) => kindOf(backend, type).replacedBy);
      const done: ResourceStep[] = [];
      const all = declared.filter((resource) => resource !== provider).map(({ inputs }) => inputs);
      await backend.withSession(provider.inputs, all, async (session) => {
        for (const step of steps) {
          done.push(await performWithHooks(backend, session, step, hooks));
          remember(state, step);
        }
      });
      const changes = changesOf(done.filter(({ resource }) => resource.type !== backend.provider));
      return { changes, outputs: await opened(result) };
    },
    async close() {},
  };
}

/** The one provider that all resources must use. */
function providerOf<S>(backend: Backend<S>, declared: readonly Resource[]): Resource {
  const [provider, ...others] = declared.filter(({ type }) => type === backend.provider);
  if (provider === undefined || others.length > 0) throw new Error("the stand-in knows programs with one provider");
  const stray = declared.find((resource) => resource !== provider && !resource.needs.includes(provider.urn));
  if (stray) throw new Error(`${labelOf(stray)} does not use the provider`);
  return provider;
}

type Hooks = ReadonlyMap<string, pulumi.ResourceHook>;

/** A step with what the program hooked to it; hooks have connections of their own. */
async function performWithHooks<S>(
  backend: Backend<S>,
  session: S,
  step: ResourceStep,
  hooks: Hooks,
): Promise<ResourceStep> {
  const call = async (point: HookPoint) => {
    for (const name of step.resource.hooks[point]) {
      const hook = hooks.get(name);
      if (hook === undefined) throw new Error(`hook \`${name}\` was not registered`);
      await hook.callback(argumentsOf(step));
    }
  };
  const points = hooksAround(step);
  if (points.before) await call(points.before);
  const performed = await perform(backend, session, step);
  if (points.after) await call(points.after);
  return performed;
}

function hooksAround({ op }: ResourceStep): { before?: HookPoint; after?: HookPoint } {
  switch (op) {
    case "create":
    case "create-replacement":
      return { before: "beforeCreate", after: "afterCreate" };
    case "update":
      return { before: "beforeUpdate", after: "afterUpdate" };
    case "delete":
    case "delete-replaced":
      return { before: "beforeDelete" };
    case "same":
    case "import":
      return {};
  }
}

function argumentsOf(step: ResourceStep): pulumi.ResourceHookArgs {
  const { urn, type, name, inputs } = step.resource;
  const isRemoval = step.op === "delete" || step.op === "delete-replaced";
  const oldInputs = step.op === "update" ? step.old.inputs : isRemoval ? inputs : undefined;
  return {
    urn,
    id: name,
    name,
    type,
    ...(isRemoval ? {} : { newInputs: inputs }),
    ...(oldInputs === undefined ? {} : { oldInputs }),
  };
}

/** @returns the step that it was: what is taken over may have to be changed too */
async function perform<S>(backend: Backend<S>, session: S, step: ResourceStep): Promise<ResourceStep> {
  try {
    return await backend.perform(session, () => execute(backend, session, step));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const where = `${step.op} ${labelOf(step.resource)}`;
    throw new Error(`${where}: ${error.message} (${error.code})`, { cause: error });
  }
}

async function execute<S>(backend: Backend<S>, session: S, step: ResourceStep): Promise<ResourceStep> {
  const { op, resource } = step;
  const kind = kindOf(backend, resource.type);
  switch (op) {
    case "same":
      break;
    case "create":
    case "create-replacement":
      await kind.create(session, resource.inputs);
      break;
    case "import":
      return (await kind.adopt?.(session, resource.inputs)) ? { op: "update", old: resource, resource } : step;
    case "update":
      await kind.update(session, step.old.inputs, resource.inputs);
      break;
    case "delete":
    case "delete-replaced":
      // `retainOnDelete`: forgotten, and left where it is.
      if (!resource.retainOnDelete) await kind.remove(session, resource.inputs);
  }
  return step;
}

function remember(state: Map<string, Resource>, { op, resource }: ResourceStep): void {
  const isRemoval = op === "delete" || op === "delete-replaced";
  if (!isRemoval) state.set(resource.urn, resource);
  // A replacement that was made first stands under the same URN by now.
  else if (state.get(resource.urn) === resource) state.delete(resource.urn);
}

function changesOf(steps: readonly ResourceStep[]): Changes {
  const labels = (op: ResourceStep["op"]) =>
    steps
      .filter((step) => step.op === op)
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
