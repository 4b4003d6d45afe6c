import { type AccessPlan, DATABASE } from "../../../access/plan";
import { CI_SCHEMA, DUTY_ROLES, PROD, UNBLOCK_SCHEMA } from "../../../names";
import { grantableKinds, readableKinds } from "../kinds";
import { PUBLIC } from "./component";

/** A grant of one role on one kind of thing in one schema; `""` is the database itself. */
export function privilegeKey(role: string, kind: string, schema: string): string {
  return `${role} ${kind} ${schema}`;
}

/** The schemas of functions that run with the admin's rights → the group that may call them. */
export function functionSchemas(plan: AccessPlan): ReadonlyMap<string, string> {
  const hasCi = plan.schemas.some(({ kind }) => kind === "throwaway");
  return new Map([...(hasCi ? [[CI_SCHEMA, DUTY_ROLES.ci] as const] : []), [UNBLOCK_SCHEMA, PROD] as const]);
}

/** What the program declares for a plan: `privilegeKey` → privileges, none of them where it closes something. */
export function plannedPrivileges(plan: AccessPlan): ReadonlyMap<string, ReadonlySet<string>> {
  const planned = new Map<string, Set<string>>();
  const kinds = grantableKinds();
  const allow = (role: string, kind: string, schema: string, ...privileges: string[]) => {
    const key = privilegeKey(role, kind, schema);
    planned.set(key, new Set([...(planned.get(key) ?? []), ...privileges]));
  };
  const close = (schema: string) => {
    for (const kind of ["schema", ...kinds.map(({ objectType }) => objectType)]) allow(PUBLIC, kind, schema);
  };
  allow(PUBLIC, "database", "");
  allow(PUBLIC, "schema", PUBLIC, "USAGE");
  for (const { role, privilege, target } of plan.grants) {
    if (target === DATABASE) allow(role, "database", "", privilege.toUpperCase());
    if (privilege !== "read") continue;
    close(target);
    allow(role, "schema", target, "USAGE");
    for (const { objectType, grant } of readableKinds()) allow(role, objectType, target, ...grant.read);
  }
  for (const [schema, group] of functionSchemas(plan)) {
    close(schema);
    allow(group, "schema", schema, "USAGE");
    allow(group, "function", schema, "EXECUTE");
  }
  return planned;
}
