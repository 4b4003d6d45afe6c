/** Which entries of an ACL the plan does not give. */
import { groupBy } from "../../../collections";
import { PROD } from "../../../names";
import { PUBLIC } from "../deploy/component";
import { privilegeKey } from "../deploy/planned";
import type { AclItem, ThingRow } from "./facts";
import { isOwnFunction } from "./functions";
import { ownerOf, placeOf, readersOf, type Scene } from "./scene";
import { isLeft } from "./text";
import { canUse } from "./usage";

/** What one grantee has of one grantor on alike things, beyond the plan. */
export interface Excess {
  readonly row: ThingRow;
  readonly grantee: string;
  readonly grantor: string;
  /** `only`: the plan gives it, but not the right to pass it on; `too`: neither. */
  readonly option?: "only" | "too" | undefined;
  readonly privileges: readonly string[];
}

const NOTHING: ReadonlySet<string> = new Set();

/** Everything beyond the plan on some things; what goes when something else is taken back is left out. */
export function excessIn(scene: Scene, row: ThingRow): Excess[] {
  const groups = groupBy(row.items, ({ grantee, grantor, grantable }) => JSON.stringify([grantee, grantor, grantable]));
  return [...groups.values()].flatMap((items) => excessOf(scene, row, items));
}

function excessOf(scene: Scene, row: ThingRow, items: readonly AclItem[]): Excess[] {
  const [{ grantee, grantor, grantable } = { grantee: "", grantor: "", grantable: false }] = items;
  if (scene.server.trusted.has(grantee) || isLeft(grantee) || isPassedOn(scene, row, grantor)) return [];
  const allowed = allowedOn(scene, row, grantee);
  if (allowed === "anything") return [];
  const privileges = items.map(({ privilege }) => privilege).sort();
  // What comes from somebody else than the owner is not the plan's, whatever it is.
  const beyond = privileges.filter((privilege) => grantor !== row.owner || !allowed.has(privilege));
  const planned = privileges.filter((privilege) => !beyond.includes(privilege));
  const of = { row, grantee, grantor };
  return [
    ...(beyond.length > 0 ? [{ ...of, option: grantable ? ("too" as const) : undefined, privileges: beyond }] : []),
    ...(grantable && planned.length > 0 ? [{ ...of, option: "only" as const, privileges: planned }] : []),
  ];
}

/** Whoever gave it may not, and CASCADE takes it back from all to whom it was passed on. */
function isPassedOn(scene: Scene, row: ThingRow, grantor: string): boolean {
  if (grantor === row.owner || scene.server.trusted.has(grantor)) return false;
  return row.items.some((item) => item.grantee === grantor && item.grantable);
}

/** What the plan lets a role do with a thing; `anything`: it does not say. */
function allowedOn(scene: Scene, row: ThingRow, grantee: string): ReadonlySet<string> | "anything" {
  const { kind, schema, definer } = row;
  const planned = (as: string) => scene.planned.get(privilegeKey(grantee, as, schema)) ?? NOTHING;
  if (kind === "routine") return allowedRoutine(scene, row, grantee);
  switch (schema === "" ? "none" : placeOf(scene, schema)) {
    case "none":
      return allowedOutside(scene, row, grantee);
    case "production":
      if (grantee === PROD) return "anything";
      return kind === "column" ? planned("table") : planned(kind);
    case "functions":
      return definer ? NOTHING : planned(kind);
    case "run":
      return kind === "schema" ? allowedRun(scene, grantee) : "anything";
    case "public":
      return kind === "schema" && grantee === PUBLIC ? planned(kind) : usageOr(kind);
    case "personal":
      return allowedPersonal(scene, row, grantee, planned);
    case "other":
      return "anything";
  }
}

/** Names in `public` are anybody's; making things there is not. */
function usageOr(kind: string): ReadonlySet<string> | "anything" {
  return kind === "schema" ? new Set(["USAGE"]) : "anything";
}

/** A developer's own schema: whoever gets in is told; what is in it matters where others get in by the plan. */
function allowedPersonal(
  scene: Scene,
  { kind, schema }: ThingRow,
  grantee: string,
  planned: (as: string) => ReadonlySet<string>,
): ReadonlySet<string> | "anything" {
  if (grantee === ownerOf(scene, schema)) return "anything";
  if (kind === "schema") return planned("schema");
  if (readersOf(scene, schema).length === 0 || !["table", "sequence", "column"].includes(kind)) return "anything";
  return planned(kind === "column" ? "table" : kind);
}

function allowedRun({ identities }: Scene, grantee: string): ReadonlySet<string> {
  return identities.get(grantee)?.duty === "ci" ? new Set(["USAGE", "CREATE"]) : NOTHING;
}

function allowedRoutine(scene: Scene, row: ThingRow, grantee: string): ReadonlySet<string> | "anything" {
  const { schema, definer, owner, extension } = row;
  const { server, planned } = scene;
  if (extension || grantee === PROD) return "anything";
  const place = placeOf(scene, schema);
  // What is none of the program's is told as that.
  if (place === "functions" && !row.names.every((name) => isOwnFunction(schema, name))) return "anything";
  if (place === "functions") return planned.get(privilegeKey(grantee, "function", schema)) ?? NOTHING;
  if (place === "production" && !definer)
    // Functions in views are executed by who reads the view; readers may be let into what has their own rights.
    return readersOf(scene, schema).includes(grantee) ? new Set(["EXECUTE"]) : NOTHING;
  if (!definer || place === "run") return "anything";
  const hasPower = owner === PROD || server.trusted.has(owner) || server.declared.has(owner);
  return hasPower && canUse(scene, grantee, schema) ? NOTHING : "anything";
}

function allowedOutside(scene: Scene, { kind, owner }: ThingRow, grantee: string): ReadonlySet<string> | "anything" {
  const { server, planned } = scene;
  const isOurs = grantee === PUBLIC || server.declared.has(grantee);
  switch (kind) {
    case "database":
      // Who may connect is asked for apart.
      return isOurs ? (planned.get(privilegeKey(grantee, kind, "")) ?? NOTHING) : new Set(["CONNECT", "TEMPORARY"]);
    case "parameter":
      return NOTHING;
    case "large object":
      return owner === PROD || server.trusted.has(owner) ? (isOurs ? NOTHING : "anything") : "anything";
    default:
      return isOurs && grantee !== PROD ? NOTHING : "anything";
  }
}
