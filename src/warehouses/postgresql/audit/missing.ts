/** What somebody lacks that the plan gives. */
import { DATABASE } from "../../../access/plan";
import type { AuditFinding } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { toSql, whoIs } from "../preflight/grants";
import type { ThingRow } from "./facts";
import { isOwnFunction } from "./functions";
import { isForeign } from "./grants";
import { actingFor } from "./mend";
import { causeOf, causeOfRole, ownerOf, readersOf, type Scene } from "./scene";
import { abridged, found, thingsText } from "./text";
import { loginsWith } from "./ways";

/** A privilege that the plan gives, on alike things that do not have it. */
interface Lack {
  readonly row: ThingRow;
  readonly grantee: string;
  readonly privileges: readonly string[];
  readonly because: string | undefined;
}

/** Privileges on things that are there and are the plan's. */
export function missingFindings(scene: Scene): AuditFinding[] {
  const lacks = [...onDatabase(scene), ...onPublic(scene), ...onReadable(scene), ...onFunctions(scene)];
  const alike = groupBy(lacks, ({ row, grantee, privileges }) =>
    JSON.stringify([row.kind, row.schema, row.owner, grantee, privileges]),
  );
  return [...alike.values()].map((group) => findingOf(scene, group as [Lack, ...Lack[]]));
}

/** What readers lack on a thing, whoever owns it. */
export function lackingOn(scene: Scene, row: ThingRow): string[] {
  if (row.kind !== "table" && row.kind !== "sequence") return [];
  return readersOf(scene, row.schema).filter((reader) => scene.server.roles.has(reader) && !has(row, reader, "SELECT"));
}

function findingOf(scene: Scene, [first, ...others]: readonly [Lack, ...Lack[]]): AuditFinding {
  const { row, grantee, privileges, because } = first;
  const names = [row, ...others.map((each) => each.row)].flatMap((each) => each.names);
  const may = privileges.join(", ");
  const severity =
    row.kind === "schema" || row.kind === "database" || privileges.includes("EXECUTE") ? "high" : "medium";
  return found(
    "grant-missing",
    scene.planSchemas.get(row.schema)?.kind === "personal" ? "low" : severity,
    `${whoIs(grantee)} lacks ${may} on ${thingsText(row.kind, names, row.schema)}`,
    `${grantee} ← nothing ← ${abridged(names)}`,
    actingFor(
      scene,
      [row.owner],
      [`GRANT ${may} ON ${row.kind.toUpperCase()} ${names.join(", ")} TO ${toSql(grantee)}`],
    ),
    { because },
  );
}

function has({ items, owner }: ThingRow, grantee: string, privilege: string): boolean {
  return items.some((item) => item.grantee === grantee && item.privilege === privilege && item.grantor === owner);
}

function lack(
  scene: Scene,
  row: ThingRow | undefined,
  grantee: string,
  wanted: readonly string[],
  because?: string,
): Lack[] {
  if (row === undefined || (grantee !== PUBLIC && !scene.server.roles.has(grantee)) || row.owner === grantee) return [];
  const privileges = wanted.filter((privilege) => !has(row, grantee, privilege));
  return privileges.length === 0 ? [] : [{ row, grantee, privileges, because }];
}

function onDatabase(scene: Scene): Lack[] {
  const row = scene.facts.things.find(({ kind }) => kind === "database");
  const given = groupBy(
    scene.plan.grants.filter(({ target }) => target === DATABASE),
    ({ role }) => role,
  );
  return [...given].flatMap(([role, grants]) =>
    lack(
      scene,
      row,
      role,
      grants.map(({ privilege }) => privilege.toUpperCase()),
      causeOfRole(scene, role),
    ),
  );
}

function schemaRow({ thingsIn }: Scene, schema: string): ThingRow | undefined {
  return thingsIn.get(schema)?.find(({ kind }) => kind === "schema");
}

function onPublic(scene: Scene): Lack[] {
  return lack(scene, schemaRow(scene, PUBLIC), PUBLIC, ["USAGE"]);
}

function onReadable(scene: Scene): Lack[] {
  return scene.plan.schemas.flatMap(({ name }) =>
    readersOf(scene, name).flatMap((reader) => {
      const because = causeOf(scene, name);
      const things = (scene.thingsIn.get(name) ?? []).filter((row) => isReadable(scene, row));
      return [
        ...lack(scene, schemaRow(scene, name), reader, ["USAGE"], because),
        ...things.flatMap((row) => lack(scene, withoutWithheld(scene, row, reader), reader, ["SELECT"], because)),
      ];
    }),
  );
}

/** What shows rows that not all of its readers may read need not be open to them. */
function withoutWithheld(scene: Scene, row: ThingRow, reader: string): ThingRow | undefined {
  const withheld = scene.facts.shown
    .filter(({ schema }) => schema === row.schema)
    .filter(({ innerSchema }) =>
      loginsWith(scene, reader).some(({ login }) => !scene.paths.accessTo(innerSchema).has(login)),
    )
    .map(({ schema, name }) => `${schema}.${name}`);
  if (withheld.length === 0) return row;
  const names = row.names.filter((name) => !withheld.includes(name.replaceAll('"', "")));
  return names.length === 0 ? undefined : { ...row, names };
}

/** What a leaver left in a schema that is somebody's again is opened when it is adopted. */
function isReadable(scene: Scene, row: ThingRow): boolean {
  if (row.kind !== "table" && row.kind !== "sequence") return false;
  return !isForeign(scene, row) && (row.owner === PROD || row.follows || row.owner === ownerOf(scene, row.schema));
}

function onFunctions(scene: Scene): Lack[] {
  return [...scene.functionSchemas].flatMap(([schema, group]) => {
    const routines = (scene.thingsIn.get(schema) ?? []).filter(
      ({ kind, names }) => kind === "routine" && names.every((name) => isOwnFunction(schema, name)),
    );
    const because = causeOf(scene, schema);
    return [
      ...lack(scene, schemaRow(scene, schema), group, ["USAGE"], because),
      ...routines.flatMap((row) => lack(scene, row, group, ["EXECUTE"], because)),
    ];
  });
}
