/** What a system schema keeps for superusers, and somebody may use. */
import type { AuditFinding } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { PUBLIC } from "../deploy/component";
import { toSql, whoIs } from "../preflight/grants";
import type { SystemRow } from "./facts";
import { actingFor } from "./mend";
import { causeOfRole, type Scene } from "./scene";
import { abridged, found, isLeft } from "./text";
import { pathTo } from "./ways";

export function systemFindings(scene: Scene): AuditFinding[] {
  const { server, accepted } = scene;
  const wrong = scene.facts.system.filter(
    ({ grantee }) =>
      !server.trusted.has(grantee) && !accepted.has(grantee) && !grantee.startsWith("pg_") && !isLeft(grantee),
  );
  const alike = groupBy(wrong, ({ grantee, owner, privileges }) => JSON.stringify([grantee, owner, privileges]));
  return [...alike.values()].map((rows) => {
    const [{ grantee, owner, grantor, privileges }] = rows as [SystemRow, ...SystemRow[]];
    const places = rows.map(({ place }) => place);
    const may = privileges.join(", ");
    const isOurs = grantee === PUBLIC || server.declared.has(grantee);
    const names = places.map((place) => `\`${place.replace(/^ON (ROUTINE )?/, "")}\``);
    return found(
      "system-grant",
      isOurs ? "critical" : "high",
      `${whoIs(grantee)} has ${may} on ${abridged(names)}, which is for superusers`,
      pathTo(scene, grantee, `GRANT ${may} ${abridged(places)} by ${grantor}`),
      actingFor(
        scene,
        [owner],
        places.map(
          (place) =>
            `REVOKE ${place.startsWith("(") ? privileges.map((each) => each + place.replace(/ ON .*$/, "")).join(", ") : may} ${place.replace(/^\(.*?\) /, "")} FROM ${toSql(grantee)} CASCADE`,
        ),
      ),
      { because: causeOfRole(scene, grantee) },
    );
  });
}
