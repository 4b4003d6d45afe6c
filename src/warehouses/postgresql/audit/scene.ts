/** The live warehouse beside the plan: what every check looks at. */
import type { AccessPaths } from "../../../access/paths";
import type { AccessPlan, Identity, Schema } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { isCiSchema, isProdSchema, PROD } from "../../../names";
import type { Roster } from "../../../roster/roster";
import { functionSchemas, plannedPrivileges } from "../deploy/planned";
import type { MembershipRow, SchemaRow } from "../preflight/catalog";
import type { ServerRoles } from "../preflight/serverRoles";
import type { Facts, ThingRow } from "./facts";

/** What a roster means at a moment. */
export interface AuditedRoster {
  readonly roster: Roster;
  readonly paths: AccessPaths;
}

export interface AuditSettings {
  /** The deploying admin; default: whoever asks. */
  readonly admin?: string;
  /** Logins outside the roster that may connect by a grant of their own and keep it. */
  readonly acceptKeeping?: readonly string[];
}

export interface Scene {
  readonly facts: Facts;
  readonly roster: Roster;
  readonly paths: AccessPaths;
  readonly plan: AccessPlan;
  readonly now: Date;
  readonly accepted: ReadonlySet<string>;
  /** The deploying admin. */
  readonly admin: string;
  readonly server: ServerRoles;
  readonly planned: ReadonlyMap<string, ReadonlySet<string>>;
  readonly planSchemas: ReadonlyMap<string, Schema>;
  readonly identities: ReadonlyMap<string, Identity>;
  /** Schema of functions → the group that may call them. */
  readonly functionSchemas: ReadonlyMap<string, string>;
  readonly schemas: ReadonlyMap<string, SchemaRow>;
  readonly thingsIn: ReadonlyMap<string, readonly ThingRow[]>;
  /** Memberships that give something, by role. */
  readonly membersOf: ReadonlyMap<string, readonly MembershipRow[]>;
}

export function sceneOf(
  facts: Facts,
  { roster, paths }: AuditedRoster,
  { acceptKeeping = [] }: AuditSettings,
  server: ServerRoles,
  now: Date,
): Scene {
  const { plan, identities, schemas: planSchemas } = paths;
  return {
    facts,
    roster,
    paths,
    plan,
    now,
    accepted: new Set(acceptKeeping),
    admin: server.admin,
    server,
    planned: plannedPrivileges(plan),
    planSchemas,
    identities,
    functionSchemas: functionSchemas(plan),
    schemas: new Map(facts.schemas.map((row) => [row.name, row])),
    thingsIn: groupBy(facts.things, ({ schema }) => schema),
    membersOf: groupBy(
      facts.memberships.filter(({ useful }) => useful),
      ({ role }) => role,
    ),
  };
}

/** What a schema is to the roster; `other`: none of its business. */
export type Place = "production" | "functions" | "run" | "personal" | "public" | "other";

export function placeOf({ functionSchemas, planSchemas }: Scene, schema: string): Place {
  if (isProdSchema(schema)) return "production";
  if (functionSchemas.has(schema)) return "functions";
  if (isCiSchema(schema)) return "run";
  if (planSchemas.get(schema)?.kind === "personal") return "personal";
  return schema === "public" ? "public" : "other";
}

/** Who owns a schema and what is in it, by the plan; undefined: the plan says nothing. */
export function ownerOf(scene: Scene, schema: string): string | undefined {
  switch (placeOf(scene, schema)) {
    case "production":
      return PROD;
    case "functions":
    case "run":
      return scene.admin;
    case "personal":
      return scene.planSchemas.get(schema)?.owner;
    default:
      return undefined;
  }
}

/** The roster's entry that speaks of a schema. */
export function causeOf(scene: Scene, schema: string): string {
  const place = placeOf(scene, schema);
  return scene.planSchemas.get(schema)?.because ?? (place === "functions" || place === "run" ? "services" : "sources");
}

/** The roster's entry that speaks of a role; undefined: it does not know it. */
export function causeOfRole({ identities, paths }: Scene, role: string): string | undefined {
  return (identities.get(role) ?? paths.roles.get(role))?.because;
}

/** Reads production by the plan, and as which roles. */
export function readersOf({ plan }: Scene, schema: string): string[] {
  return plan.grants
    .filter(({ target, privilege }) => target === schema && privilege === "read")
    .map(({ role }) => role);
}
