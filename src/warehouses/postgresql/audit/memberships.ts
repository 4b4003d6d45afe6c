/** Who is in which role, and what they may do with that. */
import type { AuditFinding, Severity } from "../../../audit/finding";
import { PROD } from "../../../names";
import type { MembershipRow } from "../preflight/catalog";
import { DANGEROUS, SERVER_WIDE } from "../preflight/members";
import { identifier } from "../quote";
import { altering, bySuperuser, isSuperuser, type Mend } from "./mend";
import { revokeMembership } from "./roles";
import { causeOfRole, type Scene } from "./scene";
import { found } from "./text";
import { loginsWith } from "./ways";

export function membershipFindings(scene: Scene): AuditFinding[] {
  const judged = scene.facts.memberships.filter(
    ({ role, member }) =>
      !scene.server.trusted.has(member) &&
      !scene.server.isLeaving(member) &&
      !scene.server.isLeaving(role) &&
      !member.startsWith("pg_"),
  );
  return [
    ...judged.flatMap((row) => (isPlanned(scene, row) ? asPlanned(scene, row) : beyond(scene, row))),
    ...missing(scene),
  ];
}

function isPlanned({ server }: Scene, { role, member }: MembershipRow): boolean {
  return server.memberOf.get(member)?.has(role) === true;
}

/** `alice ← developer ← GRANT prod TO developer by root`. */
function way(scene: Scene, { role, member, grantor, admin }: MembershipRow): string {
  const how = `GRANT ${role} TO ${member}${admin ? " WITH ADMIN OPTION" : ""}${grantor === null ? "" : ` by ${grantor}`}`;
  const [first, ...others] = loginsWith(scene, member);
  const path = [...(first?.hops ?? [member]), how].join(" ← ");
  return others.length === 0 ? path : `${path} (and ${others.length} more)`;
}

function beyond(scene: Scene, row: MembershipRow): AuditFinding[] {
  const { server, accepted } = scene;
  const { role, member } = row;
  const danger = dangerOf(scene, row);
  const because = causeOfRole(scene, member) ?? causeOfRole(scene, role);
  const mend = revoking(scene, row);
  if (danger !== undefined) {
    if (accepted.has(member) && role === "pg_read_all_data") return [];
    const what = `\`${member}\` is a member of \`${role}\`, which goes around the roster`;
    return [found("predefined-role", danger, what, way(scene, row), mend, { because })];
  }
  const isOurs = server.declared.has(role) || server.trusted.has(role);
  if (!isOurs && !server.declared.has(member)) return [];
  if (!isOurs && accepted.has(role)) return [];
  const what = `\`${member}\` is a member of \`${role}\`, and not by the roster`;
  return [found("membership-outside-roster", severityOf(scene, role), what, way(scene, row), mend, { because })];
}

function severityOf({ server, identities }: Scene, role: string): Severity {
  if (server.trusted.has(role) || server.above(role).has(PROD) || identities.get(role)?.duty === "prod")
    return "critical";
  return [...server.above(role)].some((name) => server.declared.has(name) || server.trusted.has(name)) ? "high" : "low";
}

/** Whether a role that is none of the plan goes around grants, for somebody who can connect. */
function dangerOf(scene: Scene, { role, member }: MembershipRow): Severity | undefined {
  const { server, facts } = scene;
  if (server.declared.has(role) || server.trusted.has(role)) return undefined;
  const reached = [...server.above(role)];
  const isOurs = server.declared.has(member);
  const logins = loginsWith(scene, member);
  const isHere =
    isOurs ||
    (logins.length > 0 &&
      facts.roles.length > 0 &&
      logins.some(({ login }) => scene.server.declared.has(login) || connects(scene, login)));
  const isServers = reached.some((name) => SERVER_WIDE.includes(name)) && (isOurs || logins.length > 0);
  if (!isServers && !(isHere && reached.some((name) => DANGEROUS.has(name)))) return undefined;
  return reached.some((name) => /execute|write|create/.test(name)) ? "critical" : "high";
}

/** Whether a login gets into the database. */
export function connects(scene: Scene, login: string): boolean {
  return waysIn(scene, login).length > 0;
}

/** The roles of a login, itself and everybody included, that may connect. */
export function waysIn({ facts, server }: Scene, login: string): string[] {
  const above = server.above(login);
  const database = facts.things.find(({ kind }) => kind === "database");
  const holders = (database?.items ?? [])
    .filter(({ privilege }) => privilege === "CONNECT")
    .map(({ grantee }) => grantee);
  return [...new Set(holders)].filter((name) => name === "public" || above.has(name));
}

