import type * as pulumi from "@pulumi/pulumi";
import { retryConflicts } from "../preflight/conflicts";

/** The role that stands for everybody. */
export const PUBLIC = "public";

/** Type token of a component: `one-environment:postgresql:Member`. */
export function componentType(name: string): string {
  return `one-environment:postgresql:${name}`;
}

/**
 * Options of every resource. Grants are deleted before they are replaced: the other way round the new grant is made
 * first and then revoked together with the old one, and nobody notices (PG-9).
 */
export function within(
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[] = [],
  hooks: pulumi.ResourceHookBinding = {},
): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, dependsOn: [...after], hooks: { ...hooks, onError: retryConflicts() } };
}
