import type * as pulumi from "@pulumi/pulumi";

/** Type token of a component: `one-environment:snowflake:Member`. */
export function componentType(name: string): string {
  return `one-environment:snowflake:${name}`;
}

/**
 * Options of every resource. Grants are deleted before they are replaced: the other way round the new grant is made
 * first and then revoked together with the old one, and nobody notices (SF-2).
 */
export function within(
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[] = [],
  hooks: pulumi.ResourceHookBinding = {},
): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, dependsOn: [...after], hooks };
}
