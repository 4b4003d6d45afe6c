/** What those who left have left: it may do nothing, and nobody may do anything with it. */
import type { AuditFinding } from "../../../audit/finding";
import { toSql } from "../preflight/grants";
import { identifier } from "../quote";
import { excessIn } from "./excess";
import type { ThingRow } from "./facts";
import { actingAs, actingFor, altering, bySuperuser, type Mend, together } from "./mend";
import { revokeMembership } from "./roles";
import type { Scene } from "./scene";
import { abridged, found, isLeft } from "./text";

export function leftOverFindings(scene: Scene): AuditFinding[] {
  return scene.facts.roles
    .filter(({ name }) => isLeft(name))
    .flatMap((role) => {
      const gains = [
        ...attributes(scene, role.name),
        ...memberships(scene, role.name),
        ...held(scene, role.name),
        ...given(scene, role.name),
      ];
      if (gains.length === 0) return [];
      const what = `\`${role.name}\`, which keeps what somebody left, ${gains.map(({ what: each }) => each).join(" and ")}`;
      return [
        found(
          "left-over",
          gains.some(({ isLogin }) => isLogin) ? "high" : "medium",
          what,
          `${role.name} ← ${abridged(gains.map(({ how }) => how))}`,
          together(gains.map(({ mend }) => mend)),
        ),
      ];
    });
}

interface Gain {
  readonly what: string;
  readonly how: string;
  readonly mend: Mend;
  readonly isLogin?: boolean;
}

function attributes(scene: Scene, name: string): Gain[] {
  const role = scene.server.roles.get(name);
  const all = [...(role?.login ? ["LOGIN"] : []), ...(role?.attributes ?? [])];
  if (all.length === 0) return [];
  const alter = [`ALTER ROLE ${identifier(name)} ${all.map((each) => `NO${each}`).join(" ")}`];
  const isServers = all.some((each) => ["SUPERUSER", "REPLICATION", "BYPASSRLS"].includes(each));
  return [
    {
      what: `has ${all.join(", ")}`,
      how: all.join(", "),
      mend: isServers ? bySuperuser(scene, alter) : altering(scene, name, alter),
      isLogin: true,
    },
  ];
}

function memberships(scene: Scene, name: string): Gain[] {
  const { facts, server, admin } = scene;
  const own = facts.memberships.filter(
    ({ role, member }) => member === name || (role === name && !server.trusted.has(member)),
  );
  return own.map(({ role, member, grantor }) => {
    const revoke = [revokeMembership(scene, role, member, grantor)];
    const isReachable =
      facts.database.version < 16 || grantor === null || grantor === admin || facts.reach.get(grantor)?.join === null;
    return {
      what: member === name ? `is a member of \`${role}\`` : `has member \`${member}\``,
      how: `GRANT ${role} TO ${member}`,
      mend: isReachable ? { mend: revoke } : bySuperuser(scene, revoke),
    };
  });
}

/** What it has been given. In a schema that is somebody's again the admin grants for it what the roster says. */
function held(scene: Scene, name: string): Gain[] {
  return scene.facts.things.flatMap((row) => {
    const items = row.items.filter(({ grantee }) => grantee === name);
    return [...new Set(items.map(({ grantor }) => grantor))].map((grantor) => {
      const revoke = [revokeAll(row, name)];
      return {
        what: `has privileges on ${abridged(row.names.map((each) => `\`${each}\``))}`,
        how: `GRANT ${items.map(({ privilege }) => privilege).join(", ")} ON ${abridged(row.names)}`,
        mend: grantor === row.owner ? actingFor(scene, [row.owner], revoke) : actingAs(scene, grantor, revoke),
      };
    });
  });
}

/** What others may do with its things. */
function given(scene: Scene, name: string): Gain[] {
  const own = scene.facts.things.filter((row) => row.owner === name && row.items.length > 0 && row.kind !== "schema");
  return own.flatMap((row) => {
    const planned = new Set(scene.plan.grants.filter(({ target }) => target === row.schema).map(({ role }) => role));
    const excess =
      row.kind === "routine" && !row.definer
        ? []
        : row.kind === "routine"
          ? row.items
          : [...excessIn(scene, row), ...row.items];
    const grantees = [...new Set(excess.map(({ grantee }) => grantee))].filter(
      (grantee) => !planned.has(grantee) && !scene.server.trusted.has(grantee),
    );
    return grantees.map((grantee) => ({
      what: `lets ${grantee === "public" ? "everybody" : `\`${grantee}\``} use ${abridged(row.names.map((each) => `\`${each}\``))}`,
      how: `${grantee} ← GRANT ON ${abridged(row.names)}`,
      mend: actingFor(scene, [name], [revokeAll(row, grantee)]),
    }));
  });
}

function revokeAll({ kind, names, column }: ThingRow, grantee: string): string {
  const columns = kind === "column" ? ` (${identifier(column)})` : "";
  return `REVOKE ALL${columns} ON ${kind === "column" ? "TABLE" : kind.toUpperCase()} ${names.join(", ")} FROM ${toSql(grantee)} CASCADE`;
}
