/** The schemas that CI has opened, and whether each ends. */
import type { AuditFinding } from "../../../audit/finding";
import { compareText } from "../../../collections";
import { CI_SCHEMA, isCiSchema } from "../../../names";
import type { SchemaRow } from "../preflight/catalog";
import { identifier, literal } from "../quote";
import { actingFor } from "./mend";
import type { Scene } from "./scene";
import { abridged, found } from "./text";

/** The comment of a schema of CI's. */
interface Lease {
  readonly run: string;
  readonly owner: string;
  readonly opened: number;
  readonly expires: number;
}

export function leaseFindings(scene: Scene): AuditFinding[] {
  const runs = scene.facts.schemas.filter(({ name }) => isCiSchema(name)).sort((a, b) => compareText(a.name, b.name));
  const leases = runs.map((row) => ({ row, lease: leaseOf(row) }));
  const broken = leases.flatMap(({ row, lease }) => (isSound(scene, lease) ? [] : [brokenFinding(scene, row, lease)]));
  const over = leases.filter(
    ({ lease }) => isSound(scene, lease) && lease !== undefined && lease.expires < scene.now.getTime(),
  );
  return [
    ...broken,
    ...expired(
      scene,
      over.map(({ row }) => row),
    ),
  ];
}

function leaseOf({ comment }: SchemaRow): Lease | undefined {
  if (!comment?.startsWith('{"run": "')) return undefined;
  try {
    const { run, owner, opened, expires } = JSON.parse(comment) as Record<string, string>;
    const lease = {
      run: String(run),
      owner: String(owner),
      opened: Date.parse(String(opened)),
      expires: Date.parse(String(expires)),
    };
    return run === undefined || owner === undefined || Number.isNaN(lease.opened) || Number.isNaN(lease.expires)
      ? undefined
      : lease;
  } catch {
    return undefined;
  }
}

/** A service that has left has no lifetime any more; what it has opened ends as it was. */
function isSound(scene: Scene, lease: Lease | undefined): boolean {
  if (lease === undefined) return false;
  const lifetime = lifetimeOf(scene, lease.owner);
  return lifetime === undefined || lease.expires - lease.opened <= lifetime;
}

function lifetimeOf({ identities }: Scene, service: string): number | undefined {
  return identities.get(service)?.limits.schemaTtl;
}

function brokenFinding(scene: Scene, { name, owner }: SchemaRow, lease: Lease | undefined): AuditFinding {
  const what =
    lease === undefined
      ? `schema \`${name}\` has no lease that can be read`
      : `the lease of schema \`${name}\` lasts longer than the roster allows`;
  const service = lease?.owner ?? holderOf(scene, name);
  const text = service === undefined ? undefined : renewed(scene, name, service, lease?.run);
  // Without a service it is nobody's, and goes if there is nothing in it.
  const mend =
    text === undefined
      ? `DROP SCHEMA ${identifier(name)} RESTRICT`
      : `COMMENT ON SCHEMA ${identifier(name)} IS ${literal(text)}`;
  return found(
    "lease-broken",
    "medium",
    what,
    `${service ?? "nobody"} ← COMMENT ON SCHEMA ${name}`,
    actingFor(scene, [owner], [mend]),
    { because: "services", ...(text === undefined ? { destroys: true as const } : {}) },
  );
}

/** The CI service that may create things in it. */
function holderOf({ thingsIn, identities }: Scene, schema: string): string | undefined {
  const items = thingsIn.get(schema)?.find(({ kind }) => kind === "schema")?.items ?? [];
  return items.map(({ grantee }) => grantee).find((grantee) => identities.get(grantee)?.duty === "ci");
}

/** As `ci.open` would write it now. */
function renewed(scene: Scene, schema: string, service: string, run = schema.slice(`${CI_SCHEMA}_`.length)): string {
  const moment = (time: number) => literal(new Date(time).toISOString().replace("Z", "+00:00")).slice(1, -1);
  const opened = moment(scene.now.getTime());
  const expires = moment(scene.now.getTime() + (lifetimeOf(scene, service) ?? 0));
  return `{"run": "${run}", "owner": "${service}", "opened": "${opened}", "expires": "${expires}"}`;
}

function expired(scene: Scene, rows: readonly SchemaRow[]): AuditFinding[] {
  if (rows.length === 0) return [];
  const names = rows.map(({ name }) => name);
  const drops = names.map((name) => `DROP SCHEMA ${identifier(name)} CASCADE`);
  const what =
    names.length === 1
      ? `the lease of schema \`${names[0]}\` is over`
      : `the leases of ${names.length} schemas of CI are over`;
  return [
    found(
      "lease-expired",
      "low",
      what,
      `${CI_SCHEMA} ← COMMENT ON SCHEMA ${abridged(names)}`,
      actingFor(
        scene,
        rows.map(({ owner }) => owner),
        drops,
      ),
      {
        because: "services",
        destroys: true,
        otherwise: "SELECT ci.reap('0') as a CI service",
      },
    ),
  ];
}
