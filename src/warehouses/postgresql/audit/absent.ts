/** Roles and schemas of the plan that are not there. */
import type { Identity } from "../../../access/plan";
import type { AuditFinding } from "../../../audit/finding";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { plannedDefaults } from "../deploy/planned";
import { toSql } from "../preflight/grants";
import { identifier, literal } from "../quote";
import { grantMembership } from "./memberships";
import { actingFor } from "./mend";
import { causeOf, ownerOf, readersOf, type Scene } from "./scene";
import { found } from "./text";

export function absentFindings(scene: Scene): AuditFinding[] {
  return [...roles(scene), ...schemas(scene)];
}

/** The role, its memberships and its members; what it was granted is missing, too, and is told once it is there. */
function roles(scene: Scene): AuditFinding[] {
  const { plan, server } = scene;
  const isAbsent = ({ name }: { name: string }) => !server.roles.has(name);
  return [...plan.roles, ...plan.identities].filter(isAbsent).map(({ name, because }) => {
    const identity = scene.identities.get(name);
    const made = [...creation(name, identity), ...memberships(scene, name)];
    const given = actingFor(scene, [name, ...ownersOf(scene, name)], privileges(scene, name));
    return found(
      "role-missing",
      "high",
      `role \`${name}\` does not exist`,
      `${name} ← nothing`,
      { ...given, mend: [...made, ...given.mend] },
      {
        because,
        ...(identity === undefined ? {} : { otherwise: "pulumi up --refresh, which gives it its password" }),
      },
    );
  });
}

function creation(name: string, identity: Identity | undefined): string[] {
  const role = identifier(name);
  if (identity === undefined) return [`CREATE ROLE ${role} NOLOGIN`];
  const { actsAs, limits, expires } = identity;
  const options = [
    "LOGIN",
    ...(actsAs === undefined ? [] : ["NOINHERIT"]),
    ...(limits.connections === undefined ? [] : [`CONNECTION LIMIT ${limits.connections}`]),
    ...(expires === undefined ? [] : [`VALID UNTIL ${literal(`${expires}T00:00:00Z`)}`]),
  ];
  return [
    `CREATE ROLE ${role} ${options.join(" ")}`,
    ...(limits.statementTimeout === undefined
      ? []
      : [`ALTER ROLE ${role} SET statement_timeout TO ${limits.statementTimeout}`]),
    ...(limits.idleInTransaction === undefined
      ? []
      : [`ALTER ROLE ${role} SET idle_in_transaction_session_timeout TO ${limits.idleInTransaction}`]),
    ...(actsAs === undefined ? [] : [`ALTER ROLE ${role} SET role TO ${identifier(actsAs)}`]),
  ];
}

function memberships(scene: Scene, name: string): string[] {
  const { plan } = scene;
  return [...plan.roles, ...plan.identities].flatMap((each) =>
    each.memberOf
      .filter(({ role }) => each.name === name || role === name)
      .map(({ role }) => grantMembership(scene, role, each.name)),
  );
}

/** What it is granted on what is there, and what it would make. */
function privileges(scene: Scene, name: string): string[] {
  const read = scene.plan.grants
    .filter(({ role, privilege }) => role === name && privilege === "read")
    .map(({ target }) => target);
  const onDatabase = scene.plan.grants.filter(
    ({ role, privilege }) => role === name && (privilege === "connect" || privilege === "temporary"),
  );
  const database = identifier(scene.facts.database.name);
  const called = [...scene.functionSchemas]
    .filter(([schema, group]) => group === name && scene.schemas.has(schema))
    .map(([schema]) => identifier(schema));
  return [
    ...onDatabase.map(
      ({ privilege }) => `GRANT ${privilege.toUpperCase()} ON DATABASE ${database} TO ${identifier(name)}`,
    ),
    ...read.filter((schema) => scene.schemas.has(schema)).flatMap((schema) => [...reading(schema, name)]),
    ...called.flatMap((schema) => [
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${identifier(name)}`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${identifier(name)}`,
    ]),
    ...defaults(
      scene,
      ({ owner, grantee, schema }) =>
        (owner === name || grantee === name) && (schema === undefined || scene.schemas.has(schema)),
    ),
  ];
}

function reading(schema: string, reader: string): string[] {
  const at = identifier(schema);
  const who = identifier(reader);
  return [
    `GRANT USAGE ON SCHEMA ${at} TO ${who}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${at} TO ${who}`,
    `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${at} TO ${who}`,
  ];
}

function defaults(scene: Scene, isWanted: (each: ReturnType<typeof plannedDefaults>[number]) => boolean): string[] {
  return plannedDefaults(scene.plan, scene.admin)
    .filter(isWanted)
    .map(({ owner, schema, kind, grantee, privileges: given }) => {
      const place = `FOR ROLE ${identifier(owner)}${schema === undefined ? "" : ` IN SCHEMA ${identifier(schema)}`}`;
      const change =
        given.length === 0
          ? "REVOKE EXECUTE ON FUNCTIONS FROM"
          : `GRANT ${given.join(", ")} ON ${kind.toUpperCase()}S TO`;
      return `ALTER DEFAULT PRIVILEGES ${place} ${change} ${toSql(grantee)}`;
    });
}

/** Whoever has to act, so that the grants are the owners' own. */
function ownersOf(scene: Scene, name: string): string[] {
  const schemasRead = scene.plan.grants
    .filter(({ role, privilege }) => role === name && privilege === "read")
    .map(({ target }) => target);
  return [...new Set([PROD, ...schemasRead.flatMap((schema) => ownerOf(scene, schema) ?? [])])].filter((owner) =>
    scene.server.roles.has(owner),
  );
}

function schemas(scene: Scene): AuditFinding[] {
  const names = [
    ...scene.plan.schemas.filter(({ kind }) => kind !== "throwaway").map(({ name }) => name),
    ...scene.functionSchemas.keys(),
  ];
  return names.flatMap((name) => {
    const owner = ownerOf(scene, name);
    if (scene.schemas.has(name) || owner === undefined || !scene.server.roles.has(owner)) return [];
    const readers = readersOf(scene, name).filter((reader) => scene.server.roles.has(reader));
    const group = scene.functionSchemas.get(name);
    const statements = [
      `CREATE SCHEMA ${identifier(name)} AUTHORIZATION ${identifier(owner)}`,
      ...readers.map((reader) => `GRANT USAGE ON SCHEMA ${identifier(name)} TO ${identifier(reader)}`),
      ...(group === undefined ? [] : [`GRANT USAGE ON SCHEMA ${identifier(name)} TO ${identifier(group)}`]),
      ...defaults(
        scene,
        ({ schema, grantee }) => schema === name && (grantee === PUBLIC || scene.server.roles.has(grantee)),
      ),
    ];
    const personal = scene.planSchemas.get(name)?.kind === "personal";
    return [
      found(
        "schema-missing",
        personal ? "medium" : "high",
        `schema \`${name}\` does not exist`,
        `${owner} ← nothing ← ${name}`,
        actingFor(scene, [owner], statements),
        {
          because: causeOf(scene, name),
          otherwise: "pulumi up --refresh",
        },
      ),
    ];
  });
}
