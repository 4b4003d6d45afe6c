/** The parts of a small roster, each a line of YAML (flow style); a test says only what it changes. */
export interface Team {
  readonly sources: readonly string[];
  readonly developers: readonly string[];
  readonly services: readonly string[];
  readonly limits: string;
}

/** Small, with every kind of thing in it. */
export const TEAM: Team = {
  sources: ["sales", "{ name: hr, readers: [ana] }"],
  developers: ["name: ana", "name: ben"],
  services: ["name: jobs, duty: prod", "name: runner, duty: ci", "name: charts, duty: reader, sources: [sales]"],
  limits: "developer: { statement_timeout: 15min, connections: 8 }",
};

export function teamYaml(changed: Partial<Team> = {}): string {
  const { sources, developers, services, limits } = { ...TEAM, ...changed };
  const list = (entries: readonly string[]) => entries.map((entry) => `  - { ${entry} }\n`).join("");
  return [
    `sources: [${sources.join(", ")}]\n`,
    `developers:\n${list(developers)}`,
    `services:\n${list(services)}`,
    `limits: { ${limits} }\n`,
  ].join("");
}
