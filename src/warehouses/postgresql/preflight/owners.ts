/** What belongs to somebody with whom the plan cannot come true. */

import type { Schema } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { isProdSchema, LEFT, PROD } from "../../../names";
import { functionSchemas } from "../deploy/planned";
import { identifier } from "../quote";
import type { OwnerRow, SchemaRow } from "./catalog";
import { type Finding, listed } from "./finding";
import type { Scene } from "./scene";

/** The schemas that the plan is about to give away, or has to reach. */
export function schemaFindings(scene: Scene): Finding[] {
  const { plan, planSchemas, schemas, standing } = scene;
  const declared = plan.schemas.flatMap((schema) => {
    const found = schemas.get(schema.name);
    return found === undefined ? [] : takeover(scene, schema, found);
  });
  const unlisted = [...schemas.values()]
    .filter(({ name }) => isProdSchema(name) && !planSchemas.has(name))
    .filter(({ owner }) => owner !== PROD && !standing.trusted.has(owner))
    .map(({ name, owner }) =>
      handover(scene, `schema \`${name}\` is under production's prefix and belongs to \`${owner}\``, name),
    );
  return [...declared, ...unlisted, ...functionFindings(scene)];
}

function takeover(scene: Scene, { name, kind, owner }: Schema, found: SchemaRow): Finding[] {
  const { standing } = scene;
  if (found.owner === owner || found.owner.startsWith(LEFT)) return [];
  if (kind === "personal" && !found.empty && !standing.trusted.has(found.owner)) {
    const mend = `ALTER SCHEMA ${identifier(name)} RENAME TO ${identifier(`${name}_before`)}`;
    return [
      {
        what: `schema \`${name}\` belongs to \`${found.owner}\`, and what is in it would become \`${owner}\`'s`,
        mend,
        otherwise: `ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(standing.admin)}`,
      },
    ];
  }
  if (standing.roles.get(found.owner)?.usable) return [];
  return [
    handover(
      scene,
      `schema \`${name}\` belongs to \`${found.owner}\`, which \`${standing.admin}\` cannot act as`,
      name,
    ),
  ];
}

/** Whoever owns the database lets in whom they like, and owns `public`. */
export function databaseFindings({ databaseOwner, standing, settings: { database } }: Scene): Finding[] {
  if (standing.trusted.has(databaseOwner)) return [];
  const mend = `ALTER DATABASE ${identifier(database)} OWNER TO ${identifier(standing.admin)}`;
  return [{ what: `database \`${database}\` belongs to \`${databaseOwner}\``, mend }];
}

/** The schemas of the admin's functions stay the admin's; CI's leases are their owner's comments, too. */
function functionFindings(scene: Scene): Finding[] {
  const { plan, schemas, standing } = scene;
  return [...functionSchemas(plan).keys()].flatMap((name) => {
    const found = schemas.get(name);
    if (found === undefined || found.owner === standing.admin) return [];
    return [handover(scene, `schema \`${name}\` belongs to \`${found.owner}\` and not to \`${standing.admin}\``, name)];
  });
}

function handover({ standing }: Scene, what: string, schema: string): Finding {
  return { what, mend: `ALTER SCHEMA ${identifier(schema)} OWNER TO ${identifier(standing.admin)}` };
}

/** Things in the plan's schemas that the admin cannot grant on, or whose owner can get in and do as they like. */
export function objectFindings(scene: Scene): Finding[] {
  const { standing } = scene;
  return [...groupBy(looked(scene), ({ schema, owner }) => `${schema} ${owner}`).values()].flatMap((things) => {
    const [first] = things;
    if (first === undefined) return [];
    const why = objection(scene, first.owner, things);
    if (why === undefined) return [];
    return [
      {
        what: `\`${first.owner}\` owns ${counted(things)} in \`${first.schema}\` ${why}`,
        mend: things.map(({ place }) => `ALTER ${place} OWNER TO ${identifier(standing.admin)}`).join("; "),
      },
    ];
  });
}

/** Things in production that nobody can change before they are adopted. */
export function objectWarnings(scene: Scene): string[] {
  const inProduction = looked(scene).filter(({ schema }) => isProdSchema(schema));
  return [...groupBy(inProduction, ({ owner }) => owner)].flatMap(([owner, things]) => {
    const isStranger = !scene.standing.trusted.has(owner) && objection(scene, owner, things) === undefined;
    if (!isStranger) return [];
    return [`\`${owner}\` owns ${counted(things)} in production: \`one-env adopt prod\` gives them to \`${PROD}\``];
  });
}

/** Without what groups and roles of the same name own, which is told apart, and what leavers left. */
function looked({ owners, plan, taken }: Scene): OwnerRow[] {
  const apart = new Set([...plan.roles.map(({ name }) => name), ...taken]);
  return owners.filter(({ kind, owner }) => kind !== "schema" && !apart.has(owner) && !owner.startsWith(LEFT));
}

function objection(scene: Scene, owner: string, things: readonly OwnerRow[]): string | undefined {
  const { standing } = scene;
  // The provider acts as the owners of the schema and of its tables, and then changes what is theirs.
  const hasTable = things.some(({ kind }) => kind === "table");
  const role = standing.roles.get(owner);
  if (!(role?.usable || (hasTable && role?.manageable))) return `and \`${standing.admin}\` cannot act as it`;
  const insiders = [...standing.below(owner)].filter((name) => standing.declared.has(name));
  return insiders.length > 0 ? `and can change them beside the roster` : undefined;
}

function counted(things: readonly OwnerRow[]): string {
  const [first] = things;
  return things.length === 1 && first ? first.place : `${things.length} things`;
}

/** Group roles own nothing: a view of theirs would read on for whoever has left the group. */
export function groupFindings(scene: Scene): Finding[] {
  const { plan, owners, taken, standing } = scene;
  const groups = new Set(plan.roles.map(({ name }) => name).filter((name) => name !== PROD));
  const own = owners.filter(({ owner }) => groups.has(owner) && !taken.has(owner));
  return [...groupBy(own, ({ owner }) => owner)].map(([owner, things]) => ({
    what: `group \`${owner}\` owns ${listed(things.map(({ place }) => place))}, which outlives memberships`,
    mend: things.map((thing) => giveBack(standing.admin, thing)).join("; "),
  }));
}

/** To the owner of the schema, who has to be able to do by themselves what the thing does. */
function giveBack(admin: string, { kind, place, owner, schemaOwner }: OwnerRow): string {
  const to = kind === "schema" || schemaOwner === owner ? admin : schemaOwner;
  return `ALTER ${place} OWNER TO ${identifier(to)}`;
}
