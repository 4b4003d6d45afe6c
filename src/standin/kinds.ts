import type { Backend, ResourceKind } from "./kind";
import { labelOf, type Resource } from "./resource";

export function kindOf<S>({ kinds }: Backend<S>, type: string): ResourceKind<S> {
  const kind = kinds.get(type);
  if (kind === undefined) throw new Error(`the stand-in does not know resources of type \`${type}\``);
  return kind;
}

/**
 * A resource with its inputs in normal form: defaults filled in, sets sorted.
 *
 * @throws Error on a type, a property or a value that the stand-in does not know: a guess would make the rehearsal lie
 */
export function understand<S>(backend: Backend<S>, resource: Resource): Resource {
  const kind = kindOf(backend, resource.type);
  if (resource.importId !== undefined && kind.adopt === undefined)
    throw new Error(`${labelOf(resource)}: the stand-in does not know how to import it`);
  const parsed = kind.inputs.safeParse(resource.inputs);
  if (parsed.success) return { ...resource, inputs: parsed.data };
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `does not know ${issue.keys.map((key) => `\`${[...issue.path, key].join(".")}\``).join(", ")}`
      : `cannot use \`${issue.path.join(".")}\`: ${issue.message}`,
  );
  throw new Error(`${labelOf(resource)}: the stand-in ${problems.join("; ")}`);
}
