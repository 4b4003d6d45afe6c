import type { Graph } from "@dagrejs/dagre" with { "resolution-mode": "import" };
import { type AccessGraph, type GraphEdge, type GraphNode, PRODUCTION } from "./graph";

const COLUMNS = ["people and services", "by duty", "all of production", "one source", "schemas"] as const;

const HEIGHT = 34;
const MARGIN = 16;
/** Room of the frame around the schemas of production. */
const PADDING = 8;

/** In pixels; `x` and `y` are of the upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Column extends Pick<Box, "x" | "width"> {
  readonly title: string;
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Around the schemas of production. */
  readonly frame: Box;
  /** Those that are not empty. */
  readonly columns: readonly Column[];
  /** Edges as the data of SVG paths; those that the frame says have none. */
  readonly lines: ReadonlyMap<GraphEdge, string>;
  readonly width: number;
  readonly height: number;
}

/**
 * Places the graph in columns. A line runs level through every column that it passes, in a row that is its own there, and
 * bends between columns only: so it touches no box but the two that it joins.
 */
export async function layOut(graph: AccessGraph): Promise<Layout> {
  const arranged = await arrange(graph);
  const { width = 0, height = 0 } = arranged.graph();
  const boxes = new Map(graph.nodes.map(({ id }) => [id, boxOf(arranged.node(id))]));
  const columns = COLUMNS.flatMap((title, rank) => {
    const first = boxes.get(graph.nodes.find((node) => node.rank === rank)?.id ?? "");
    return first ? [{ title, x: first.x, width: first.width }] : [];
  });
  const lines = new Map(graph.edges.filter(isDrawn).map((edge) => [edge, lineOf(edge, arranged, columns)]));
  const inside = graph.nodes.filter(isProduction).flatMap(({ id }) => boxes.get(id) ?? []);
  return { boxes, frame: frameOf(inside), columns, lines, width, height };
}

/** What the library says of a node (its middle and size), of an edge and of the whole. */
type Middle = Box;
interface Points {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
type Arranged = Graph<Partial<Box>, Middle, Points>;

async function arrange({ nodes, edges }: AccessGraph): Promise<Arranged> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const drawing = new Graph({ compound: true, multigraph: true });
  drawing.setGraph({ rankdir: "LR", nodesep: 10, edgesep: 8, ranksep: 46, marginx: MARGIN, marginy: MARGIN });
  const widths = COLUMNS.map((title, rank) => {
    const labels = nodes.filter((node) => node.rank === rank).map(boxWidth);
    return Math.max(textWidth(title), ...labels);
  });
  const frame = "frame";
  drawing.setNode(frame, {});
  for (const node of nodes.toSorted(byLabel)) {
    drawing.setNode(node.id, { width: widths[node.rank], height: HEIGHT });
    if (isProduction(node)) drawing.setParent(node.id, frame);
  }
  const ranks = new Map(nodes.map(({ id, rank }) => [id, rank]));
  const setEdge = (from: string, to: string, name: string) => {
    const minlen = (ranks.get(to) ?? 0) - (ranks.get(from) ?? 0);
    drawing.setEdge(from, to, { minlen, width: 0, height: 0, labelpos: "c" }, name);
  };
  for (const { from, to, level } of edges.filter(isDrawn)) setEdge(from, to, level);
  // A node without edges would get no column, so it gets an edge that is not drawn.
  const leading = new Set(edges.filter(isDrawn).map(({ from }) => from));
  for (const { id, rank } of nodes) if (rank < 4 && !leading.has(id)) setEdge(id, PRODUCTION, "unseen");
  layout(drawing);
  return drawing;
}

/** Production holds its schemas by the frame around them, not by lines. */
function isDrawn({ level }: GraphEdge): boolean {
  return level !== "contains";
}

function isProduction({ looks }: GraphNode): boolean {
  return looks.includes("prod");
}

function byLabel(a: GraphNode, b: GraphNode): number {
  return a.label.localeCompare(b.label, "en", { numeric: true });
}

function boxOf({ x, y, width, height }: Middle): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** From box to box, level in every column between. */
function lineOf({ from, to, level }: GraphEdge, arranged: Arranged, columns: readonly Column[]): string {
  const [start, end] = [boxOf(arranged.node(from)), boxOf(arranged.node(to))];
  const { points }: Points = arranged.edge(from, to, level);
  let [x, y] = [start.x + start.width, middle(start)];
  const parts = [`M${x},${y}`];
  const bendTo = (column: Pick<Box, "x">, height: number) => {
    const bend = (x + column.x) / 2;
    parts.push(`C${bend},${y} ${bend},${height} ${column.x},${height}`);
    y = height;
  };
  for (const column of columns.filter((between) => between.x > start.x && between.x < end.x)) {
    const passing = points.find((point) => Math.abs(point.x - (column.x + column.width / 2)) < 1);
    if (!passing) continue;
    bendTo(column, passing.y);
    x = column.x + column.width;
    parts.push(`H${x}`);
  }
  bendTo(end, middle(end));
  return parts.join(" ");
}

function middle({ y, height }: Box): number {
  return y + height / 2;
}

function frameOf(inside: readonly Box[]): Box {
  const x = Math.min(...inside.map((box) => box.x)) - PADDING;
  const y = Math.min(...inside.map((box) => box.y)) - PADDING;
  const right = Math.max(...inside.map((box) => box.x + box.width)) + PADDING;
  const bottom = Math.max(...inside.map((box) => box.y + box.height)) + PADDING;
  return { x, y, width: right - x, height: bottom - y };
}

function boxWidth({ label, note }: GraphNode): number {
  return textWidth(label) + (note === "" ? 0 : textWidth(note) + 12) + 26;
}

/** A guess that any font fits in. */
function textWidth(text: string): number {
  return Math.ceil(Array.from(text).length * 7.1);
}
