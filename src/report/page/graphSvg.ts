import type { AccessGraph, GraphEdge, GraphNode } from "./graph";
import { type Box, layOut } from "./graphLayout";
import { type Html, html } from "./html";

/** Room above for the titles of the columns, in pixels. */
const TITLES = 26;

/** The graph as inline SVG: a column for each step of the way, read from left to right. */
export async function renderGraph(graph: AccessGraph): Promise<Html> {
  const { boxes, frame, columns, lines, width, height } = await layOut(graph);
  const titles = columns.map(({ x, title }) => html`<text class="column" x="${x}" y="-6">${title}</text>`);
  const nodes = graph.nodes.map((node) => renderNode(node, boxes.get(node.id), graph));
  return html`<svg id="graph-drawing" role="group" aria-label="From people over roles to schemas" width="${width}" height="${height + TITLES}" viewBox="0 ${-TITLES} ${width} ${height + TITLES}">
${titles}
${rect(frame, "frame")}
<g aria-hidden="true">${graph.edges.map((edge) => renderLine(edge, lines.get(edge)))}</g>
${nodes}
</svg>`;
}

function renderLine({ from, to, level }: GraphEdge, path: string | undefined): Html {
  const data = path === undefined ? "" : html` d="${path}"`;
  return html`<path class="edge ${level}" data-from="${from}" data-to="${to}"${data}/>
`;
}

function rect({ x, y, width, height }: Box, looks: string): Html {
  return html`<rect class="${looks}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`;
}

function renderNode(node: GraphNode, box: Box | undefined, { nodes, edges }: AccessGraph): Html {
  if (!box) return html``;
  const { id, kind, looks, label, note } = node;
  const labelOf = (other: string) => nodes.find((node) => node.id === other)?.label ?? other;
  const words = edges.filter(({ from }) => from === id).map(({ to, level }) => `${WORDS[level]} ${labelOf(to)}`);
  const said = [label, ...(note ? [note] : []), ...words].join(", ");
  const line = box.y + 22;
  const end = box.x + box.width - 12;
  const noted = note === "" ? "" : html`<text class="note" x="${end}" y="${line}" text-anchor="end">${note}</text>`;
  return html`<g class="node ${[kind, ...looks].join(" ")}" data-id="${id}" tabindex="0" role="img" aria-label="${said}">${rect(box, "box")}<text x="${box.x + 12}" y="${line}">${label}</text>${noted}</g>
`;
}

const WORDS = {
  member: "member of",
  some: "some are members of",
  contains: "contains",
  none: "no access to",
  read: "reads",
  write: "writes",
  own: "owns",
} as const satisfies Record<GraphEdge["level"], string>;
