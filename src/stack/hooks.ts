import * as pulumi from "@pulumi/pulumi";

/** The hooks of a deployment, by name; a name can be registered once. */
const registered = new WeakMap<object, Map<string, pulumi.ResourceHook>>();

/**
 * A step of ours around a resource's change, which Pulumi's engine calls in `up` and `destroy`, never in a preview.
 * The engine notes a hook's name in its state, so a resource that has left the program still finds it.
 *
 * @returns none where nobody would call it: Pulumi's own test hook (`setMocks`) knows no hooks
 */
export function resourceHook(name: string, run: pulumi.ResourceHookFunction): pulumi.ResourceHook[] {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined || !("registerResourceHook" in monitor)) return [];
  const hooks = registered.get(monitor) ?? new Map<string, pulumi.ResourceHook>();
  registered.set(monitor, hooks);
  const hook = hooks.get(name) ?? new pulumi.ResourceHook(name, run);
  hooks.set(name, hook);
  return [hook];
}

/** What a deployment has registered, for an engine that is not Pulumi's. */
export function hooksOf(monitor: object): ReadonlyMap<string, pulumi.ResourceHook> {
  return registered.get(monitor) ?? new Map();
}