/** What a membership of the plan has beyond what the program gives it. */
function asPlanned(scene: Scene, row: MembershipRow): AuditFinding[] {
  const { role, member, admin } = row;
  const because = causeOfRole(scene, member);
  const wrong = optionsOf(scene, row);
  const told = (what: string, severity: Severity, mend: Mend) => [
    found("membership-option", severity, what, way(scene, row), mend, { because }),
  ];
  if (isSecond(scene, row)) {
    const what = `\`${row.grantor}\` made \`${member}\` a member of \`${role}\` too${admin ? ", and lets it hand the role out" : ""}`;
    if (wrong.length > 0) return told(what, admin ? "high" : "medium", revoking(scene, row));
    return [found("membership-twice", "low", what, way(scene, row), revoking(scene, row), { because })];
  }
  return wrong.flatMap(({ text, severity, statement }) => told(text, severity, by(scene, row, [statement])));
}

interface WrongOption {
  readonly text: string;
  readonly severity: Severity;
  readonly statement: string;
}

function optionsOf(scene: Scene, { role, member, grantor, admin, inherit, set }: MembershipRow): WrongOption[] {
  const wanted = wantedOptions(scene, member);
  const names = `\`${member}\``;
  const grant = (options: string) =>
    `GRANT ${identifier(role)} TO ${identifier(member)} WITH ${options}${grantor === null ? "" : ` GRANTED BY ${identifier(grantor)}`}`;
  const wrong: WrongOption[] = [];
  if (admin)
    wrong.push({
      text: `${names} may hand out role \`${role}\``,
      severity: role === PROD ? "critical" : "high",
      statement: revokeMembership(scene, role, member, grantor, "ADMIN OPTION FOR "),
    });
  if (set !== null && set !== wanted.set)
    wrong.push({
      text: set
        ? `${names} may act as \`${role}\`, and leave things behind as it`
        : `${names} may not act as \`${role}\``,
      severity: "medium",
      statement: grant(`SET ${wanted.set}`),
    });
  if (inherit !== null && inherit !== wanted.inherit)
    wrong.push({
      text: inherit
        ? `${names} has the privileges of \`${role}\` without acting as it`
        : `${names} does not have the privileges of \`${role}\``,
      severity: "medium",
      statement: grant(`INHERIT ${wanted.inherit}`),
    });
  return wrong;
}

/** People read through their groups, prod services become theirs, and groups are what they are. */
function wantedOptions({ identities }: Scene, member: string): { set: boolean; inherit: boolean } {
  const identity = identities.get(member);
  if (identity === undefined) return { set: true, inherit: true };
  return { set: identity.actsAs !== undefined, inherit: identity.actsAs === undefined };
}

/** Beside one that the program made. */
function isSecond(scene: Scene, { role, member, grantor }: MembershipRow): boolean {
  const same = scene.facts.memberships.filter((other) => other.role === role && other.member === member);
  if (same.length < 2) return false;
  const ours = isSuperuser(scene) ? scene.facts.database.bootstrap : scene.admin;
  const first = same.find((other) => other.grantor === ours) ?? same[0];
  return grantor !== first?.grantor;
}

function revoking(scene: Scene, row: MembershipRow): Mend {
  return by(scene, row, [revokeMembership(scene, row.role, row.member, row.grantor)]);
}

/** Since 16 whoever may act for the grantor; before, whoever manages the role. */
function by(scene: Scene, { role, grantor }: MembershipRow, statements: readonly string[]): Mend {
  if (scene.facts.database.version < 16) return altering(scene, role, statements);
  const isReachable = grantor === null || grantor === scene.admin || scene.facts.reach.get(grantor)?.join === null;
  return isReachable ? { mend: statements } : bySuperuser(scene, statements);
}

function missing(scene: Scene): AuditFinding[] {
  // One that gives nothing is told as that.
  const { facts, server, plan } = scene;
  const there = new Set(facts.memberships.map(({ role, member }) => JSON.stringify([role, member])));
  return [...plan.roles, ...plan.identities].flatMap(({ name, memberOf }) =>
    memberOf
      .filter(
        ({ role }) => server.roles.has(role) && server.roles.has(name) && !there.has(JSON.stringify([role, name])),
      )
      .map(({ role, because }) =>
        found(
          "membership-missing",
          "medium",
          `\`${name}\` is no member of \`${role}\``,
          `${name} ← nothing ← ${role}`,
          altering(scene, role, [grantMembership(scene, role, name)]),
          { because },
        ),
      ),
  );
}

export function grantMembership(scene: Scene, role: string, member: string): string {
  const { set, inherit } = wantedOptions(scene, member);
  const options = scene.facts.database.version >= 16 ? ` WITH INHERIT ${inherit}, SET ${set}` : "";
  return `GRANT ${identifier(role)} TO ${identifier(member)}${options}`;
}
