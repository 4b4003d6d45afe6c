/** What acts on production, or sends and shows it, beside grants. */
import type { AuditFinding } from "../../../audit/finding";
import { groupBy } from "../../../collections";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { toSql, whoIs } from "../preflight/grants";
import { identifier } from "../quote";
import type { BesideRow } from "./facts";
import { actingFor } from "./mend";
import { causeOfRole, type Scene } from "./scene";
import { abridged, found, isLeft } from "./text";

export function besideFindings(scene: Scene): AuditFinding[] {
  const of = (what: BesideRow["what"]) => scene.facts.beside.filter((row) => row.what === what);
  return [
    ...of("trigger").flatMap((row) => trigger(scene, row)),
    ...foreignCode(scene, of("code")),
    ...of("rule").map((row) => rule(scene, row)),
    ...rowSecurity(scene, of("row security")),
    ...of("event trigger").map((row) => eventTrigger(scene, row)),
    ...of("publication").map((row) => publication(scene, row)),
    ...of("subscription").map((row) => subscription(scene, row)),
    ...of("user mapping").flatMap((row) => userMapping(scene, row)),
  ];
}

/** Production's own code is production's business. */
function trigger(scene: Scene, { name, place, holder, owner, details }: BesideRow): AuditFinding[] {
  if (owner === PROD) return [];
  const what = `trigger ${code(name)} on \`${place}\` runs ${code(details[0] ?? "")} of \`${owner}\` when production writes`;
  const severity = scene.server.trusted.has(owner) ? "medium" : "critical";
  const disable = `ALTER TABLE ${place} DISABLE TRIGGER ${name}`;
  return [
    found(
      "trigger-on-production",
      severity,
      what,
      `${owner} ← ${details[0]} ← TRIGGER ${name} ON ${place}`,
      actingFor(scene, [holder], [disable]),
      { because: "sources" },
    ),
  ];
}

/** One finding for each routine: it comes to production, where nobody else can change it. */
function foreignCode(scene: Scene, rows: readonly BesideRow[]): AuditFinding[] {
  const others = rows.filter(({ owner }) => owner !== PROD && !scene.server.trusted.has(owner));
  return [...groupBy(others, ({ name, details }) => JSON.stringify([name, details[1]])).values()].map((uses) => {
    const [{ name, owner, holder, details }] = uses as [BesideRow, ...BesideRow[]];
    const [routine = "", types = "", schema = ""] = details;
    const places = abridged(uses.map(({ place }) => code(place)));
    const moved = `${schema}.${routine}(${types})`;
    return found(
      "code-in-production",
      "critical",
      `${places} calls ${code(name)}, which \`${owner}\` can change`,
      `${owner} ← ${name} ← ${abridged(uses.map(({ place }) => place))}`,
      actingFor(
        scene,
        [owner, holder],
        [
          `ALTER ROUTINE ${name}(${types}) SET SCHEMA ${schema}`,
          `REVOKE ALL ON ROUTINE ${moved} FROM PUBLIC`,
          `ALTER ROUTINE ${moved} OWNER TO ${identifier(PROD)}`,
        ],
      ),
      { because: "sources", otherwise: "read it first: production runs it" },
    );
  });
}

function rule(scene: Scene, { name, place, holder, details: [event = "", kind = ""] }: BesideRow): AuditFinding {
  const isTable = kind === "r" || kind === "p";
  const mend = isTable ? `ALTER TABLE ${place} DISABLE RULE ${name}` : `DROP RULE ${name} ON ${place}`;
  return found(
    "rule-on-production",
    "medium",
    `rule ${code(name)} changes what ${event} on \`${place}\` does`,
    `${holder} ← RULE ${name} ON ${place}`,
    actingFor(scene, [holder], [mend]),
    {
      because: "sources",
      ...(isTable ? {} : { destroys: true }),
    },
  );
}

function rowSecurity(scene: Scene, rows: readonly BesideRow[]): AuditFinding[] {
  return [...groupBy(rows, ({ holder }) => holder)].map(([holder, tables]) => {
    const places = tables.map(({ place }) => place);
    const policies = tables.flatMap(({ details }) => details);
    const what = `row security hides rows of ${abridged(places.map((place) => `\`${place}\``))} from readers`;
    const path = `${policies.length === 0 ? "nobody" : abridged(policies)} ← ROW LEVEL SECURITY ON ${abridged(places)}`;
    const mend = places.map((place) => `ALTER TABLE ${place} DISABLE ROW LEVEL SECURITY`);
    return found("row-security-on-production", "medium", what, path, actingFor(scene, [holder], mend), {
      because: "sources",
    });
  });
}

function eventTrigger(scene: Scene, { name, owner, details: [routine = "", event = ""] }: BesideRow): AuditFinding {
  const severity = scene.server.trusted.has(owner) ? "medium" : "critical";
  const what = `event trigger ${code(name)} of \`${owner}\` runs \`${routine}\` on ${event} in everybody's sessions`;
  return found(
    "event-trigger",
    severity,
    what,
    `${owner} ← EVENT TRIGGER ${name}`,
    actingFor(scene, [owner], [`ALTER EVENT TRIGGER ${name} DISABLE`]),
  );
}

function publication(scene: Scene, { name, owner, details }: BesideRow): AuditFinding {
  const what = `publication ${code(name)} sends rows of ${abridged(details.map((place) => (place === "all tables" ? place : `\`${place}\``)))} to whoever subscribes`;
  return found(
    "publication",
    "high",
    what,
    `subscribers ← PUBLICATION ${name} by ${owner}`,
    actingFor(scene, [owner], [`DROP PUBLICATION ${name}`]),
    { because: "sources", destroys: true },
  );
}

function subscription(scene: Scene, { name, owner }: BesideRow): AuditFinding {
  return found(
    "subscription",
    "high",
    `subscription ${code(name)} of \`${owner}\` writes what another server sends`,
    `${owner} ← SUBSCRIPTION ${name}`,
    actingFor(scene, [owner], [`ALTER SUBSCRIPTION ${name} DISABLE`]),
  );
}

/** A mapping logs somebody in; production may have its own. */
function userMapping(scene: Scene, { name, holder, owner }: BesideRow): AuditFinding[] {
  const isOurs =
    holder === PUBLIC ||
    (scene.server.declared.has(holder) && scene.identities.get(holder)?.duty !== "prod" && holder !== PROD);
  if (!isOurs || isLeft(holder)) return [];
  const what = `foreign server ${code(name)} logs ${whoIs(holder)} in as somebody`;
  const drop = `DROP USER MAPPING FOR ${toSql(holder)} SERVER ${name}`;
  return [
    found(
      "user-mapping",
      "high",
      what,
      `${whoIs(holder).replaceAll("`", "")} ← USER MAPPING ON SERVER ${name}`,
      actingFor(scene, [owner], [drop]),
      { because: causeOfRole(scene, holder), destroys: true },
    ),
  ];
}

function code(name: string): string {
  return `\`${name}\``;
}
