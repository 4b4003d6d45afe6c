/** Roles themselves: whether they are there, what they may do beside grants, and until when. */
import { isExpired } from "../../../access/derive";
import type { AuditFinding } from "../../../audit/finding";
import { PROD } from "../../../names";
import type { RoleRow } from "../preflight/catalog";
import { identifier, literal } from "../quote";
import { altering, bySuperuser, isSuperuser, type Mend } from "./mend";
import { causeOfRole, type Scene } from "./scene";
import { found } from "./text";
import { pathTo } from "./ways";

export function roleFindings(scene: Scene): AuditFinding[] {
  return [...superusers(scene), ...attributes(scene), ...changed(scene), ...expiries(scene), ...overdue(scene)];
}

function superusers(scene: Scene): AuditFinding[] {
  const { server, admin, facts, accepted } = scene;
  return facts.roles
    .filter(({ name, superuser }) => superuser && name !== admin && name !== facts.database.bootstrap)
    .filter(({ name }) => !server.declared.has(name) && !accepted.has(name))
    .map(({ name }) =>
      found(
        "superuser-outside-roster",
        "critical",
        `\`${name}\` is a superuser, whom no grant stops`,
        pathTo(scene, name, "SUPERUSER"),
        bySuperuser(scene, [`ALTER ROLE ${identifier(name)} NOSUPERUSER`]),
      ),
    );
}

/** Only a superuser takes these; the others whoever manages the role. */
const SERVERS = new Set(["SUPERUSER", "REPLICATION", "BYPASSRLS"]);

function attributes(scene: Scene): AuditFinding[] {
  const { server, admin, facts, accepted } = scene;
  return facts.roles.flatMap(({ name, attributes: all }) => {
    if (server.trusted.has(name) || name.startsWith("pg_") || accepted.has(name)) return [];
    const isOurs = server.declared.has(name);
    const wrong = all.filter((each) => isOurs || isStrangersDanger(each, facts.database.version));
    if (wrong.length === 0 || server.isLeaving(name) || name === admin) return [];
    const alter = [`ALTER ROLE ${identifier(name)} ${wrong.map((each) => `NO${each}`).join(" ")}`];
    return [
      found(
        "attribute-outside-roster",
        wrong.includes("SUPERUSER") ? "critical" : "high",
        `\`${name}\` has ${wrong.join(", ")}, which goes around the roster`,
        pathTo(scene, name, wrong.join(", ")),
        wrong.some((each) => SERVERS.has(each)) ? bySuperuser(scene, alter) : altering(scene, name, alter),
        { because: causeOfRole(scene, name) },
      ),
    ];
  });
}

function isStrangersDanger(attribute: string, version: number): boolean {
  return attribute === "REPLICATION" || (attribute === "CREATEROLE" && version < 16);
}

/** Who logs in, and who has the privileges of the roles that it is in. */
function changed(scene: Scene): AuditFinding[] {
  const groups = scene.plan.roles.map(({ name }) => ({ name, login: false, inherit: true }));
  const logins = scene.plan.identities.map(({ name, actsAs }) => ({
    name,
    login: true,
    inherit: actsAs === undefined,
  }));
  return [...groups, ...logins].flatMap(({ name, login, inherit }) => {
    const role = scene.server.roles.get(name);
    if (role === undefined) return [];
    return [
      ...(role.login === login ? [] : [changedLogin(scene, role)]),
      ...(role.inherit === inherit ? [] : [changedInherit(scene, role)]),
    ];
  });
}

function changedLogin(scene: Scene, { name, login }: RoleRow): AuditFinding {
  const what = login ? `\`${name}\` logs in, and is a group` : `\`${name}\` cannot log in`;
  const option = login ? "NOLOGIN" : "LOGIN";
  const otherwise = login ? {} : { otherwise: "leave it, if it was locked for a reason" };
  return found(
    "role-changed",
    !login ? "medium" : name === PROD ? "critical" : "high",
    what,
    `${name} ← ${login ? "LOGIN" : "NOLOGIN"}`,
    altering(scene, name, [`ALTER ROLE ${identifier(name)} ${option}`]),
    { because: causeOfRole(scene, name), ...otherwise },
  );
}

