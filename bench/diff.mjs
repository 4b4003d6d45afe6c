// How long a permission diff takes at 1,000 developers × 20 sources. Needs `npm run build` first.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const dist = join(import.meta.dirname, "../dist/src");
const { readRoster } = require(join(dist, "roster/load.js"));
const { accessAt } = require(join(dist, "access/dated.js"));
const { diffAccess } = require(join(dist, "access/diff/diff.js"));
const { renderDiffMarkdown } = require(join(dist, "report/diff/diffMarkdown.js"));

const DEVELOPERS = Number(process.argv[2] ?? 1_000);
const SOURCES = Number(process.argv[3] ?? 20);
const LIMIT = 500;

/** A roster as a big team has it: some restricted sources, some who share. */
function roster({ first = 0, sources = SOURCES, prod = ["airflow"], shares = 50, readers = ["dev_1", "dev_2"] } = {}) {
  const list = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join("\n");
  return `sources:
${list(sources, (i) => (i % 7 === 3 ? `  - { name: source_${i}, readers: [${readers}] }` : `  - source_${i}`))}
developers:
${list(DEVELOPERS, (i) => `  - name: dev_${i + first}\n    email: dev_${i + first}@example.com${(i + first) % shares === 0 ? "\n    share: team" : ""}`)}
services:
${prod.map((name) => `  - { name: ${name}, duty: prod }`).join("\n")}
  - { name: github_ci, duty: ci }
limits:
  developer: { statement_timeout: 15min, connections: 8 }
`;
}

const CASES = {
  "one joins, one leaves": roster({ first: 1 }),
  "a new source, a new prod writer": roster({ sources: SOURCES + 1, prod: ["airflow", "dagster"] }),
  "a restricted source widened": roster({ readers: ["dev_1", "dev_2", "dev_3"] }),
  "500 begin to share": roster({ shares: 2 }),
  "everybody is replaced": roster({ first: DEVELOPERS, readers: [`dev_${DEVELOPERS}`] }),
};

const directory = mkdtempSync(join(tmpdir(), "one-env-bench-"));
const now = new Date();
try {
  const base = join(directory, "base.yaml");
  const team = join(directory, "team.yaml");
  writeFileSync(base, roster());
  console.log(
    `${DEVELOPERS} developers × ${SOURCES} sources, milliseconds (median of 5): processor time of each part, then the whole command by the clock`,
  );
  console.log(
    `${"".padEnd(34)}${["parse 2", "derive 2", "diff", "render", "command"].map((t) => t.padStart(10)).join("")}`,
  );
  for (const [name, text] of Object.entries(CASES)) {
    writeFileSync(team, text);
    const runs = Array.from({ length: 5 }, () => measure(base, team));
    const medians = runs[0].map((_, column) => median(runs.map((run) => run[column])));
    console.log(name.padEnd(34) + medians.map((ms) => ms.toFixed(0).padStart(10)).join(""));
    const work = medians[1] + medians[2] + medians[3];
    if (work > LIMIT) process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true });
}

function measure(base, team) {
  const marks = [cpu()];
  const rosters = [base, team].map((file) => readRoster(file).roster);
  marks.push(cpu());
  const [before, after] = rosters.map((roster) => accessAt(roster, now));
  marks.push(cpu());
  const changes = diffAccess(before, after);
  marks.push(cpu());
  renderDiffMarkdown(changes, before, after);
  marks.push(cpu());
  const times = marks.slice(1).map((mark, index) => mark - marks[index]);
  const start = performance.now();
  execFileSync(process.execPath, [join(dist, "cli/cli.js"), "diff", "--base", base, team], { maxBuffer: 2 ** 28 });
  return [...times, performance.now() - start];
}

/** Processor milliseconds so far: other processes of the machine do not count. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
