import * as pulumi from "@pulumi/pulumi";

/** Resources whose names are the account's, each taken once. */
export const ACCOUNT_TYPES = ["AccountRole", "ResourceMonitor", "ServiceUser", "User", "Warehouse"] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/** What the stack has made so far: of each type, the names on Snowflake. */
export interface StackState extends Readonly<Record<AccountType, ReadonlySet<string>>> {
  /** Whom it has granted which role, as `membership` has it. */
  readonly memberships: ReadonlySet<string>;
}

/** @param kind of the member: `ROLE` or `USER` */
export function membership(role: string, kind: string, member: string): string {
  return `${role} ${kind} ${member}`;
}

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
  const outputsOf = (type: string) =>
    resources.filter((each) => each.type.endsWith(`:${type}`)).map((each) => each.outputs);
  const namesOf = (type: AccountType) => new Set(outputsOf(type).map(({ name }) => String(name)));
  const names = Object.fromEntries(ACCOUNT_TYPES.map((type) => [type, namesOf(type)]));
  return {
    ...(names as Record<AccountType, Set<string>>),
    memberships: new Set(
      outputsOf("GrantAccountRole").map(({ roleName, userName, parentRoleName }) =>
        membership(String(roleName), userName ? "USER" : "ROLE", String(userName || parentRoleName)),
      ),
    ),
  };
}
