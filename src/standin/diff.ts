import { isDeepStrictEqual } from "node:util";
import type { Resource } from "./resource";

/** One thing that an engine does. */
export type ResourceStep =
  | { readonly op: "same" | "create" | "create-replacement" | "import"; readonly resource: Resource }
  | { readonly op: "update"; readonly old: Resource; readonly resource: Resource }
  | { readonly op: "delete" | "delete-replaced"; readonly resource: Resource };

/** The properties of a type that cannot be changed in place. */
export type ReplacedBy = (type: string) => readonly string[];

/**
 * The steps from what was applied to what is declared, in the order of Pulumi's engine: first creates and updates, what
 * is needed first; then deletes, what needs others first. A resource with `deleteBeforeReplace` is deleted right before
 * its replacement is made, after those that cannot stay without it.
 *
 * @param applied what the last run left
 * @param declared what the program wants, inputs in normal form (an equal value is equal data)
 */
export function planSteps(
  applied: readonly Resource[],
  declared: readonly Resource[],
  replacedBy: ReplacedBy,
): ResourceStep[] {
  const known = new Map(applied.map((resource) => [resource.urn, resource]));
  const wanted = new Set(declared.map(({ urn }) => urn));
  const steps: ResourceStep[] = [];
  const late: Resource[] = [];
  /** Deleted already, in favour of a replacement. */
  const making = new Set<string>();

  for (const next of inOrder(declared)) {
    const old = known.get(next.urn);
    const resource = old === undefined ? next : keepIgnored(old, next);
    if (old === undefined) steps.push({ op: resource.importId === undefined ? "create" : "import", resource });
    else if (making.has(resource.urn)) steps.push({ op: "create-replacement", resource });
    else if (!mustReplace(old, resource, replacedBy(resource.type))) {
      if (isDeepStrictEqual(old.inputs, resource.inputs)) steps.push({ op: "same", resource });
      else steps.push({ op: "update", old, resource });
    } else if (resource.deleteBeforeReplace) {
      for (const gone of withDependents(old, applied, replacedBy)) {
        if (making.has(gone.urn)) continue;
        making.add(gone.urn);
        steps.push({ op: "delete-replaced", resource: gone });
      }
      steps.push({ op: "create-replacement", resource });
    } else {
      late.push(old);
      steps.push({ op: "create-replacement", resource });
    }
  }
  const deletes = inOrder(applied).reverse();
  for (const resource of deletes) {
    if (late.includes(resource)) steps.push({ op: "delete-replaced", resource });
    else if (!wanted.has(resource.urn) && !making.has(resource.urn)) steps.push({ op: "delete", resource });
  }
  return steps;
}

/** Resources with what each needs before it; otherwise by URN, so that the same input gives the same order. */
export function inOrder(resources: readonly Resource[]): Resource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const ordered = new Set<Resource>();
  const visit = (urn: string) => {
    const resource = byUrn.get(urn);
    if (resource === undefined || ordered.has(resource)) return;
    for (const need of [...resource.needs].sort()) visit(need);
    ordered.add(resource);
  };
  for (const urn of [...byUrn.keys()].sort()) visit(urn);
  return [...ordered];
}

function keepIgnored(old: Resource, resource: Resource): Resource {
  const kept = resource.ignoreChanges.map((property) => [property, old.inputs[property]]);
  return { ...resource, inputs: { ...resource.inputs, ...Object.fromEntries(kept) } };
}

function mustReplace(before: Resource, after: Resource, replacedBy: readonly string[]): boolean {
  const [was, is] = [before.replacementTrigger, after.replacementTrigger];
  // A trigger that appears or goes is none.
  if (was !== undefined && is !== undefined && was !== is) return true;
  return replacedBy.some((property) => !isDeepStrictEqual(before.inputs[property], after.inputs[property]));
}

/** A resource and all that could not stay while it is gone, those first that need others. */
function withDependents(root: Resource, applied: readonly Resource[], replacedBy: ReplacedBy): Resource[] {
  const gone = new Set([root.urn]);
  for (const resource of inOrder(applied)) {
    const depends = replacedBy(resource.type).some((property) => resource.sources[property]?.some((s) => gone.has(s)));
    if (depends) gone.add(resource.urn);
  }
  return inOrder(applied)
    .filter(({ urn }) => gone.has(urn))
    .reverse();
}
