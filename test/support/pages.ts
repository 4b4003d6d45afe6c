/** Contents for the page of `one-env report`. */
import type { DatedAccess } from "../../src/access/dated";
import { probesOf } from "../../src/proof/probes";
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
  const probes = [...probesOf(paths, schemas, probeDialectOf("18.4")).values()].flat();
  const results = probes.map((probe) => ({
    probe,
    outcome: probe.expected ? { allowed: true } : { allowed: false, code: "42501" },
  }));
  const denied = results.findIndex(({ probe }) => !probe.expected && probe.who === "villoro");
  const leak = results[denied];
  if (leak) leak.outcome = { allowed: true };
  const allowed = results.filter(({ probe }) => probe.expected).length;
  const fault = leak && {
    subject: `villoro may ${leak.probe.action} ${leak.probe.target}`,
    expected: "DENIED",
    got: "ALLOWED",
    sql: leak.probe.sql,
    reasons: [...leak.probe.reasons],
  };
  return {
    engine: "stand-in",
    warehouse: "PostgreSQL 18.4",
    verdict: {
      allowed,
      denied: results.length - allowed - 1,
      repelled: ["trojan view", "set role"],
      faults: fault ? [fault] : [],
    },
    steps: [{ label: "team.yaml", changes: { created: ["Role a", "Role b"], updated: [], replaced: [], deleted: [] } }],
    results,
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
