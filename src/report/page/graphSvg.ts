import { type AccessGraph, type GraphEdge, PRODUCTION } from "./graph";
import { COLUMNS, HEIGHT, layOut, type Placed } from "./graphLayout";
import { type Html, html } from "./html";

/** The graph as inline SVG: a column for each step of the way, read from left to right. */
export function renderGraph(graph: AccessGraph): Html {
  const { placed, starts, width, height } = layOut(graph);
  const titles = COLUMNS.flatMap((title, rank) => {
    const x = starts[rank];
    return x === undefined ? [] : [html`<text class="column" x="${x}" y="24">${title}</text>`];
  });
  const frame = placed.get(PRODUCTION);
  const boxes = [...placed.values()].filter((item) => item !== frame).map((item) => box(item, graph));
  return html`<svg id="graph-drawing" role="group" aria-label="From people over roles to schemas" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${titles}
${frame ? box(frame, graph) : ""}
<g aria-hidden="true">${graph.edges.map((edge) => path(edge, placed))}</g>
${boxes}
</svg>`;
}

function path({ from, to, level }: GraphEdge, placed: ReadonlyMap<string, Placed>): Html {
  const start = placed.get(from);
  const end = placed.get(to);
  if (!start || !end) return html``;
  const [x1, y1, x2, y2] = [start.x + start.width, middle(start), end.x, middle(end)];
  const bend = Math.max(24, Math.min(90, (x2 - x1) / 2));
  const d = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  return html`<path class="edge ${level}" data-from="${from}" data-to="${to}" d="${d}"/>`;
}

/** Lines meet the frame at its title. */
function middle({ y }: Placed): string {
  return (y + HEIGHT / 2).toFixed(1);
}

function box({ node, x, y, width, height }: Placed, { nodes, edges }: AccessGraph): Html {
  const label = (id: string) => nodes.find((other) => other.id === id)?.label ?? id;
  const words = edges.filter(({ from }) => from === node.id).map(({ to, level }) => `${WORDS[level]} ${label(to)}`);
  const said = [node.label, ...(node.note ? [node.note] : []), ...words].join(", ");
  const line = y + 22;
  const note =
    node.note === ""
      ? ""
      : html`<text class="note" x="${x + width - 12}" y="${line}" text-anchor="end">${node.note}</text>`;
  return html`<g class="node ${[node.kind, ...node.looks].join(" ")}" data-id="${node.id}" tabindex="0" role="img" aria-label="${said}"><rect x="${x}" y="${y.toFixed(1)}" width="${width}" height="${height}" rx="8"/><text x="${x + 12}" y="${line.toFixed(1)}">${node.label}</text>${note}</g>
`;
}

const WORDS = {
  member: "member of",
  contains: "contains",
  none: "no access to",
  read: "reads",
  write: "writes",
  own: "owns",
} as const satisfies Record<GraphEdge["level"], string>;
