/** What belongs to somebody with whom the plan cannot come true. */

import type { Schema } from "../../../access/plan";
import { groupBy } from "../../../collections";
import { isProdSchema, LEFT, PROD } from "../../../names";
import { functionSchemas } from "../deploy/planned";
import { identifier } from "../quote";
import type { OwnerRow, SchemaRow } from "./catalog";
import { listed, type PreflightFinding } from "./finding";
import type { Snapshot } from "./snapshot";

/** The schemas that the plan is about to give away, or has to reach. */
export function schemaFindings(snapshot: Snapshot): PreflightFinding[] {
  const { plan, planSchemas, schemas, serverRoles } = snapshot;
  const declared = plan.schemas.flatMap((schema) => {
    const found = schemas.get(schema.name);
    return found === undefined ? [] : takeover(snapshot, schema, found);
  });
  const unlisted = [...schemas.values()]
    .filter(({ name }) => isProdSchema(name) && !planSchemas.has(name))
    .filter(({ owner }) => owner !== PROD && !serverRoles.trusted.has(owner))
    .map(({ name, owner }) =>
      handover(snapshot, `schema \`${name}\` is under production's prefix and belongs to \`${owner}\``, name),
    );
  return [...declared, ...unlisted, ...functionFindings(snapshot)];
}

function takeover(snapshot: Snapshot, { name, kind, owner }: Schema, found: SchemaRow): PreflightFinding[] {
  const { serverRoles } = snapshot;
  if (found.owner === owner || found.owner.startsWith(LEFT)) return [];
  if (kind === "personal" && !found.empty && !serverRoles.trusted.has(found.owner)) {
    const mend = `ALTER SCHEMA ${identifier(name)} RENAME TO ${identifier(`${name}_before`)}`;
    return [
      {
        what: `schema \`${name}\` belongs to \`${found.owner}\`, and what is in it would become \`${owner}\`'s`,
        mend,
        otherwise: `ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(serverRoles.admin)}`,
      },
    ];
  }
  if (serverRoles.roles.get(found.owner)?.usable) return [];
  return [
    handover(
      snapshot,
      `schema \`${name}\` belongs to \`${found.owner}\`, which \`${serverRoles.admin}\` cannot act as`,
      name,
    ),
  ];
}

/** Whoever owns the database lets in whom they like, and owns `public`. */
export function databaseFindings({ databaseOwner, serverRoles, settings: { database } }: Snapshot): PreflightFinding[] {
  if (serverRoles.trusted.has(databaseOwner)) return [];
  const mend = `ALTER DATABASE ${identifier(database)} OWNER TO ${identifier(serverRoles.admin)}`;
  return [{ what: `database \`${database}\` belongs to \`${databaseOwner}\``, mend }];
}

/** The schemas of the admin's functions stay the admin's; CI's leases are their owner's comments, too. */
function functionFindings(snapshot: Snapshot): PreflightFinding[] {
  const { plan, schemas, serverRoles } = snapshot;
  return [...functionSchemas(plan).keys()].flatMap((name) => {
    const found = schemas.get(name);
    if (found === undefined || found.owner === serverRoles.admin) return [];
    return [
      handover(snapshot, `schema \`${name}\` belongs to \`${found.owner}\` and not to \`${serverRoles.admin}\``, name),
    ];
  });
}

function handover({ serverRoles }: Snapshot, what: string, schema: string): PreflightFinding {
  return { what, mend: `ALTER SCHEMA ${identifier(schema)} OWNER TO ${identifier(serverRoles.admin)}` };
}

/** Things in the plan's schemas that the admin cannot grant on, or whose owner can get in and do as they like. */
export function objectFindings(snapshot: Snapshot): PreflightFinding[] {
  const { serverRoles } = snapshot;
  return [...groupBy(looked(snapshot), ({ schema, owner }) => `${schema} ${owner}`).values()].flatMap((things) => {
    const [first] = things;
    if (first === undefined) return [];
    const why = objection(snapshot, first.owner, things);
    if (why === undefined) return [];
    return [
      {
        what: `\`${first.owner}\` owns ${counted(things)} in \`${first.schema}\` ${why}`,
        mend: things.map(({ place }) => `ALTER ${place} OWNER TO ${identifier(serverRoles.admin)}`).join("; "),
      },
    ];
  });
}

/** Things in production that nobody can change before they are adopted. */
export function objectWarnings(snapshot: Snapshot): string[] {
  const inProduction = looked(snapshot).filter(({ schema }) => isProdSchema(schema));
  return [...groupBy(inProduction, ({ owner }) => owner)].flatMap(([owner, things]) => {
    const isOutside = !snapshot.serverRoles.trusted.has(owner) && objection(snapshot, owner, things) === undefined;
    if (!isOutside) return [];
    return [`\`${owner}\` owns ${counted(things)} in production: \`one-env adopt prod\` gives them to \`${PROD}\``];
  });
}

/** Without what groups and roles of the same name own, which is told apart, and what leavers left. */
function looked({ owners, plan, taken }: Snapshot): OwnerRow[] {
  const apart = new Set([...plan.roles.map(({ name }) => name), ...taken]);
  return owners.filter(({ kind, owner }) => kind !== "schema" && !apart.has(owner) && !owner.startsWith(LEFT));
}

function objection(snapshot: Snapshot, owner: string, things: readonly OwnerRow[]): string | undefined {
  const { serverRoles } = snapshot;
  // The provider acts as the owners of the schema and of its tables, and then changes what is theirs.
  const hasTable = things.some(({ kind }) => kind === "table");
  const role = serverRoles.roles.get(owner);
  if (!(role?.usable || (hasTable && role?.manageable))) return `and \`${serverRoles.admin}\` cannot act as it`;
  const insiders = [...serverRoles.below(owner)].filter((name) => serverRoles.declared.has(name));
  return insiders.length > 0 ? `and can change them outside the roster` : undefined;
}

function counted(things: readonly OwnerRow[]): string {
  const [first] = things;
  return things.length === 1 && first ? first.place : `${things.length} things`;
}

/** Group roles own nothing: a view of theirs would read on for whoever has left the group. */
export function groupFindings(snapshot: Snapshot): PreflightFinding[] {
  const { plan, owners, taken, serverRoles } = snapshot;
  const groups = new Set(plan.roles.map(({ name }) => name).filter((name) => name !== PROD));
  const own = owners.filter(({ owner }) => groups.has(owner) && !taken.has(owner));
  return [...groupBy(own, ({ owner }) => owner)].map(([owner, things]) => ({
    what: `group \`${owner}\` owns ${listed(things.map(({ place }) => place))}, which outlives memberships`,
    mend: things.map((thing) => giveBack(serverRoles.admin, thing)).join("; "),
  }));
}

/** To the owner of the schema, who has to be able to do by themselves what the thing does. */
function giveBack(admin: string, { kind, place, owner, schemaOwner }: OwnerRow): string {
  const to = kind === "schema" || schemaOwner === owner ? admin : schemaOwner;
  return `ALTER ${place} OWNER TO ${identifier(to)}`;
}
