import { readStackOutputs } from "../../../stack/stackOutputs";

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

/** The names that `membership` has put together. */
export function partsOf(text: string): { role: string; kind: string; member: string } {
  const [role = "", kind = "", member = ""] = text.split(" ");
  return { role, kind, member };
}

/** What this stack's last deployment left. */
export async function readStackState(): Promise<StackState> {
  const resources = await readStackOutputs();
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
