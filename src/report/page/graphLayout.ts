import { PROD, READ_PROD, schemaName } from "../../names";
import { type AccessGraph, type GraphNode, PRODUCTION } from "./graph";

export const COLUMNS = ["people and services", "by duty", "all of production", "one source", "schemas"] as const;

export const HEIGHT = 34;
const ROW = HEIGHT + 10;
const TOP = 46;
const LEFT = 20;
/** Room between columns, for the lines. */
const ROOM = 62;
/** Room around the schemas of production, and for the title of their frame. */
const PADDING = 12;
const TITLE = 34;

export interface Placed {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly placed: ReadonlyMap<string, Placed>;
  readonly starts: readonly (number | undefined)[];
  readonly width: number;
  readonly height: number;
}

/**
 * Places the graph from right to left: schemas first, each with its reader role beside it, and everything else as near
 * as can be to what it leads to. So most lines are straight.
 */
export function layOut(graph: AccessGraph): Layout {
  const ranks = COLUMNS.map((_, rank) => graph.nodes.filter((node) => node.rank === rank && node.id !== PRODUCTION));
  const middles = placeRows(graph, ranks);
  const placed = new Map<string, Placed>();
  const starts: (number | undefined)[] = [];
  let x = LEFT;
  for (const [rank, nodes] of ranks.entries()) {
    starts.push(nodes.length === 0 ? undefined : x);
    if (nodes.length === 0) continue;
    const inner = rank === 4 ? PADDING : 0;
    const width = Math.max(textWidth(COLUMNS[rank] ?? ""), ...nodes.map(boxWidth));
    for (const node of nodes) {
      const y = (middles.get(node.id) ?? 0) - HEIGHT / 2;
      placed.set(node.id, { node, x: x + inner, y, width, height: HEIGHT });
    }
    x += width + 2 * inner + (rank === 4 ? LEFT : ROOM);
  }
  const frame = frameOf(graph, placed);
  if (frame) placed.set(PRODUCTION, frame);
  const height = Math.max(...[...placed.values()].map(({ y, height }) => y + height)) + 16;
  return { placed, starts, width: x, height };
}

/** The middle of every node but the frame. */
function placeRows({ nodes, edges }: AccessGraph, ranks: readonly (readonly GraphNode[])[]): Map<string, number> {
  const middles = new Map<string, number>([[PRODUCTION, TOP + TITLE / 2]]);
  const isProd = ({ looks }: GraphNode) => looks.includes("prod");
  const label = (a: GraphNode, b: GraphNode) => a.label.localeCompare(b.label, "en", { numeric: true });
  const isRestricted = ({ looks }: GraphNode) => (looks.includes("restricted") ? 1 : 0);
  const schemas = ranks[4] ?? [];
  const prod = schemas.filter(isProd).sort((a, b) => isRestricted(a) - isRestricted(b) || label(a, b));
  let y = TOP + TITLE + HEIGHT / 2;
  for (const { id } of prod) {
    middles.set(id, y);
    y += ROW;
  }
  y += PADDING + 10;
  for (const { id } of schemas.filter((node) => !isProd(node)).sort(label)) {
    middles.set(id, y);
    y += ROW;
  }
  const bottom = y - ROW;
  for (const rank of [3, 2, 1, 0]) {
    const wanted = (ranks[rank] ?? []).map((node) => {
      const targets = edges.filter(({ from }) => from === node.id).flatMap(({ to }) => middles.get(to) ?? []);
      const schema = middles.get(`schema ${schemaName(PROD, node.label.slice(READ_PROD.length + 1))}`);
      const mean = targets.reduce((sum, at) => sum + at, 0) / targets.length;
      return { id: node.id, at: (rank === 3 ? schema : undefined) ?? (targets.length === 0 ? bottom : mean) };
    });
    for (const [id, at] of spread(wanted, TOP + HEIGHT / 2)) middles.set(id, at);
  }
  const lost = nodes.filter(({ id }) => !middles.has(id));
  for (const { id } of lost) middles.set(id, bottom);
  return middles;
}

/** Moves nodes of a column apart, down first and then back up, as little as it takes. */
function spread(wanted: readonly { id: string; at: number }[], top: number): [string, number][] {
  const sorted = wanted.toSorted((a, b) => a.at - b.at);
  const places = sorted.map(({ at }) => at);
  for (let index = 0; index < places.length; index++) {
    const least = index === 0 ? top : (places[index - 1] ?? 0) + ROW;
    places[index] = Math.max(places[index] ?? 0, least);
  }
  // A pile that was pushed down is moved up again by half of it.
  for (let index = places.length - 1; index > 0; index--) {
    const pushed = (places[index] ?? 0) - (sorted[index]?.at ?? 0);
    const free = (places[index - 1] ?? 0) + ROW;
    if (pushed > 0) places[index] = Math.max(free, (places[index] ?? 0) - pushed / 2);
  }
  return sorted.map(({ id }, index) => [id, places[index] ?? 0]);
}

function frameOf({ nodes }: AccessGraph, placed: ReadonlyMap<string, Placed>): Placed | undefined {
  const node = nodes.find(({ id }) => id === PRODUCTION);
  const inside = [...placed.values()].filter(({ node }) => node.looks.includes("prod"));
  const [first] = inside;
  if (!node || !first) return undefined;
  const bottom = Math.max(...inside.map(({ y }) => y + HEIGHT));
  const y = TOP - 4;
  return { node, x: first.x - PADDING, y, width: first.width + 2 * PADDING, height: bottom - y + PADDING };
}

function boxWidth({ label, note }: GraphNode): number {
  return textWidth(label) + (note === "" ? 0 : textWidth(note) + 12) + 26;
}

/** A guess that any font fits in. */
function textWidth(text: string): number {
  return Math.ceil(Array.from(text).length * 7.1);
}
