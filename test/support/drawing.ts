/** Reads the drawing of the graph back, knowing nothing of how it was laid out. */

/** In pixels; `x` and `y` are of the upper left corner. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A straight piece of a line; `isLevel`: drawn as such, not a part of a curve. */
export interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly isLevel: boolean;
}

export interface Drawing {
  readonly boxes: ReadonlyMap<string, Area & { readonly isProd: boolean }>;
  readonly frame: Area;
  readonly lines: readonly { readonly from: string; readonly to: string; readonly segments: readonly Segment[] }[];
}

export function readDrawing(svg: string): Drawing {
  const rect = / x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/.source;
  const area = ([x, y, width, height]: (string | undefined)[]): Area => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  });
  const frame = new RegExp(`<rect class="frame"${rect}`).exec(svg) ?? [];
  const boxes = svg.matchAll(
    new RegExp(`<g class="node ([^"]*)" data-id="([^"]*)"[^>]*><rect class="box"${rect}`, "g"),
  );
  const lines = svg.matchAll(/data-from="([^"]*)" data-to="([^"]*)" d="([^"]*)"/g);
  return {
    frame: area(frame.slice(1)),
    boxes: new Map(
      [...boxes].map(([, looks = "", id = "", ...numbers]) => [
        id,
        { ...area(numbers), isProd: looks.split(" ").includes("prod") },
      ]),
    ),
    lines: [...lines].map(([, from = "", to = "", path = ""]) => ({ from, to, segments: readPath(path) })),
  };
}

/** Curves become so many straight pieces. */
const PIECES = 48;

function readPath(path: string): Segment[] {
  const segments: Segment[] = [];
  let [x, y] = [0, 0];
  const lineTo = (toX: number, toY: number, isLevel: boolean) => {
    segments.push({ x1: x, y1: y, x2: toX, y2: toY, isLevel });
    [x, y] = [toX, toY];
  };
  for (const [, command, rest = ""] of path.matchAll(/([A-Z])([^A-Z]*)/g)) {
    const numbers = rest.trim().split(/[ ,]+/).map(Number);
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN, e = Number.NaN, f = Number.NaN] = numbers;
    if (command === "M") [x, y] = [a, b];
    else if (command === "H") lineTo(a, y, true);
    else if (command === "C") {
      const [fromX, fromY] = [x, y];
      for (let piece = 1; piece <= PIECES; piece++) {
        const at = piece / PIECES;
        lineTo(bezier(fromX, a, c, e, at), bezier(fromY, b, d, f, at), false);
      }
    } else throw new Error(`unknown command ${command}`);
  }
  if (segments.length === 0 || segments.some(({ x2, y2 }) => Number.isNaN(x2 + y2)))
    throw new Error(`no path: ${path}`);
  return segments;
}

function bezier(from: number, one: number, other: number, to: number, at: number): number {
  const left = 1 - at;
  return left ** 3 * from + 3 * left ** 2 * at * one + 3 * left * at ** 2 * other + at ** 3 * to;
}

/** Whether a piece of a line enters an area with so much room around it. Pieces are short: their hull is close enough. */
export function touches({ x1, y1, x2, y2 }: Omit<Segment, "isLevel">, area: Area, room: number): boolean {
  return (
    Math.max(x1, x2) > area.x - room &&
    Math.min(x1, x2) < area.x + area.width + room &&
    Math.max(y1, y2) > area.y - room &&
    Math.min(y1, y2) < area.y + area.height + room
  );
}

export function overlaps({ x, y, width, height }: Area, other: Area): boolean {
  return touches({ x1: x, y1: y, x2: x + width, y2: y + height }, other, 0);
}
