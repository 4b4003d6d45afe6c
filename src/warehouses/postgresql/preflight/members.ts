/** Memberships and attributes that are not from the roster. */

import { identifier } from "../quote";
import type { MembershipRow } from "./catalog";
import { listed, type PreflightFinding } from "./finding";
import type { OutsideLogins } from "./outsideLogins";
import type { Snapshot } from "./snapshot";

/** Predefined roles that reach every database of the server, from whichever one their members log in to. */
export const SERVER_WIDE = [
  "pg_create_subscription",
  "pg_execute_server_program",
  "pg_read_server_files",
  "pg_signal_backend",
  "pg_write_server_files",
];
/** Those that go around every grant, where they can connect. */
export const DANGEROUS = new Set([...SERVER_WIDE, "pg_maintain", "pg_read_all_data", "pg_write_all_data"]);

/** Who is in a role of the plan, or in an administrator's, and who of the plan is in a role that goes around it. */
export function memberFindings(snapshot: Snapshot): PreflightFinding[] {
  return snapshot.memberships
    .filter((membership) => isWrong(snapshot, membership))
    .map((membership) => ({
      what: reasonOf(snapshot, membership),
      mend: revocation(snapshot, membership),
    }));
}

function reasonOf(snapshot: Snapshot, membership: MembershipRow): string {
  const { role, member, grantor, admin } = membership;
  if (!isPlanned(snapshot, membership)) return `\`${member}\` is a member of \`${role}\`, and not by the roster`;
  if (admin) return `\`${member}\` may hand out role \`${role}\``;
  return `\`${grantor}\` made \`${member}\` a member of \`${role}\`, which \`${snapshot.serverRoles.admin}\` cannot take back`;
}

/** Memberships of the roster's people that the program did not make and that break no promise. */
export function memberWarnings(snapshot: Snapshot): string[] {
  const { serverRoles } = snapshot;
  return snapshot.memberships
    .filter((membership) => serverRoles.declared.has(membership.member) && !isWrong(snapshot, membership))
    .filter(({ role }) => !serverRoles.declared.has(role) && !serverRoles.isLeaving(role))
    .map(({ role, member }) => `\`${member}\` is a member of \`${role}\`, and not by the roster`);
}

function isWrong(snapshot: Snapshot, membership: MembershipRow): boolean {
  const { serverRoles, taken } = snapshot;
  const { role, member, admin } = membership;
  if (serverRoles.trusted.has(member) || serverRoles.isLeaving(role) || serverRoles.isLeaving(member)) return false;
  if (isPlanned(snapshot, membership))
    return serverRoles.declared.has(role) && (admin || isOutOfReach(snapshot, membership));
  if (serverRoles.declared.has(role) || serverRoles.trusted.has(role)) return true;
  if (!serverRoles.declared.has(member)) return false;
  return taken.has(member) || isPowerful(snapshot, role);
}

/** By this plan, or by the one before it: then this deployment takes it away. */
function isPlanned({ serverRoles, state }: Snapshot, { role, member }: MembershipRow): boolean {
  return [serverRoles.memberOf.get(member), state.memberships.get(member)].some((roles) => roles?.has(role));
}

/** Since PostgreSQL 16 such a membership exists besides the program's own, and stays when the roster ends that one. */
function isOutOfReach({ serverRoles, version }: Snapshot, { grantor }: MembershipRow): boolean {
  return version >= 16 && grantor !== null && serverRoles.roles.get(grantor)?.usable === false;
}

/** Whether a role that is none of the plan leads to one that goes around it. */
function isPowerful({ serverRoles }: Snapshot, role: string): boolean {
  return [...serverRoles.above(role)].some(
    (name) => DANGEROUS.has(name) || serverRoles.declared.has(name) || serverRoles.trusted.has(name),
  );
}

/** Since 16 a membership is revoked as its grantor, by whoever may act as that. */
function revocation(snapshot: Snapshot, membership: MembershipRow): string {
  const { role, member, grantor } = membership;
  const stays = isPlanned(snapshot, membership) && !isOutOfReach(snapshot, membership);
  const option = stays ? "ADMIN OPTION FOR " : "";
  const by = snapshot.version >= 16 && grantor !== null ? ` GRANTED BY ${identifier(grantor)}` : "";
  return `REVOKE ${option}${identifier(role)} FROM ${identifier(member)}${by} CASCADE`;
}

/** Attributes that go around grants: of the roster's roles all of them, of roles outside the plan those that reach it. */
export function attributeFindings({ serverRoles, version }: Snapshot): PreflightFinding[] {
  return [...serverRoles.roles.values()].flatMap(({ name, attributes }) => {
    if (serverRoles.trusted.has(name) || serverRoles.isLeaving(name)) return [];
    const excessive = attributes.filter((attribute) =>
      serverRoles.declared.has(name) ? true : attribute === "CREATEROLE" && version < 16,
    );
    if (excessive.length === 0) return [];
    const mend = `ALTER ROLE ${identifier(name)} ${excessive.map((attribute) => `NO${attribute}`).join(" ")}`;
    return [{ what: `\`${name}\` has ${excessive.join(", ")}, which goes around the roster`, mend }];
  });
}

/** Logins outside the roster in a role that goes around every grant: of the server, or of a database that lets them in. */
export function strangerFindings(snapshot: Snapshot, { all, keeping }: OutsideLogins): PreflightFinding[] {
  const accepted = new Set(snapshot.settings.acceptKeeping ?? []);
  const dangers = (name: string) => (keeping.includes(name) ? DANGEROUS : new Set(SERVER_WIDE));
  return all.flatMap((name) =>
    snapshot.memberships
      .filter(({ member }) => member === name)
      // A backup reads everything, and is let in by name.
      .filter(({ role }) => !(role === "pg_read_all_data" && accepted.has(name)))
      .filter(({ role }) => [...snapshot.serverRoles.above(role)].some((above) => dangers(name).has(above)))
      .map((membership) => ({
        what: `\`${name}\` is a member of \`${membership.role}\`, which goes around the roster`,
        mend: revocation(snapshot, membership),
      })),
  );
}

/** Roles outside the plan that may replicate: they may have to on a server shared with others, so nothing is refused. */
export function attributeWarnings({ serverRoles }: Snapshot): string[] {
  const replicas = [...serverRoles.roles.values()].filter(
    ({ name, attributes }) =>
      attributes.includes("REPLICATION") && !serverRoles.trusted.has(name) && !serverRoles.declared.has(name),
  );
  if (replicas.length === 0) return [];
  return [`${listed(replicas.map(({ name }) => name))} may replicate the whole server, production included`];
}
