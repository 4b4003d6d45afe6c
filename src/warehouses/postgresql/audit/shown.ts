/** Rows of production that somebody else's relation shows, and what hangs on production's tables. */
import type { AuditFinding } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import type { ShownRow } from "../preflight/catalog";
import { listed } from "../preflight/finding";
import { identifier } from "../quote";
import type { ThingRow } from "./facts";
import { actingFor } from "./mend";
import { causeOf, type Scene } from "./scene";
import { abridged, found } from "./text";
import { canUse } from "./usage";
import { loginsWith } from "./ways";

export function shownFindings(scene: Scene): AuditFinding[] {
  return [...groupBy(scene.facts.shown, ({ schema, name }) => JSON.stringify([schema, name])).values()].flatMap(
    (rows) => {
      const exposed = rows.map((row) => ({ row, to: strangersTo(scene, row) })).filter(({ to }) => to.length > 0);
      const [first] = exposed;
      if (first === undefined) return [];
      const { schema, name, innerSchema, readers } = first.row;
      const outside = identifier(schema, name);
      const inside = exposed.map(({ row }) => `${row.innerSchema}.${row.innerName}`);
      const relation = relationOf(scene, schema, outside);
      const owner = relation?.owner ?? PROD;
      const whom = [...new Set(exposed.flatMap(({ to }) => to))];
      const whoReads = readers.map((reader) => (reader === PUBLIC ? "PUBLIC" : identifier(reader))).join(", ");
      // A view may ask what its reader may read; what holds rows of its own has to be closed.
      const closed =
        relation?.type === "VIEW"
          ? `ALTER VIEW ${outside} SET (security_invoker = true)`
          : `REVOKE SELECT ON ${outside} FROM ${whoReads} CASCADE`;
      return [
        found(
          "shown-to-strangers",
          "high",
          `\`${schema}.${name}\` shows rows of ${listed(inside)} to ${whom.map((who) => (who === PUBLIC ? "everybody" : `\`${who}\``)).join(", ")}`,
          `${whom[0] === PUBLIC ? "everybody" : whom[0]} ← GRANT SELECT ON ${schema}.${name} by ${owner} ← ${innerSchema}`,
          actingFor(scene, [owner], [closed]),
          { because: causeOf(scene, innerSchema) },
        ),
      ];
    },
  );
}

/** Who reads the relation and may not read what it shows. */
function strangersTo(scene: Scene, { schema, innerSchema, readers }: ShownRow): string[] {
  const mayRead = scene.paths.accessTo(innerSchema);
  const isStranger = (login: string) => !mayRead.has(login) && !scene.server.trusted.has(login);
  return readers.flatMap((reader) => {
    if (!canUse(scene, reader, schema)) return [];
    if (reader === PUBLIC) return [PUBLIC];
    return loginsWith(scene, reader)
      .map(({ login }) => login)
      .filter((login) => isStranger(login) && canUse(scene, login, schema));
  });
}

function relationOf({ thingsIn }: Scene, schema: string, name: string): ThingRow | undefined {
  const plain = name.replaceAll('"', "");
  return thingsIn
    .get(schema)
    ?.find(({ kind, names }) => kind === "table" && names.some((each) => each.replaceAll('"', "") === plain));
}

/** Whose things keep production from changing its own; a plain view goes with `unblock.drop_dependents`. */
export function dependentFindings(scene: Scene): AuditFinding[] {
  return scene.facts.dependents
    .filter(({ owner }) => owner !== PROD && !scene.server.trusted.has(owner))
    .map(({ kind, owner, names, places, mends }) =>
      found(
        "depends-on-production",
        "low",
        `${kind} ${abridged(names.map((name) => `\`${name}\``))} of \`${owner}\` keeps ${abridged(places.map((place) => `\`${place}\``))} from being changed or dropped`,
        `${owner} ← ${abridged(names)} ← ${abridged(places)}`,
        actingFor(scene, [owner], mends),
        { because: "sources", destroys: true, otherwise: `ask ${owner}` },
      ),
    );
}
