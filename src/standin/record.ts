import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../messages/userError";
import { hooksOf } from "../stack/hooks";
import { READ_STACK } from "../stack/stackOutputs";
import { HOOK_POINTS, type Resource } from "./resource";

type Monitor = NonNullable<ReturnType<typeof pulumi.runtime.getMonitor>>;
type Request = Parameters<Monitor["registerResource"]>[0];

/** How Pulumi marks a wrapped value on the wire, and that it is a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What a program returned, and the resources it declared, in no particular order. */
export interface Recording<T> {
  readonly result: T;
  readonly resources: readonly Resource[];
  readonly hooks: ReadonlyMap<string, pulumi.ResourceHook>;
}

/**
 * Runs a Pulumi program under Pulumi's own test hook and writes down what it registers. Components are left out: they
 * have no counterpart in the warehouse.
 *
 * The hook is one per process, so recordings must not overlap.
 *
 * @param applied what the program is told when it asks what its stack has made so far
 * @throws UserError when the program stops with a `pulumi.RunError`
 */
export async function record<T>(
  config: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>,
  program: () => Promise<T>,
  applied: Iterable<Resource> = [],
): Promise<Recording<T>> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ token }) => {
        if (token === READ_STACK) return stackOutputs(applied);
        throw new Error(`the stand-in does not know the function \`${token}\``);
      },
    },
    "one-environment",
    "rehearsal",
    false,
    "organization",
  );
  const values = Object.entries(config);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(values.map(([key, { value }]) => [key, value])),
    values.flatMap(([key, { secret }]) => (secret ? [key] : [])),
  );
  const monitor = pulumi.runtime.getMonitor() as Monitor;
  const requests = listen(monitor);
  try {
    const result = await program();
    return { result, resources: (await settle(requests)).map(toResource), hooks: hooksOf(monitor) };
  } catch (error) {
    await settle(requests);
    if (pulumi.RunError.isInstance(error)) throw new UserError(error.message);
    throw error;
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

/** The answer of Pulumi's engine; for what the program reads of it, inputs are as good as outputs. */
function stackOutputs(applied: Iterable<Resource>) {
  return { outputs: Object.fromEntries([...applied].map(({ urn, type, inputs }) => [urn, { type, outputs: inputs }])) };
}

type Registration = { request: Request; urn: string };

/** Keeps every registration of a custom resource that the monitor answers, and lets hooks be registered. */
function listen(monitor: Monitor): Registration[] {
  const heard: Registration[] = [];
  const register = monitor.registerResource.bind(monitor) as (
    request: Request,
    callback: (error: Error | null, response: { getUrn(): string }) => void,
  ) => void;
  const listening: typeof register = (request, callback) =>
    register(request, (error, response) => {
      if (!error && (request.getCustom() || request.getRemote())) heard.push({ request, urn: response.getUrn() });
      callback(error, response);
    });
  const registerResourceHook = (_request: unknown, callback: (error: null) => void) => callback(null);
  Object.assign(monitor, { registerResource: listening, registerResourceHook });
  return heard;
}

/** Registrations go on after the program has returned; this is how Pulumi's language host waits for the last one. */
async function settle(heard: Registration[]): Promise<Registration[]> {
  await pulumi.runtime.disconnect();
  return heard;
}

function toResource({ request, urn }: Registration): Resource {
  refuseUnknownOptions(request);
  const sources = [...request.getPropertydependenciesMap().entries()].map(
    ([property, from]) => [property, from.getUrnsList()] as const,
  );
  const provider = request.getProvider().split("::").slice(0, -1).join("::");
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: open(request.getObject()?.toJavaScript() ?? {}) as Resource["inputs"],
    needs: [...new Set([...request.getDependenciesList(), request.getParent(), provider])].filter(Boolean).sort(),
    sources: Object.fromEntries(sources),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete() ?? false,
    hooks: hooksIn(request),
    ignoreChanges: request.getIgnorechangesList(),
    ...triggerOf(request),
    ...(request.getImportid() === "" ? {} : { importId: request.getImportid() }),
  };
}

function hooksIn(request: Request): Resource["hooks"] {
  const { beforeCreateList, afterCreateList, beforeUpdateList, afterUpdateList, beforeDeleteList } =
    request.getHooks()?.toObject() ?? {};
  const lists = [beforeCreateList, afterCreateList, beforeUpdateList, afterUpdateList, beforeDeleteList];
  return Object.fromEntries(HOOK_POINTS.map((point, at) => [point, lists[at] ?? []])) as unknown as Resource["hooks"];
}

function triggerOf(request: Request): Pick<Resource, "replacementTrigger"> {
  const trigger = request.getReplacementTrigger()?.toJavaScript();
  return trigger === undefined || trigger === null ? {} : { replacementTrigger: JSON.stringify(trigger) };
}

/** Options that change what an engine does and that the stand-in does not follow. */
function refuseUnknownOptions(request: Request): void {
  const used = {
    aliases: request.getAliasesList().some((alias) => !isOwnTypeAlias(alias)),
    "hooks.afterDelete": (request.getHooks()?.getAfterDeleteList() ?? []).length > 0,
    deletedWith: request.getDeletedwith() !== "",
    "ignoreChanges of a part of a property": request.getIgnorechangesList().some((path) => /\W/.test(path)),
    protect: request.getProtect() === true,
    remote: request.getRemote(),
    replaceOnChanges: request.getReplaceonchangesList().length > 0,
    replaceWith: request.getReplaceWithList().length > 0,
  };
  const unknown = Object.entries(used).find(([, isUsed]) => isUsed)?.[0];
  if (unknown) {
    throw new Error(
      `the stand-in does not know the option \`${unknown}\` of \`${request.getType()}\` \`${request.getName()}\``,
    );
  }
}

/** The SDK itself gives some types their former type as an alias; that never matters to a program which is new. */
function isOwnTypeAlias(alias: ReturnType<Request["getAliasesList"]>[number]): boolean {
  const spec = alias.getSpec();
  return spec !== undefined && spec.getType() !== "" && spec.getName() === "" && !spec.getNoparent();
}

/** A value with its secrets opened. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) {
    const { [SIGNATURE]: kind, value: inner } = value as { [SIGNATURE]: string; value?: unknown };
    if (kind !== SECRET) throw new Error(`the stand-in does not know values of kind \`${kind}\``);
    return open(inner);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)]));
}
