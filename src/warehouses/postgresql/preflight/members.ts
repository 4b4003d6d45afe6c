/** Memberships and attributes that nobody gave by the roster. */

import { identifier } from "../quote";
import type { MembershipRow } from "./catalog";
import { type Finding, listed } from "./finding";
import type { Doors } from "./logins";
import type { Scene } from "./scene";

/** Predefined roles that reach every database of the server, from whichever one their members log in to. */
const SERVER_WIDE = [
  "pg_create_subscription",
  "pg_execute_server_program",
  "pg_read_server_files",
  "pg_signal_backend",
  "pg_write_server_files",
];
/** Those that go around every grant, where they can connect. */
const DANGEROUS = new Set([...SERVER_WIDE, "pg_maintain", "pg_read_all_data", "pg_write_all_data"]);

/** Who is in a role of the plan, or in an administrator's, and who of the plan is in a role that goes around it. */
export function memberFindings(scene: Scene): Finding[] {
  return scene.memberships
    .filter((membership) => isWrong(scene, membership))
    .map((membership) => ({
      what: reasonOf(scene, membership),
      mend: revocation(scene, membership),
    }));
}

function reasonOf(scene: Scene, membership: MembershipRow): string {
  const { role, member, grantor, admin } = membership;
  if (!isPlanned(scene, membership)) return `\`${member}\` is a member of \`${role}\`, and not by the roster`;
  if (admin) return `\`${member}\` may hand out role \`${role}\``;
  return `\`${grantor}\` made \`${member}\` a member of \`${role}\`, which \`${scene.standing.admin}\` cannot take back`;
}

/** Memberships of the roster's people that the program did not make and that break no promise. */
export function memberWarnings(scene: Scene): string[] {
  const { standing } = scene;
  return scene.memberships
    .filter((membership) => standing.declared.has(membership.member) && !isWrong(scene, membership))
    .filter(({ role }) => !standing.declared.has(role) && !standing.isLeaving(role))
    .map(({ role, member }) => `\`${member}\` is a member of \`${role}\`, and not by the roster`);
}

function isWrong(scene: Scene, membership: MembershipRow): boolean {
  const { standing, taken } = scene;
  const { role, member, admin } = membership;
  if (standing.trusted.has(member) || standing.isLeaving(role) || standing.isLeaving(member)) return false;
  if (isPlanned(scene, membership)) return standing.declared.has(role) && (admin || isOutOfReach(scene, membership));
  if (standing.declared.has(role) || standing.trusted.has(role)) return true;
  if (!standing.declared.has(member)) return false;
  return taken.has(member) || isPowerful(scene, role);
}

/** By this plan, or by the one before it: then this deployment takes it away. */
function isPlanned({ standing, state }: Scene, { role, member }: MembershipRow): boolean {
  return [standing.memberOf.get(member), state.memberships.get(member)].some((roles) => roles?.has(role));
}

/** Since 16 such a membership stays beside the program's own, and goes on when the roster ends that. */
function isOutOfReach({ standing, version }: Scene, { grantor }: MembershipRow): boolean {
  return version >= 16 && grantor !== null && standing.roles.get(grantor)?.usable === false;
}

/** Whether a role that is none of the plan leads to one that goes around it. */
function isPowerful({ standing }: Scene, role: string): boolean {
  return [...standing.above(role)].some(
    (name) => DANGEROUS.has(name) || standing.declared.has(name) || standing.trusted.has(name),
  );
}

/** Since 16 a membership is revoked as its grantor, by whoever may act as that. */
function revocation(scene: Scene, membership: MembershipRow): string {
  const { role, member, grantor } = membership;
  const stays = isPlanned(scene, membership) && !isOutOfReach(scene, membership);
  const option = stays ? "ADMIN OPTION FOR " : "";
  const by = scene.version >= 16 && grantor !== null ? ` GRANTED BY ${identifier(grantor)}` : "";
  return `REVOKE ${option}${identifier(role)} FROM ${identifier(member)}${by} CASCADE`;
}

/** Attributes that go around grants: of the roster's roles all of them, of strangers what reaches the plan. */
export function attributeFindings({ standing, version }: Scene): Finding[] {
  return [...standing.roles.values()].flatMap(({ name, attributes }) => {
    if (standing.trusted.has(name) || standing.isLeaving(name)) return [];
    const excessive = attributes.filter((attribute) =>
      standing.declared.has(name) ? true : attribute === "CREATEROLE" && version < 16,
    );
    if (excessive.length === 0) return [];
    const mend = `ALTER ROLE ${identifier(name)} ${excessive.map((attribute) => `NO${attribute}`).join(" ")}`;
    return [{ what: `\`${name}\` has ${excessive.join(", ")}, which goes around the roster`, mend }];
  });
}

/** Strangers in a role that goes around every grant: of the server, or of the database that they can connect to. */
export function strangerFindings(scene: Scene, { all, keeping }: Doors): Finding[] {
  const accepted = new Set(scene.settings.acceptKeeping ?? []);
  const dangers = (name: string) => (keeping.includes(name) ? DANGEROUS : new Set(SERVER_WIDE));
  return all.flatMap((name) =>
    scene.memberships
      .filter(({ member }) => member === name)
      // A backup reads everything, and is let in by name.
      .filter(({ role }) => !(role === "pg_read_all_data" && accepted.has(name)))
      .filter(({ role }) => [...scene.standing.above(role)].some((above) => dangers(name).has(above)))
      .map((membership) => ({
        what: `\`${name}\` is a member of \`${membership.role}\`, which goes around the roster`,
        mend: revocation(scene, membership),
      })),
  );
}

/** Strangers with attributes that a database shared with others has to live with. */
export function attributeWarnings({ standing }: Scene): string[] {
  const replicas = [...standing.roles.values()].filter(
    ({ name, attributes }) =>
      attributes.includes("REPLICATION") && !standing.trusted.has(name) && !standing.declared.has(name),
  );
  if (replicas.length === 0) return [];
  return [`${listed(replicas.map(({ name }) => name))} may replicate the whole server, production included`];
}
