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

/** What others get on what a role will make. Without a schema: in every schema, instead of PostgreSQL's own default. */
export interface PlannedDefault {
  readonly owner: string;
  readonly schema?: string;
  /** As ALTER DEFAULT PRIVILEGES calls one of them. */
  readonly kind: string;
  readonly grantee: string;
  /** None: what PostgreSQL gives by itself is taken away. */
  readonly privileges: readonly string[];
}

/** The default privileges that the program declares for a plan. @param admin the deploying admin */
export function plannedDefaults(plan: AccessPlan, admin: string): PlannedDefault[] {
  const kinds = grantableKinds().map(({ objectType, grant }) => ({ objectType, ...grant }));
  const makers = [PROD, ...plan.identities.filter(({ actsAs }) => actsAs === undefined).map(({ name }) => name)];
  const closed = kinds.flatMap(({ openByDefault: kind }) =>
    kind === undefined ? [] : makers.map((owner) => ({ owner, kind, grantee: PUBLIC, privileges: [] })),
  );
  const future = readableKinds().filter(({ grant }) => grant.future);
  const schemas = new Map(plan.schemas.map((schema) => [schema.name, schema]));
  const opened = plan.grants.flatMap(({ role: grantee, privilege, target: schema }) => {
    const { owner, kind } = schemas.get(schema) ?? {};
    if (privilege !== "read" || owner === undefined) return [];
    return (kind === "prod" ? [owner, admin] : [owner]).flatMap((maker) =>
      future.map(({ objectType, grant }) => ({
        owner: maker,
        schema,
        kind: objectType,
        grantee,
        privileges: grant.read,
      })),
    );
  });
  return [...closed, ...opened];
}
