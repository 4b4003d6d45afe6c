/** What others have on the database, on schemas and on what is in them, beyond the plan. */
import { isProdSchema, PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { privilegeKey } from "../deploy/planned";
import { identifier } from "../quote";
import type { GrantRow } from "./catalog";
import type { PreflightFinding } from "./finding";
import type { Snapshot } from "./snapshot";

/** Privileges of PUBLIC, of roles outside the plan, and of the roster's roles beyond it. */
export function grantFindings(snapshot: Snapshot): PreflightFinding[] {
  const excessive = snapshot.grants
    .map((grant) => ({ ...grant, privileges: excessOf(snapshot, grant) }))
    .filter(({ privileges }) => privileges.length > 0);
  return excessive.map((grant) => findingOf(snapshot, grant));
}

function excessOf(snapshot: Snapshot, grant: GrantRow): readonly string[] {
  const { serverRoles, planned, state } = snapshot;
  const { grantee, kind, schema, grantor, grantable, privileges } = grant;
  if (serverRoles.isLeaving(grantee) || ownsAnyway(snapshot, grant)) return [];
  const key = privilegeKey(grantee, kind, schema);
  const allowed = planned.get(key);
  // A grant of somebody else, or one to pass on, is not touched when the program revokes and grants.
  const isPlain = grantor === null && !grantable;
  if (!isPlain) return privileges;
  if (allowed !== undefined && !state.grants.has(key)) return [];
  // Who may connect is asked for apart; temporary tables and the names in `public` are anybody's.
  if (grantee !== PUBLIC && (kind === "database" || schema === PUBLIC))
    return privileges.filter((one) => one === "CREATE");
  return privileges.filter((privilege) => !allowed?.has(privilege));
}

/** Owners-to-be: production's is `prod`, a personal schema's its developer. */
function ownsAnyway({ planSchemas }: Snapshot, { grantee, kind, schema }: GrantRow): boolean {
  if (kind === "database") return false;
  if (grantee === PROD) return isProdSchema(schema);
  return planSchemas.get(schema)?.owner === grantee;
}

function findingOf(snapshot: Snapshot, grant: GrantRow): PreflightFinding {
  const { grantee, grantor, grantable, privileges } = grant;
  const may = privileges.join(", ");
  return {
    what: [
      `${whoIs(grantee)} has ${may} on ${thingOf(grant)}`,
      ...(grantable ? [", and may pass it on"] : []),
      ...(grantor === null ? [] : [`, given by \`${grantor}\``]),
    ].join(""),
    mend: revocation(snapshot, grant, `${may} ON ${placeOf(grant)}`),
  };
}

/** Everybody, or somebody. */
export function whoIs(grantee: string): string {
  return grantee === PUBLIC ? "everybody" : `\`${grantee}\``;
}

/** PUBLIC is no name. */
export function toSql(grantee: string): string {
  return grantee === PUBLIC ? "PUBLIC" : identifier(grantee);
}

function thingOf({ kind, name, schema, things }: GrantRow): string {
  return things === 1 ? `${kind} \`${name}\`` : `${things} ${kind}s in \`${schema}\``;
}

function placeOf({ kind, place, schema, things }: GrantRow): string {
  return things === 1 ? place : `ALL ${kind.toUpperCase()}S IN SCHEMA ${identifier(schema)}`;
}

/**
 * The owner's REVOKE with CASCADE takes what was passed on, too. Only what came from somebody whose own right stays has
 * to be taken as that role.
 */
function revocation(snapshot: Snapshot, { grantee, grantor, kind, schema }: GrantRow, what: string): string {
  const revoke = (from: string) => `REVOKE ${what} FROM ${toSql(from)} CASCADE`;
  if (grantor === null) return revoke(grantee);
  const passedOn = snapshot.grants.some(
    (other) =>
      other.grantee === grantor &&
      other.grantable &&
      other.kind === kind &&
      other.schema === schema &&
      excessOf(snapshot, other).length > 0,
  );
  return passedOn ? revoke(grantor) : `SET ROLE ${identifier(grantor)}; ${revoke(grantee)}; RESET ROLE`;
}
