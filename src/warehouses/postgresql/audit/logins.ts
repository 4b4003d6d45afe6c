/** Logins outside the roster that get in. */
import type { AuditFinding } from "../../../audit/finding";
import { PUBLIC } from "../deploy/component";
import { identifier } from "../quote";
import { waysIn } from "./memberships";
import { actingFor } from "./mend";
import type { Scene } from "./scene";
import { found } from "./text";

/** Everybody's CONNECT and a place in a group of the roster are told as such. */
export function loginFindings(scene: Scene): AuditFinding[] {
  const { facts, server, accepted, roster } = scene;
  const known = new Set([...roster.developers, ...roster.services].map(({ name }) => name));
  const strangers = facts.roles.filter(
    ({ name, login }) =>
      login &&
      !server.trusted.has(name) &&
      !server.declared.has(name) &&
      !server.isLeaving(name) &&
      !accepted.has(name) &&
      !known.has(name) &&
      !name.startsWith("pg_"),
  );
  return strangers.flatMap(({ name }) => {
    const ways = waysIn(scene, name).filter((role) => role !== PUBLIC && !server.declared.has(role));
    if (ways.length === 0) return [];
    const [way = name] = ways;
    const database = identifier(facts.database.name);
    return [
      found(
        "unknown-login",
        "high",
        `\`${name}\` may connect and is not in the roster`,
        `${way === name ? name : `${name} ← ${way}`} ← GRANT CONNECT ON DATABASE ${facts.database.name}`,
        actingFor(
          scene,
          [facts.database.owner],
          ways.map((role) => `REVOKE CONNECT ON DATABASE ${database} FROM ${identifier(role)} CASCADE`),
        ),
        { otherwise: "list it in `one-environment:acceptKeeping`" },
      ),
    ];
  });
}
