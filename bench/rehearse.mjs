// How long a rehearsal of a large team takes, and how much memory node takes for it:
// `npm run build && node bench/rehearse.mjs [developers] [sources] [postgresql|snowflake] [--exhaustive]`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

process.env.ONE_ENV_ENGINE ??= "stand-in";
const require = createRequire(import.meta.url);
const dist = (module) => require(`../dist/src/${module}.js`);
const { rehearse } = dist("rehearsal/rehearse");
const { loadAccess } = dist("load/loadAccess");
const { countStatements } = dist("proof/tally");
const { describeRepresentation } = dist("proof/representatives");
const { countFaults } = dist("proof/verdict");
const { DEFAULT_WAREHOUSE, warehouseOf } = dist("warehouses/registry");

const { values, positionals } = parseArgs({ allowPositionals: true, options: { exhaustive: { type: "boolean" } } });
const [developers = 50, sources = 15] = positionals.slice(0, 2).map(Number);
const warehouse = warehouseOf(positionals[2] ?? DEFAULT_WAREHOUSE);
const numbered = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join("\n");

/** Every seventh source is restricted; every fiftieth developer shares. */
const roster = `sources:
${numbered(sources, (n) => (n % 7 === 3 ? `  - { name: source_${n}, readers: [dev_1, dev_2] }` : `  - source_${n}`))}
developers:
${numbered(developers, (n) => `  - { name: dev_${n}${n % 50 === 0 ? ", share: team" : ""} }`)}
services:
  - { name: airflow, duty: prod }
  - { name: github_ci, duty: ci }
  - { name: metabase, duty: reader }
`;

const directory = mkdtempSync(join(tmpdir(), "one-env-bench-"));
const team = join(directory, "team.yaml");
writeFileSync(team, roster);
const start = performance.now();
const seconds = () => ((performance.now() - start) / 1_000).toFixed(0).padStart(6);
const megabytes = () => `${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB`;
try {
  const rehearsal = await rehearse({
    access: loadAccess(team, new Date()),
    warehouse,
    own: {},
    exhaustive: values.exhaustive ?? false,
    onProgress: (line) => console.error(`${seconds()} s  ${line}`),
  });
  const { verdict, measured, representation } = rehearsal;
  console.log(`${developers} developers × ${sources} sources on ${rehearsal.warehouse}`);
  console.log(
    `${seconds().trim()} s, ${countStatements(measured).toLocaleString("en-US")} statements, node's peak ${megabytes()}; ` +
      `${verdict.allowed} allowed, ${verdict.denied} denied, ${countFaults(verdict)} wrong, ${verdict.repelled.length} attacks repelled`,
  );
  if (representation) console.log(describeRepresentation(representation));
  for (const { subject, got } of verdict.faults.slice(0, 10)) console.log(`wrong: ${subject}: ${got}`);
  if (countFaults(verdict) > 0) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
}
