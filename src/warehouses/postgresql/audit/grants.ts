/** What somebody may do beyond the plan, by a grant on a thing. */
import type { AuditFinding } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { toSql, whoIs } from "../preflight/grants";
import { type Excess, excessIn } from "./excess";
import type { ThingRow } from "./facts";
import { actingAs, actingFor, type Mend } from "./mend";
import { causeOf, causeOfRole, placeOf, type Scene } from "./scene";
import { severityOf } from "./severity";
import { found, thingsText } from "./text";
import { pathTo } from "./ways";

/** One finding for all things that are alike but for their name. */
export function grantFindings(scene: Scene): AuditFinding[] {
  const excesses = scene.facts.things.filter((row) => !isForeign(scene, row)).flatMap((row) => excessIn(scene, row));
  const alike = groupBy(excesses, ({ row, grantee, grantor, option, privileges }) =>
    JSON.stringify([row.kind, row.schema, row.column, row.owner, row.definer, grantee, grantor, option, privileges]),
  );
  return [...alike.values()].map((group) => findingOf(scene, group as [Excess, ...Excess[]]));
}

/** What is another's in production is told, and mended, with its owner. */
export function isForeign(scene: Scene, { schema, owner, kind, follows }: ThingRow): boolean {
  return placeOf(scene, schema) === "production" && kind !== "schema" && !follows && owner !== "prod";
}

function findingOf(scene: Scene, group: readonly [Excess, ...Excess[]]): AuditFinding {
  const [first] = group;
  const { row, grantee, grantor, option, privileges } = first;
  const names = group.flatMap((each) => each.row.names);
  const may = privileges.join(", ");
  const how = `GRANT ${may}${columnOf(row)} ON ${placeText(row, names)}${option ? " WITH GRANT OPTION" : ""} by ${grantor}`;
  const isOpenRoutine = row.kind === "routine" && row.definer;
  return found(
    isOpenRoutine && !option ? "definer-open" : option === "only" ? "grant-option" : "grant-outside-roster",
    severityOf(scene, row, privileges, grantee),
    isOpenRoutine
      ? `${whoIs(grantee)} may execute ${thingsText("routine", names, row.schema)}, which runs as \`${row.owner}\``
      : sentence(first, names),
    pathTo(scene, grantee, how),
    revocation(scene, first, names),
    { because: causeFor(scene, row, grantee) },
  );
}

function sentence({ row, grantee, grantor, option, privileges }: Excess, names: readonly string[]): string {
  const column = row.kind === "column" ? `column \`${row.column}\` of ` : "";
  const thing = thingsText(row.kind === "column" ? "table" : row.kind, names, row.schema);
  const may = privileges.join(", ");
  if (option === "only") return `${whoIs(grantee)} may pass on ${may} on ${column}${thing}`;
  return [
    `${whoIs(grantee)} has ${may} on ${column}${thing}`,
    ...(option === "too" ? [", and may pass it on"] : []),
    ...(grantor === row.owner ? [] : [`, given by \`${grantor}\``]),
  ].join("");
}

/** The statement that takes it back from one who has it of the owner, or of somebody who was given the right to give. */
export function revocation(
  scene: Scene,
  { row, grantee, grantor, option, privileges }: Excess,
  names: readonly string[],
): Mend {
  const what = privileges.map((privilege) => `${privilege}${columnOf(row)}`).join(", ");
  const kind = row.kind === "column" ? "TABLE" : row.kind.toUpperCase();
  const only = option === "only" ? "GRANT OPTION FOR " : "";
  const revoke = `REVOKE ${only}${what} ON ${kind} ${names.join(", ")} FROM ${toSql(grantee)} CASCADE`;
  return grantor === row.owner ? actingFor(scene, [row.owner], [revoke]) : actingAs(scene, grantor, [revoke]);
}

function columnOf({ kind, column }: ThingRow): string {
  return kind === "column" ? ` ("${column.replaceAll('"', '""')}")` : "";
}

function placeText({ kind, schema }: ThingRow, names: readonly string[]): string {
  const [name = ""] = names;
  if (names.length === 1) return ["table", "column", "sequence", "routine"].includes(kind) ? name : `${kind} ${name}`;
  return `${names.length} ${kind}s in ${schema}`;
}

function causeFor(scene: Scene, { kind, schema }: ThingRow, grantee: string): string | undefined {
  if (schema === "") return causeOfRole(scene, grantee);
  return kind === "schema" && placeOf(scene, schema) === "public" ? undefined : causeOf(scene, schema);
}
