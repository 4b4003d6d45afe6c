import { readStackOutputs, type StackResource } from "../../../stack/stackOutputs";
import { privilegeKey } from "./planned";

/** What the stack has made so far, by the names that PostgreSQL knows. */
export interface StackState {
  readonly roles: ReadonlySet<string>;
  readonly schemas: ReadonlySet<string>;
  /** Role → the roles that it was put into. */
  readonly memberships: ReadonlyMap<string, ReadonlySet<string>>;
  /** Grants and default privileges, as `privilegeKey` has them. */
  readonly grants: ReadonlySet<string>;
}

/** What this stack's last deployment left. */
export async function readStackState(): Promise<StackState> {
  return stateOf(await readStackOutputs());
}

/** The same, of resources that are known already. */
export function stateOf(resources: readonly StackResource[]): StackState {
  const outputsOf = (type: string) =>
    resources.filter((each) => each.type.endsWith(`:${type}`)).map((each) => each.outputs);
  const roles = outputsOf("Role");
  return {
    roles: new Set(roles.map(({ name }) => String(name))),
    schemas: new Set(outputsOf("Schema").map(({ name }) => String(name))),
    memberships: new Map(roles.map(({ name, roles }) => [String(name), new Set((roles ?? []) as string[])])),
    grants: new Set([
      ...outputsOf("Grant").map(({ role, objectType, schema }) =>
        privilegeKey(String(role), String(objectType), String(schema ?? "")),
      ),
      ...outputsOf("DefaultPrivileges").map(({ role, objectType, schema, owner }) =>
        privilegeKey(String(role), `future ${objectType} of ${owner}`, String(schema ?? "")),
      ),
    ]),
  };
}
