import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatedAccess } from "../../src/access/dated";
import { accessGraph } from "../../src/report/page/graph";
import { renderGraph } from "../../src/report/page/graphSvg";
import { accessFrom } from "../support/changes";
import { type Drawing, overlaps, readDrawing, touches } from "../support/drawing";
import { bigTeam, TEAM } from "../support/pages";
import { arbitraryRoster, toYaml } from "../support/rosters";

/** So near to a box that a line would seem to belong to it, in pixels. */
const NEAR = 4;

async function drawn({ roster, paths }: DatedAccess): Promise<Drawing> {
  return readDrawing((await renderGraph(accessGraph(roster, paths))).text);
}

/** Whatever would make a reader see access that is not there. */
function misleading({ boxes, lines, frame }: Drawing): string[] {
  const named = [...boxes];
  const crossed = lines.flatMap(({ from, to, segments }) =>
    named
      .filter(([id, box]) => id !== from && id !== to && segments.some((segment) => touches(segment, box, NEAR)))
      .map(([id]) => `${from} → ${to} touches ${id}`),
  );
  const intruding = lines
    .filter(({ to, segments }) => !boxes.get(to)?.isProd && segments.some((segment) => touches(segment, frame, 0)))
    .map(({ from, to }) => `${from} → ${to} touches the frame`);
  const overlapping = named.flatMap(([id, box], index) =>
    named.slice(index + 1).flatMap(([other, area]) => (overlaps(box, area) ? [`${id} on ${other}`] : [])),
  );
  const framed = named.filter(([, box]) => overlaps(box, frame) !== box.isProd);
  return [...crossed, ...intruding, ...overlapping, ...framed.map(([id]) => `${id} and the frame`)];
}

/** Lines that run on top of each other: nobody could tell which is which. */
function merged({ lines }: Drawing): string[] {
  const runs = lines.flatMap(({ from, to, segments }) =>
    segments.filter(({ isLevel }) => isLevel).map(({ x1, y1 }) => ({ line: `${from} → ${to}`, x1, y1 })),
  );
  return runs.flatMap(({ line, x1, y1 }, index) =>
    runs
      .slice(index + 1)
      .filter((other) => other.x1 === x1 && Math.abs(other.y1 - y1) < NEAR)
      .map((other) => `${line} and ${other.line}`),
  );
}

describe("the drawing of the graph", () => {
  it("leads no line along or behind a box that it does not join, whatever the roster", async () => {
    const size = { sources: 5, developers: 6, services: 6 };
    await fc.assert(
      fc.asyncProperty(arbitraryRoster(size), async (model) => {
        const drawing = await drawn(accessFrom(toYaml(model)));
        expect(misleading(drawing)).toEqual([]);
        expect(merged(drawing)).toEqual([]);
      }),
      { seed: 20_261_126, numRuns: 150, endOnFailure: true },
    );
  }, 180_000);

  it("leads none there for large teams", async () => {
    for (const team of [bigTeam(), bigTeam(307, 15), manyReaders()]) {
      const drawing = await drawn(team);
      expect(misleading(drawing)).toEqual([]);
      expect(merged(drawing)).toEqual([]);
    }
  });

  it("has everything that the graph has, in columns from left to right", async () => {
    const graph = accessGraph(TEAM.roster, TEAM.paths);
    const { boxes, lines } = await drawn(TEAM);
    expect([...boxes.keys()].sort()).toEqual(graph.nodes.map(({ id }) => id).sort());
    expect(lines.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(
      graph.edges
        .filter(({ level }) => level !== "contains")
        .map(({ from, to }) => `${from} ${to}`)
        .sort(),
    );
    const columns = [0, 1, 2, 3, 4].map((rank) => [
      ...new Set(graph.nodes.filter((node) => node.rank === rank).map(({ id }) => boxes.get(id)?.x ?? Number.NaN)),
    ]);
    expect(columns.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    expect(columns.flat()).toEqual(columns.flat().toSorted((a, b) => a - b));
  });

  it("would be found out if a line led behind a box", async () => {
    const { boxes, lines, frame } = await drawn(TEAM);
    const [box] = boxes.values();
    const [line] = lines;
    if (!box || !line) return expect.fail("nothing is drawn");
    const through = { x1: box.x - 20, y1: box.y + 5, x2: box.x + box.width + 20, y2: box.y + 5, isLevel: true };
    const wrong = { from: "role reader", to: "schema own", segments: [through] };
    expect(misleading({ boxes, lines: [...lines, wrong], frame })).toContainEqual(
      expect.stringContaining("role reader → schema own touches"),
    );
    expect(merged({ boxes, lines: [wrong, { ...wrong, from: "role ci" }], frame })).toHaveLength(1);
  });
});

/** More different groups of people than can be told apart in a drawing, and more open sources. */
function manyReaders(): DatedAccess {
  const readers = (source: number) =>
    Array.from({ length: 40 }, (_, person) => `dev_${person}`).filter((_, person) => (person >> source) & 1);
  const restricted = Array.from({ length: 6 }, (_, n) => `{ name: secret_${n}, readers: [${readers(n).join(", ")}] }`);
  const open = Array.from({ length: 30 }, (_, n) => `open_${n}`);
  const people = Array.from({ length: 40 }, (_, n) => `{ name: dev_${n} }`);
  return accessFrom(`sources: [${[...restricted, ...open].join(", ")}]
developers: [${people.join(", ")}]
services: [{ name: airflow, duty: prod }, { name: bi, duty: reader, sources: [open_1, open_2] }]
`);
}
