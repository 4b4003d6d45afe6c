// How long the access plan of a large team takes: `npm run build && node bench/access.mjs [developers] [sources]`.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const dist = (module) => require(`../dist/src/${module}.js`);
const { deriveAccess } = dist("access/derive");
const { accessPaths } = dist("access/paths");
const { invariantProblems } = dist("access/check");
const { accessMatrix } = dist("access/matrix");

const NOW = new Date("2026-01-01T00:00:00Z");
const ROUNDS = 5;
const [developers = 1000, sources = 20] = process.argv.slice(2).map(Number);

/** @param sharing how many of the developers share their schemas with the team */
function team(sharing) {
  const numbered = (count, make) => Array.from({ length: count }, (_, index) => make(index));
  const member = { rotation: 1, limits: {} };
  return {
    file: "team.yaml",
    sources: numbered(sources, (n) => ({ name: `source${n}`, ...(n === 0 ? { readers: ["dev0", "cibot"] } : {}) })),
    developers: numbered(developers, (n) => ({ name: `dev${n}`, share: n < sharing ? "team" : "private", ...member })),
    services: [
      { name: "airflow", duty: "prod", ...member },
      { name: "cibot", duty: "ci", ...member },
      { name: "metabase", duty: "reader", ...member },
    ],
    limits: { developer: {}, prod: {}, ci: {}, reader: {} },
    expect: [],
    positions: new Map(),
  };
}

/** Milliseconds of each step, the best of several rounds. */
function measure(roster) {
  const best = {};
  const timed = (step, run) => {
    const start = performance.now();
    const result = run();
    best[step] = Math.min(best[step] ?? Number.POSITIVE_INFINITY, performance.now() - start);
    return result;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const plan = timed("derive", () => deriveAccess(roster, NOW));
    const paths = accessPaths(plan);
    timed("paths", () => {
      for (const { name } of plan.schemas) paths.accessTo(name);
    });
    timed("invariants", () => invariantProblems(roster, paths));
    timed("matrix", () => accessMatrix(paths));
  }
  return best;
}

console.log(`${developers} developers × ${sources} sources, milliseconds, best of ${ROUNDS}`);
for (const [label, sharing] of [
  ["nobody shares", 0],
  ["every tenth shares", Math.ceil(developers / 10)],
]) {
  const steps = Object.entries(measure(team(sharing)));
  console.log(`${label}: ${steps.map(([step, ms]) => `${step} ${ms.toFixed(0)}`).join(", ")}`);
}