function changedInherit(scene: Scene, { name, inherit }: RoleRow): AuditFinding {
  return found(
    "role-changed",
    "medium",
    inherit
      ? `\`${name}\` inherits from the roles that it will be put into, and is to act as one`
      : `\`${name}\` does not inherit from the roles that it will be put into`,
    `${name} ← ${inherit ? "INHERIT" : "NOINHERIT"}`,
    altering(scene, name, [`ALTER ROLE ${identifier(name)} ${inherit ? "NOINHERIT" : "INHERIT"}`]),
    { because: causeOfRole(scene, name) },
  );
}

function expiries(scene: Scene): AuditFinding[] {
  return scene.plan.identities.flatMap(({ name, expires, because }) => {
    const role = scene.server.roles.get(name);
    const planned = expires === undefined ? null : `${expires}T00:00:00Z`;
    if (role === undefined || role.validUntil === planned) return [];
    const isLonger = planned !== null && (role.validUntil === null || role.validUntil > planned);
    const mend = altering(scene, name, [
      `ALTER ROLE ${identifier(name)} VALID UNTIL ${literal(planned ?? "infinity")}`,
    ]);
    const until = (moment: string | null) => (moment === null ? "for ever" : `until ${moment}`);
    const what = `\`${name}\` can log in ${until(role.validUntil)}, and by the roster ${until(planned)}`;
    return [
      found(
        "expiry-changed",
        isLonger ? "high" : "low",
        what,
        `${name} ← VALID UNTIL ${role.validUntil ?? "infinity"}`,
        mend,
        { because },
      ),
    ];
  });
}

/** Who is still there after the last day, which takes a deployment to end. */
function overdue(scene: Scene): AuditFinding[] {
  const { roster, now, server } = scene;
  const of = (list: string, members: readonly { name: string }[]) =>
    members.map(({ name }) => ({ name, because: `${list}.${name}` }));
  const over = [
    ...of(
      "developers",
      roster.developers.filter((member) => isExpired(member, now)),
    ),
    ...of(
      "services",
      roster.services.filter((member) => isExpired(member, now)),
    ),
  ];
  return over.flatMap(({ name, because }) => {
    const role = server.roles.get(name);
    if (!role?.login || server.declared.has(name)) return [];
    const isShut = role.validUntil !== null && Date.parse(role.validUntil) <= now.getTime();
    const what = `access of \`${name}\` has ended, and ${isShut ? "the login is still there" : "it can log in"}`;
    return [
      found("access-past-its-end", isShut ? "low" : "high", what, `${name} ← LOGIN`, ending(scene, name), {
        because,
        otherwise: "pulumi up",
      }),
    ];
  });
}

function ending(scene: Scene, name: string): Mend {
  const { facts, server } = scene;
  const groups = facts.memberships.filter(({ member, role }) => member === name && server.declared.has(role));
  const isOutOfReach = groups.some(
    ({ grantor }) =>
      grantor !== scene.admin && grantor !== null && !isSuperuser(scene) && !server.roles.get(grantor)?.usable,
  );
  const statements = [
    `ALTER ROLE ${identifier(name)} NOLOGIN`,
    ...groups.map(({ role, grantor }) => revokeMembership(scene, role, name, grantor)),
  ];
  return isOutOfReach && facts.database.version >= 16
    ? bySuperuser(scene, statements)
    : altering(scene, name, statements);
}

/** Since 16 a membership is revoked of its grantor. */
export function revokeMembership(
  { facts }: Scene,
  role: string,
  member: string,
  grantor: string | null,
  option = "",
): string {
  const by = facts.database.version >= 16 && grantor !== null ? ` GRANTED BY ${identifier(grantor)}` : "";
  return `REVOKE ${option}${identifier(role)} FROM ${identifier(member)}${by} CASCADE`;
}
