import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, suggest } from "../../src/messages/suggest";
import { schemaName } from "../../src/names";
import { parseRoster } from "../../src/roster/parse";
import { formatDuration, parseDuration } from "../../src/roster/rules/durations";

const SEED = { seed: 20_261_122 };

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["15min", 900_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["007d", 604_800_000],
    ["15", undefined],
    ["15 min", undefined],
    ["15m", undefined],
    ["-1s", undefined],
    ["1.5h", undefined],
    ["1h\n", undefined],
    ["", undefined],
    ["min", undefined],
  ])("%j is %j milliseconds", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it("are written in the longest unit that says them exactly", () => {
    expect([500, 30_000, 900_000, 5_400_000, 604_800_000].map(formatDuration)).toEqual([
      "500ms",
      "30s",
      "15min",
      "90min",
      "7d",
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (ms) => parseDuration(formatDuration(ms)) === ms),
      SEED,
    );
  });
});

describe("suggestions", () => {
  it.each([
    ["stirpe", ["salesforce", "stripe"], "stripe"],
    ["alcie", ["alice", "alicia"], "alice"],
    ["Stripe", ["stripe"], "stripe"],
    ["hr", ["ci"], undefined],
    ["h", ["r"], undefined],
    ["salesforce", ["stripe"], undefined],
    ["", ["a"], undefined],
  ])("%j among %j: %j", (typed, candidates, suggestion) => {
    expect(suggest(typed, candidates)).toBe(suggestion);
  });

  it("measure a distance", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
      SEED,
    );
    expect(editDistance("stirpe", "stripe")).toBe(1);
  });
});

describe("generated names", () => {
  it("belong to two owners exactly when the roster is refused for it", () => {
    // Three letters make collisions likely.
    const name = fc.stringMatching(/^[ab](_[abc]){0,2}$/);
    let collided = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
        (sources, people) => {
          const schemas = people.flatMap((user) => [user, ...sources.map((source) => schemaName(user, source))]);
          const unique = new Set(schemas).size === schemas.length;
          const text = JSON.stringify({ sources, developers: people.map((user) => ({ name: user })) });
          const { problems } = parseRoster(text, "team.yaml");
          const errors = problems.filter(({ severity }) => severity === "error");
          expect(errors.length === 0).toBe(unique);
          for (const { message } of errors) expect(message).toMatch(/would share the schema/);
          if (!unique) collided++;
        },
      ),
      { ...SEED, numRuns: 500 },
    );
    expect(collided).toBeGreaterThan(50);
  });
});

describe("positions", () => {
  const text = `sources:
  - salesforce
  - name: hr
    readers: [alice]
developers:
  - name: alice
    expires: 2030-01-01
    share: team
    rotation: 2
    limits: { connections: 3 }
services:
  - { name: airflow, duty: prod }
  - { name: metabase, duty: reader, sources: [salesforce, hr] }
limits:
  ci: { connections: 4, statement_timeout: 1h }
expect:
  - { who: alice, can: [read prod_hr], cannot: [write prod_hr, write prod] }
`;

  it.each([
    ["sources.salesforce", "2:5"],
    ["sources.hr", "3:5"],
    ["sources.hr.readers", "4:5"],
    ["sources.hr.readers.alice", "4:15"],
    ["developers.alice", "6:5"],
    ["developers.alice.expires", "7:5"],
    ["developers.alice.share", "8:5"],
    ["developers.alice.rotation", "9:5"],
    ["developers.alice.limits", "10:5"],
    ["developers.alice.limits.connections", "10:15"],
    ["services.airflow", "12:5"],
    ["services.metabase.duty", "13:23"],
    ["services.metabase.sources", "13:37"],
    ["services.metabase.sources.hr", "13:59"],
    ["limits.ci", "15:3"],
    ["limits.ci.connections", "15:9"],
    ["limits.ci.statement_timeout", "15:25"],
    ["expect.0", "17:5"],
    ["expect.0.can.0", "17:25"],
    ["expect.0.cannot.1", "17:64"],
  ])("%s is at %s", (path, expected) => {
    const position = parseRoster(text, "team.yaml").roster?.positions.get(path);
    expect(`${position?.line}:${position?.col}`).toBe(expected);
  });
});
