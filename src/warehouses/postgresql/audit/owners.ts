/** Whom schemas belong to, and what is in production. */
import type { AuditFinding, Severity } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { PROD, schemaName } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { toSql } from "../preflight/grants";
import { identifier } from "../quote";
import { excessIn } from "./excess";
import type { ThingRow } from "./facts";
import { isForeign } from "./grants";
import { actingFor } from "./mend";
import { lackingOn } from "./missing";
import { causeOf, causeOfRole, ownerOf, placeOf, readersOf, type Scene } from "./scene";
import { abridged, found, isLeft, thingsText } from "./text";

export function ownerFindings(scene: Scene): AuditFinding[] {
  return [...schemas(scene), ...strays(scene), ...objects(scene), ...groups(scene)];
}

/** The schemas of which the plan says whose they are. */
function schemas(scene: Scene): AuditFinding[] {
  const { facts, server, planSchemas } = scene;
  return facts.schemas.flatMap(({ name, owner }) => {
    const wanted = name === PUBLIC ? (server.trusted.has(owner) ? owner : scene.admin) : ownerOf(scene, name);
    if (wanted === undefined || owner === wanted || isDatabaseOwners(scene, name)) return [];
    // What an administrator keeps under the prefix, and what a source left that is gone, is nobody's access.
    if (placeOf(scene, name) === "production" && !planSchemas.has(name) && server.trusted.has(owner)) return [];
    const severity: Severity =
      server.trusted.has(owner) || isLeft(owner) ? "medium" : placeOf(scene, name) === "personal" ? "high" : "critical";
    return [
      found(
        "schema-owner",
        severity,
        `schema \`${name}\` belongs to \`${owner}\`, and by the roster to \`${wanted}\``,
        `${owner} ← OWNER OF SCHEMA ${name}`,
        actingFor(
          scene,
          [owner, wanted],
          [
            `ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(wanted)}`,
            // Whoever owned it had no need of a grant.
            ...usersOf(scene, name)
              .filter((user) => user === owner)
              .map((user) => `GRANT USAGE ON SCHEMA ${identifier(name)} TO ${identifier(user)}`),
          ],
        ),
        { because: causeOf(scene, name) },
      ),
    ];
  });
}

/** Whoever owns the database owns what is its owner's. */
function isDatabaseOwners({ thingsIn }: Scene, schema: string): boolean {
  return thingsIn.get(schema)?.some(({ kind, owner }) => kind === "schema" && owner === "pg_database_owner") === true;
}

/** The groups that use a schema by the plan. */
function usersOf(scene: Scene, schema: string): string[] {
  const group = scene.functionSchemas.get(schema);
  return [...readersOf(scene, schema), ...(group === undefined ? [] : [group])];
}

/** Schemas of the roster's people that it does not know, and those that lie under a developer's prefix and are others'. */
function strays(scene: Scene): AuditFinding[] {
  const { facts, server, planSchemas, plan, admin } = scene;
  const developers = plan.identities.filter(({ duty }) => duty === "developer").map(({ name }) => name);
  const prefixOf = (schema: string) =>
    developers.find((name) => schema === name || schema.startsWith(schemaName(name, "")));
  return facts.schemas.flatMap(({ name, owner }) => {
    if (placeOf(scene, name) !== "other" || planSchemas.has(name) || server.trusted.has(owner) || isLeft(owner))
      return [];
    const person = prefixOf(name);
    const isOwn = person === owner;
    if (isOwn || (person === undefined && !server.declared.has(owner))) return [];
    const what =
      person === undefined
        ? `\`${owner}\` owns schema \`${name}\`, which is none of the roster's`
        : `schema \`${name}\` of \`${owner}\` lies under the prefix of \`${person}\``;
    return [
      found(
        "schema-outside-roster",
        "medium",
        what,
        `${owner} ← OWNER OF SCHEMA ${name}`,
        actingFor(scene, [owner], [`ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(admin)}`]),
        { because: causeOfRole(scene, owner) ?? (person === undefined ? undefined : causeOfRole(scene, person)) },
      ),
    ];
  });
}

