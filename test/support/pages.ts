/** Contents for the page of `one-env report`. */
import type { DatedAccess } from "../../src/access/dated";
import { type Probe, probesOf } from "../../src/proof/probes";
import { countStatements, IdentityTally } from "../../src/proof/tally";
import { packMeasured } from "../../src/report/measuredFile";
import type { RehearsalFile } from "../../src/report/rehearsalFile";
import { probeDialectOf } from "../../src/warehouses/postgresql/rehearsal/probes";
import { accessFrom } from "./changes";

export const BASE = accessFrom(
  `sources: [salesforce, stripe, { name: hr, readers: [alice] }]
developers: [{ name: villoro, share: team }, { name: alice, email: alice@example.com }]
services: [{ name: airflow, duty: prod }, { name: github_ci, duty: ci }]
limits: { developer: { statement_timeout: 15min, connections: 8 } }
`,
  "main:team.yaml",
);

export const TEAM = accessFrom(`sources:
  - salesforce
  - stripe
  - { name: hr, readers: [alice] }
developers:
  - { name: villoro, share: team }
  - { name: alice, email: alice@example.com }
  - { name: carol, expires: 2060-01-31, limits: { connections: 2 } }
services:
  - { name: airflow, duty: prod }
  - { name: dagster, duty: prod }
  - { name: github_ci, duty: ci }
limits: { developer: { statement_timeout: 15min, connections: 8 } }
`);

/** A rehearsal as it would be if the warehouse did what the plan says, with one statement that it did not refuse. */
export function rehearsalOf({ paths }: DatedAccess): RehearsalFile {
  const schemas = [...paths.schemas.values()]
    .filter(({ kind }) => kind === "prod")
    .map(({ name }) => ({ name, times: [] }));
  const dialect = probeDialectOf("18.4");
  const isLeak = ({ who, expected }: Probe) => who === "villoro" && !expected;
  const measured = new Map<string, ReturnType<IdentityTally["close"]>>();
  const faults: RehearsalFile["verdict"]["faults"] = [];
  let allowed = 0;
  for (const [who, probes] of probesOf(paths, schemas, dialect)) {
    const tally = new IdentityTally(new Map());
    for (const probe of probes) {
      const wrong = faults.length === 0 && isLeak(probe);
      const { action, target, sql, expected, reasons } = probe;
      const subject = `villoro may ${action} ${target}`;
      if (wrong) faults.push({ subject, expected: "DENIED", got: "ALLOWED", sql, reasons: [...reasons] });
      const outcome = expected || wrong ? { allowed: true } : { allowed: false, code: "42501" };
      tally.add({ ...probe, outcome, wrong });
      allowed += Number(expected);
    }
    measured.set(who, tally.close());
  }
  return {
    version: 2,
    engine: "stand-in",
    warehouse: "PostgreSQL 18.4",
    verdict: {
      allowed,
      denied: countStatements(measured) - allowed - faults.length,
      repelled: ["trojan view", "set role"],
      faults,
      furtherFaults: 0,
    },
    steps: [{ label: "team.yaml", changes: { created: ["Role a", "Role b"], updated: [], replaced: [], deleted: [] } }],
    measured: packMeasured(measured),
  };
}

/** A thousand developers, twenty sources. */
export function bigTeam(developers = 1_000, sources = 20): DatedAccess {
  const list = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join("\n");
  return accessFrom(`sources:
${list(sources, (i) => (i % 7 === 3 ? `  - { name: source_${i}, readers: [dev_1, dev_2] }` : `  - source_${i}`))}
developers:
${list(developers, (i) => `  - { name: dev_${i}, email: dev_${i}@example.com${i % 50 === 0 ? ", share: team" : ""} }`)}
services: [{ name: airflow, duty: prod }, { name: github_ci, duty: ci }]
`);
}
