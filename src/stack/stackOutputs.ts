import * as pulumi from "@pulumi/pulumi";

/** A resource as the last deployment left it. */
export interface StackResource {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The function of the engine that reads a stack as it was left; the program's own is one like any other. */
export const READ_STACK = "pulumi:pulumi:readStackResourceOutputs";

/**
 * Asks Pulumi's engine what this stack's last deployment left. It answers from the state, so what was imported, or made
 * by a deployment that failed half-way, is in it.
 */
export async function readStackOutputs(): Promise<readonly StackResource[]> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke(READ_STACK, { stackName })) as {
    outputs: Readonly<Record<string, StackResource>>;
  };
  return Object.values(outputs);
}
