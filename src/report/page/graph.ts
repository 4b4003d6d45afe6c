import type { AccessPaths } from "../../access/paths";
import { DATABASE, type Identity, type Level, type Schema } from "../../access/plan";
import { groupBy } from "../../collections";
import { PROD, READ_PROD, schemaName } from "../../names";
import type { Roster } from "../../roster/roster";
import { format } from "../sentences/phrases";

/** A node of the graph; one may stand for many. */
export interface GraphNode {
  readonly id: string;
  readonly kind: "identity" | "role" | "schema";
  readonly label: string;
  readonly note: string;
  /** Its column: people, duties, readers of all production, readers of one source, schemas. */
  readonly rank: number;
  /** Further words for its looks: `restricted`, `personal`. */
  readonly looks: readonly string[];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Membership, what a role may do in a schema, or being one of {@link PRODUCTION}. */
  readonly level: Level | "member" | "contains";
}

export interface AccessGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Stands for all schemas of production: one line rather than one to each of them. */
export const PRODUCTION = "schema production";

/** Sources that are not told apart are drawn one by one up to this many. */
const MOST_SOURCES = 24;

/** People → roles → schemas. Whoever has the same memberships is one node; so are everybody's own schemas. */
export function accessGraph(roster: Roster, paths: AccessPaths): AccessGraph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const node = (made: GraphNode) => nodes.set(made.id, made);
  const edge = (from: string, to: string, level: GraphEdge["level"]) =>
    edges.set(`${from} ${to} ${level}`, { from, to, level });

  const restricted = new Set(roster.sources.filter(({ readers }) => readers).map(({ name }) => schemaName(PROD, name)));
  const open = paths.plan.schemas.filter(({ name, kind }) => kind === "prod" && name !== PROD && !restricted.has(name));
  const isFolded = open.length > MOST_SOURCES;
  const openNames = new Set(open.map(({ name }) => name));
  const fold = (schema: string) => (isFolded && openNames.has(schema) ? `${PROD}_*` : schema);
  const foldRole = (role: string) => {
    const schema = schemaName(PROD, role.slice(READ_PROD.length + 1));
    return isFolded && role.startsWith(`${READ_PROD}_`) && openNames.has(schema) ? `${READ_PROD}_*` : role;
  };

  for (const { name, memberOf } of paths.plan.roles) {
    const id = foldRole(name);
    node({ id: `role ${id}`, kind: "role", label: id, note: noteOf(name), rank: rankOf(name), looks: [] });
    for (const { role } of memberOf) if (foldRole(role) !== id) edge(`role ${id}`, `role ${foldRole(role)}`, "member");
  }
  for (const { name, kind } of paths.plan.schemas) {
    if (kind === "personal") continue;
    const id = fold(name);
    const looks = [kind, ...(restricted.has(name) ? ["restricted"] : [])];
    const note = restricted.has(name) ? "restricted" : id === name ? "" : `${open.length} schemas`;
    node({ id: `schema ${id}`, kind: "schema", label: id, note, rank: 4, looks });
  }
  for (const { role, privilege, target } of paths.plan.grants) {
    if (target === DATABASE || (privilege !== "read" && privilege !== "write")) continue;
    const schema = paths.schemas.get(target);
    if (schema?.kind !== "personal") edge(`role ${foldRole(role)}`, `schema ${fold(target)}`, privilege);
  }
  node({ id: PRODUCTION, kind: "schema", label: "production", note: "", rank: 4, looks: ["frame"] });
  edge(`role ${PROD}`, PRODUCTION, "own");
  for (const { name, kind } of paths.plan.schemas) {
    if (kind === "prod") edge(PRODUCTION, `schema ${fold(name)}`, "contains");
  }
  addPeople(paths, node, edge);
  addShared(paths, node, edge);
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

type AddNode = (made: GraphNode) => void;
type AddEdge = (from: string, to: string, level: GraphEdge["level"]) => void;

/** Identities by what they are members of, each group with its own schemas. */
function addPeople(paths: AccessPaths, node: AddNode, edge: AddEdge): void {
  const shared = sharedOwners(paths);
  const alike = groupBy(paths.plan.identities, ({ name, duty, memberOf }) =>
    [duty, shared.has(name), ...memberOf.map(({ role }) => role)].join(" "),
  );
  for (const group of alike.values()) {
    const [first] = group as [Identity, ...Identity[]];
    const id = `identity ${first.name}`;
    const note = group.length === 1 ? first.duty : `${format(group.length)} × ${first.duty}`;
    node({ id, kind: "identity", label: groupLabel(group.map(({ name }) => name)), note, rank: 0, looks: [] });
    const roles = new Set(paths.plan.roles.map(({ name }) => name));
    for (const { role } of first.memberOf) if (roles.has(role)) edge(id, `role ${role}`, "member");
    if (first.duty !== "developer") continue;
    const isSharing = shared.has(first.name);
    if (!isSharing) {
      const label = "<user>, <user>_*";
      node({ id: "schema own", kind: "schema", label, note: "each their own", rank: 4, looks: ["personal"] });
    }
    edge(id, isSharing ? "schema shared" : "schema own", "own");
  }
}

/** Schemas of those who share. */
function addShared(paths: AccessPaths, node: AddNode, edge: AddEdge): void {
  const owners = [...sharedOwners(paths)];
  if (owners.length === 0) return;
  const label =
    owners.length <= 2 ? owners.map((name) => `${name}_*`).join(", ") : `${owners[0]}_* and ${owners.length - 1} more`;
  node({ id: "schema shared", kind: "schema", label, note: "shared with the team", rank: 4, looks: ["personal"] });
  for (const { role, target } of paths.plan.grants) {
    if (paths.schemas.get(target)?.kind === "personal") edge(`role ${role}`, "schema shared", "read");
  }
}

function sharedOwners(paths: AccessPaths): Set<string> {
  const targets = paths.plan.grants.flatMap(({ target }) => paths.schemas.get(target) ?? []);
  return new Set(targets.filter(({ kind }: Schema) => kind === "personal").flatMap(({ owner }) => owner ?? []));
}

/** `alice, bob`; `dev_*` when all begin alike; `alice, bob and 12 more`. */
function groupLabel(names: readonly string[]): string {
  if (names.length <= 2) return names.join(", ");
  const prefix = /^([a-z0-9]+)_/.exec(names[0] ?? "")?.[1];
  if (prefix !== undefined && names.every((name) => name.startsWith(`${prefix}_`))) return `${prefix}_*`;
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

function rankOf(role: string): number {
  if (role === READ_PROD) return 2;
  return role.startsWith(`${READ_PROD}_`) ? 3 : 1;
}

function noteOf(role: string): string {
  if (role === PROD) return "owns production";
  return role === READ_PROD ? "all unrestricted" : "";
}
