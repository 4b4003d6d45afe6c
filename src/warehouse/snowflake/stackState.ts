import * as pulumi from "@pulumi/pulumi";

/** Resources whose names are the account's, each taken once. */
export const ACCOUNT_TYPES = ["AccountRole", "ResourceMonitor", "ServiceUser", "User", "Warehouse"] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/** What the stack has made so far: of each type, the names on Snowflake. */
export type StackState = Readonly<Record<AccountType, ReadonlySet<string>>>;

/** What Pulumi's engine answers: URN → the resource. */
type Outputs = Readonly<Record<string, { readonly type: string; readonly outputs: Readonly<Record<string, unknown>> }>>;

/** The function of the engine that reads a stack as it was left; the program's own is one like any other. */
export const READ_STACK = "pulumi:pulumi:readStackResourceOutputs";

/**
 * Asks Pulumi's engine what this stack's last deployment left. It answers from the state, so what was imported, or made
 * by a deployment that failed half-way, is in it.
 */
export async function readStackState(): Promise<StackState> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke(READ_STACK, { stackName })) as { outputs: Outputs };
  const resources = Object.values(outputs);
  const namesOf = (type: AccountType) =>
    new Set(resources.filter((each) => each.type.endsWith(`:${type}`)).map(({ outputs: { name } }) => String(name)));
  return Object.fromEntries(ACCOUNT_TYPES.map((type) => [type, namesOf(type)])) as Record<AccountType, Set<string>>;
}