/** Things in production that are another's: readers may lack them, and their owner can change them. */
function objects(scene: Scene): AuditFinding[] {
  const foreign = scene.facts.things.filter(
    (row) => isForeign(scene, row) && !row.extension && scene.server.roles.has(PROD),
  );
  return [...groupBy(foreign, ({ schema, owner }) => JSON.stringify([schema, owner])).values()].map((rows) => {
    const [{ schema, owner, kind }] = rows as [ThingRow, ...ThingRow[]];
    const names = rows.flatMap((row) => row.names);
    const isAdmins = scene.server.trusted.has(owner);
    const what = names.length === 1 ? thingsText(kind, names, schema) : `${names.length} things in \`${schema}\``;
    return found(
      "object-owner",
      isAdmins || isLeft(owner) ? "low" : scene.server.declared.has(owner) ? "critical" : "high",
      `${what} belongs to \`${owner}\`, and not to \`${PROD}\``.replace(/^(\d+ things.*) belongs/, "$1 belong"),
      `${owner} ← OWNER OF ${abridged(names)}`,
      actingFor(
        scene,
        [owner, PROD],
        rows.flatMap((row) => becomingProds(scene, row)),
      ),
      { because: causeOf(scene, schema), otherwise: "one-env adopt prod --apply" },
    );
  });
}

/** It becomes prod's, with the plan's grants and no others; the grants of its owner become those of prod. */
function becomingProds(scene: Scene, row: ThingRow): string[] {
  const { type, kind, names, definer, owner } = row;
  const given = names.map((name) => `ALTER ${type} ${name} OWNER TO ${identifier(PROD)}`);
  if (!["table", "sequence", "routine"].includes(kind)) return given;
  const things = `${kind.toUpperCase()} ${names.join(", ")}`;
  // An administrator's own privileges break no promise; a definer is nobody's to execute.
  const strangers = excessIn(scene, row).filter(({ grantee }) => grantee !== owner);
  const closed = [...new Set(strangers.map(({ grantee }) => grantee))].map(
    (grantee) => `REVOKE ALL ON ${things} FROM ${toSql(grantee)} CASCADE`,
  );
  const readers = definer ? [] : lackingOn(scene, row);
  return [...given, ...closed, ...readers.map((reader) => `GRANT SELECT ON ${things} TO ${identifier(reader)}`)];
}

/** A view of a group reads on for whoever has left it. */
function groups(scene: Scene): AuditFinding[] {
  const { plan, facts, admin } = scene;
  const names = new Set(plan.roles.map(({ name }) => name).filter((name) => name !== PROD));
  const own = facts.things.filter(
    (row) =>
      names.has(row.owner) &&
      row.kind !== "column" &&
      !(row.follows && row.kind === "sequence") &&
      row.kind !== "schema" &&
      !isForeign(scene, row),
  );
  const schemas = facts.things.filter(
    (row) => names.has(row.owner) && row.kind === "schema" && ownerOf(scene, row.schema) === undefined,
  );
  return [...groupBy([...own, ...schemas], ({ owner }) => owner)].map(([owner, rows]) => {
    const things = rows.flatMap((row) => row.names);
    const to = (row: ThingRow) => identifier(ownerOf(scene, row.schema) ?? admin);
    const gifts = rows.flatMap((row) => row.names.map((name) => `ALTER ${row.type} ${name} OWNER TO ${to(row)}`));
    const takers = rows.map((row) => ownerOf(scene, row.schema) ?? admin);
    return found(
      "group-owns",
      "medium",
      `group \`${owner}\` owns ${abridged(things.map((name) => `\`${name}\``))}, which outlives memberships`,
      `${owner} ← OWNER OF ${abridged(things)}`,
      actingFor(scene, [owner, ...takers], gifts),
      { because: causeOfRole(scene, owner) },
    );
  });
}
