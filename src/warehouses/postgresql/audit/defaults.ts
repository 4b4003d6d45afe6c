/** What others would get on things that are still to be made. */
import type { AuditFinding, Severity } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { type PlannedDefault, plannedDefaults } from "../deploy/planned";
import { toSql, whoIs } from "../preflight/grants";
import { identifier } from "../quote";
import type { AclItem, DefaultsRow } from "./facts";
import { actingFor } from "./mend";
import { causeOf, causeOfRole, placeOf, type Scene } from "./scene";
import { found, isLeft } from "./text";
import { pathTo } from "./ways";

export function defaultFindings(scene: Scene): AuditFinding[] {
  const planned = plannedDefaults(scene.plan, scene.admin);
  return [
    ...scene.facts.defaults.flatMap((row) => beyond(scene, row, planned)),
    ...planned.flatMap((each) => missing(scene, each)),
  ];
}

/** `FOR ROLE prod IN SCHEMA prod_sales`. */
function place({ owner, schema }: { owner: string; schema?: string | null | undefined }): string {
  return `FOR ROLE ${identifier(owner)}${schema ? ` IN SCHEMA ${identifier(schema)}` : ""}`;
}

function beyond(scene: Scene, row: DefaultsRow, planned: readonly PlannedDefault[]): AuditFinding[] {
  if (!isGuarded(scene, row)) return [];
  return [...groupBy(row.items, ({ grantee }) => grantee)].flatMap(([grantee, items]) => {
    const excess = excessOf(scene, row, grantee, items, planned);
    if (excess.length === 0) return [];
    const may = excess.map(({ privilege }) => privilege).join(", ");
    const where = row.schema === null ? "" : ` in \`${row.schema}\``;
    const what = `${whoIs(grantee)} gets ${may} on every future ${row.kind} of \`${row.owner}\`${where}`;
    const option = excess.every(({ grantable, privilege }) => grantable && isPlanned(row, grantee, privilege, planned))
      ? "GRANT OPTION FOR "
      : "";
    return [
      found(
        "default-outside-roster",
        severityOf(row, excess),
        option === "" ? what : `${what}, and may pass it on`,
        pathTo(scene, grantee, `ALTER DEFAULT PRIVILEGES ${place(row)} GRANT ${may} ON ${row.kind.toUpperCase()}S`),
        actingFor(
          scene,
          [row.owner],
          [
            `ALTER DEFAULT PRIVILEGES ${place(row)} REVOKE ${option}${may} ON ${row.kind.toUpperCase()}S FROM ${toSql(grantee)} CASCADE`,
          ],
        ),
        { because: row.schema === null ? causeOfRole(scene, row.owner) : causeOf(scene, row.schema) },
      ),
    ];
  });
}

/** Production's, and everywhere what production and administrators make; what people make is theirs to share. */
function isGuarded(scene: Scene, { owner, schema, kind }: DefaultsRow): boolean {
  if (kind === "type") return false;
  if (schema !== null && placeOf(scene, schema) === "production") return true;
  if (owner === PROD) return true;
  if (!scene.server.trusted.has(owner)) return false;
  return schema === null || ["functions", "run"].includes(placeOf(scene, schema));
}

function excessOf(
  scene: Scene,
  row: DefaultsRow,
  grantee: string,
  items: readonly AclItem[],
  planned: readonly PlannedDefault[],
): AclItem[] {
  if (grantee === PROD || scene.server.trusted.has(grantee) || isLeft(grantee)) return [];
  return items.filter(({ privilege, grantable }) => {
    // PostgreSQL's own default, which only the plan takes away.
    if (row.kind === "function" && row.schema === null && grantee === PUBLIC) return false;
    return grantable || !isPlanned(row, grantee, privilege, planned);
  });
}

function isPlanned(row: DefaultsRow, grantee: string, privilege: string, planned: readonly PlannedDefault[]): boolean {
  return planned.some(
    (each) =>
      each.owner === row.owner &&
      (each.schema ?? null) === row.schema &&
      each.kind === row.kind &&
      each.grantee === grantee &&
      each.privileges.includes(privilege),
  );
}

function severityOf({ kind }: DefaultsRow, items: readonly AclItem[]): Severity {
  const reads = items.every(({ privilege }) => ["SELECT", "USAGE", "EXECUTE"].includes(privilege));
  if (!reads) return "critical";
  return kind === "function" ? "medium" : "high";
}

function missing(scene: Scene, wanted: PlannedDefault): AuditFinding[] {
  const { owner, schema, kind, grantee, privileges } = wanted;
  const { roles } = scene.server;
  if (
    !roles.has(owner) ||
    (grantee !== PUBLIC && !roles.has(grantee)) ||
    (schema !== undefined && !scene.schemas.has(schema))
  )
    return [];
  const row = scene.facts.defaults.find(
    (each) => each.owner === owner && each.schema === (schema ?? null) && each.kind === kind,
  );
  if (privileges.length === 0)
    return row === undefined || row.items.some((item) => item.grantee === grantee) ? [unclosed(scene, wanted)] : [];
  if (
    privileges.every((privilege) => row?.items.some((item) => item.grantee === grantee && item.privilege === privilege))
  )
    return [];
  const may = privileges.join(", ");
  return [
    found(
      "default-missing",
      scene.planSchemas.get(schema ?? "")?.kind === "personal" ? "low" : "medium",
      `${whoIs(grantee)} would lack ${may} on every future ${kind} of \`${owner}\` in \`${schema}\``,
      `${grantee} ← nothing ← future ${kind}s of ${owner}`,
      actingFor(
        scene,
        [owner],
        [`ALTER DEFAULT PRIVILEGES ${place(wanted)} GRANT ${may} ON ${kind.toUpperCase()}S TO ${toSql(grantee)}`],
      ),
      { because: schema === undefined ? causeOfRole(scene, owner) : causeOf(scene, schema) },
    ),
  ];
}

function unclosed(scene: Scene, wanted: PlannedDefault): AuditFinding {
  const { owner } = wanted;
  return found(
    "default-missing",
    owner === PROD ? "high" : "medium",
    `everybody may execute every future function of \`${owner}\``,
    `everybody ← future functions of ${owner}`,
    actingFor(scene, [owner], [`ALTER DEFAULT PRIVILEGES ${place(wanted)} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`]),
    { because: causeOfRole(scene, owner) },
  );
}
