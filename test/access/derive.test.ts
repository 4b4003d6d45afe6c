import { describe, expect, it } from "vitest";
import { deriveAccess } from "../../src/access/derive";
import type { Identity } from "../../src/access/plan";
import { DEFAULT_LIMITS } from "../../src/roster/defaults";
import type { Duty } from "../../src/roster/roster";
import { NOW, rosterOf } from "../support/access";

const planOf = (text: string, now = NOW) => deriveAccess(rosterOf(text), now);

describe("a roster with one source and nobody in it", () => {
  it("has production with its owner and its readers, and no access to it", () => {
    expect(planOf("sources: [stripe]")).toEqual({
      roles: [
        { name: "prod", memberOf: [], because: "sources" },
        { name: "read_prod", memberOf: [{ role: "read_prod_stripe", because: "sources.stripe" }], because: "sources" },
        { name: "read_prod_stripe", memberOf: [], because: "sources.stripe" },
      ],
      identities: [],
      schemas: [
        { name: "prod", kind: "prod", owner: "prod", because: "sources" },
        { name: "prod_stripe", kind: "prod", owner: "prod", because: "sources.stripe" },
      ],
      grants: [
        { role: "read_prod", privilege: "read", target: "prod", because: "sources" },
        { role: "read_prod_stripe", privilege: "read", target: "prod_stripe", because: "sources.stripe" },
      ],
    });
  });
});

describe("a small team", () => {
  const plan = planOf(`
    sources: [stripe, { name: hr, readers: [alice] }]
    developers: [{ name: bruno }, { name: alice, share: team }]
    services:
      - { name: metabase, duty: reader, sources: [stripe] }
      - { name: airflow, duty: prod }
      - { name: github_ci, duty: ci }
  `);

  it("has a role for each duty and for the readers of each source; restricted sources are not read by all", () => {
    expect(plan.roles).toEqual([
      { name: "ci", memberOf: [{ role: "read_prod", because: "services" }], because: "services" },
      { name: "developer", memberOf: [{ role: "read_prod", because: "developers" }], because: "developers" },
      { name: "prod", memberOf: [], because: "services" },
      { name: "read_prod", memberOf: [{ role: "read_prod_stripe", because: "sources.stripe" }], because: "sources" },
      { name: "read_prod_hr", memberOf: [], because: "sources.hr" },
      { name: "read_prod_stripe", memberOf: [], because: "sources.stripe" },
      { name: "reader", memberOf: [], because: "services" },
    ]);
  });

  it("has everybody in the roles that they need, and prod services act as `prod`", () => {
    const limits = {
      developer: { connections: 8, idleInTransaction: 300_000, statementTimeout: 900_000 },
      prod: { connections: 32, idleInTransaction: 3_600_000 },
      ci: { connections: 16, idleInTransaction: 300_000, runs: 50, schemaTtl: 86_400_000, statementTimeout: 1_800_000 },
      reader: { connections: 20, idleInTransaction: 60_000, statementTimeout: 300_000 },
    };
    const usual = (duty: Duty) => ({ duty, limits: limits[duty], rotation: 1 });
    expect(plan.identities).toEqual([
      {
        ...{ name: "airflow", ...usual("prod"), actsAs: "prod", because: "services.airflow" },
        memberOf: [{ role: "prod", because: "services.airflow" }],
      },
      {
        ...{ name: "alice", ...usual("developer"), because: "developers.alice" },
        memberOf: [
          { role: "developer", because: "developers.alice" },
          { role: "read_prod_hr", because: "sources.hr.readers.alice" },
        ],
      },
      {
        ...{ name: "bruno", ...usual("developer"), because: "developers.bruno" },
        memberOf: [{ role: "developer", because: "developers.bruno" }],
      },
      {
        ...{ name: "github_ci", ...usual("ci"), because: "services.github_ci" },
        memberOf: [{ role: "ci", because: "services.github_ci" }],
      },
      {
        ...{ name: "metabase", ...usual("reader"), because: "services.metabase" },
        memberOf: [
          { role: "read_prod_stripe", because: "services.metabase.sources.stripe" },
          { role: "reader", because: "services.metabase" },
        ],
      },
    ]);
  });

  it("has a schema for every prefix and source, the base schemas, and what CI opens", () => {
    const alice = { kind: "personal", owner: "alice", because: "developers.alice" };
    const bruno = { kind: "personal", owner: "bruno", because: "developers.bruno" };
    const prod = { kind: "prod", owner: "prod" };
    expect(plan.schemas).toEqual([
      { name: "alice", ...alice },
      { name: "alice_hr", ...alice },
      { name: "alice_stripe", ...alice },
      { name: "bruno", ...bruno },
      { name: "bruno_hr", ...bruno },
      { name: "bruno_stripe", ...bruno },
      { name: "ci_*", kind: "throwaway", because: "services" },
      { name: "prod", ...prod, because: "sources" },
      { name: "prod_hr", ...prod, because: "sources.hr" },
      { name: "prod_stripe", ...prod, because: "sources.stripe" },
    ]);
  });

  it("has these grants and no other", () => {
    expect(plan.grants.map(({ role, privilege, target, because }) => [role, privilege, target, because])).toEqual([
      ["airflow", "connect", "<database>", "services.airflow"],
      ["ci", "connect", "<database>", "services"],
      ["ci", "temporary", "<database>", "services"],
      ["developer", "connect", "<database>", "developers"],
      ["developer", "temporary", "<database>", "developers"],
      ["prod", "temporary", "<database>", "services"],
      ["reader", "connect", "<database>", "services"],
      ["developer", "read", "alice", "developers.alice.share"],
      ["developer", "read", "alice_hr", "developers.alice.share"],
      ["developer", "read", "alice_stripe", "developers.alice.share"],
      ["ci", "write", "ci_*", "services"],
      ["read_prod", "read", "prod", "sources"],
      ["read_prod_hr", "read", "prod_hr", "sources.hr"],
      ["read_prod_stripe", "read", "prod_stripe", "sources.stripe"],
    ]);
  });
});

describe("what a reader service reads", () => {
  const rolesOf = (service: string, text: string) =>
    planOf(text)
      .identities.find(({ name }) => name === service)
      ?.memberOf.map(({ role, because }) => [role, because]);
  const sources = "sources: [stripe, { name: hr, readers: [metabase] }, { name: pay, readers: [] }]";

  it("without `sources`: all unrestricted ones, and no other even if it is among the readers", () => {
    expect(rolesOf("metabase", `${sources}\nservices: [{ name: metabase, duty: reader }]`)).toEqual([
      ["read_prod", "services.metabase"],
      ["reader", "services.metabase"],
    ]);
  });

  it("with `sources`: those of them that are unrestricted, or have it among their readers", () => {
    const service = "{ name: metabase, duty: reader, sources: [stripe, hr, pay] }";
    expect(rolesOf("metabase", `${sources}\nservices: [${service}]`)).toEqual([
      ["read_prod_hr", "sources.hr.readers.metabase"],
      ["read_prod_stripe", "services.metabase.sources.stripe"],
      ["reader", "services.metabase"],
    ]);
  });

  it("with empty `sources`: nothing", () => {
    expect(rolesOf("metabase", `${sources}\nservices: [{ name: metabase, duty: reader, sources: [] }]`)).toEqual([
      ["reader", "services.metabase"],
    ]);
  });
});

describe("limits", () => {
  const limitsOf = (name: string, text: string): Identity["limits"] | undefined =>
    planOf(text).identities.find((identity) => identity.name === name)?.limits;

  it("are the duty's, with the member's own on top", () => {
    const text = `
      sources: [stripe]
      developers: [{ name: alice, limits: { connections: 3 } }, { name: bruno }]
      limits: { developer: { connections: 9, statement_timeout: 10min }, prod: { connections: 1 } }
    `;
    expect(limitsOf("alice", text)).toEqual({ connections: 3, idleInTransaction: 300_000, statementTimeout: 600_000 });
    expect(limitsOf("bruno", text)).toEqual({ connections: 9, idleInTransaction: 300_000, statementTimeout: 600_000 });
  });

  it("are taken away by `none`, for all of a duty or for one of them, who may have others", () => {
    const none = "{ statement_timeout: none, idle_in_transaction: none, connections: none }";
    const text = `
      sources: [stripe]
      developers: [{ name: alice, limits: { connections: 3 } }, { name: bruno }]
      services: [{ name: metabase, duty: reader, limits: ${none} }, { name: tableau, duty: reader }]
      limits: { developer: ${none} }
    `;
    expect(limitsOf("alice", text)).toEqual({ connections: 3 });
    expect(limitsOf("bruno", text)).toEqual({});
    expect(limitsOf("metabase", text)).toEqual({});
    expect(limitsOf("tableau", text)).toEqual(DEFAULT_LIMITS.reader);
  });

  it("give the same plan in whatever order they come", () => {
    const roster = rosterOf("sources: [stripe]\ndevelopers: [{ name: alice, limits: { connections: 3 } }]");
    const withLimits = (developer: Identity["limits"]) =>
      JSON.stringify(deriveAccess({ ...roster, limits: { ...roster.limits, developer } }, NOW));
    const limits = { statementTimeout: 1, idleInTransaction: 2 };
    expect(withLimits({ idleInTransaction: 2, statementTimeout: 1 })).toBe(withLimits(limits));
  });

  it("keep a CI schema for 24 hours unless the roster says otherwise", () => {
    const ci = "sources: [stripe]\nservices: [{ name: github_ci, duty: ci }]";
    expect(limitsOf("github_ci", ci)).toEqual(DEFAULT_LIMITS.ci);
    expect(limitsOf("github_ci", `${ci}\nlimits: { ci: { schema_ttl: 1h, runs: 3 } }`)).toMatchObject({
      runs: 3,
      schemaTtl: 3_600_000,
    });
  });
});

describe("`expires`", () => {
  const text = `
    sources: [{ name: hr, readers: [alice, github_ci] }]
    developers: [{ name: alice, share: team, expires: 2026-06-15 }, { name: bruno }]
    services: [{ name: github_ci, duty: ci, expires: 2026-06-15 }]
  `;
  const everybody = ["alice", "bruno", "github_ci"];

  it.each([
    ["the day before", "2026-06-14T00:00:00Z", everybody],
    ["the last millisecond before", "2026-06-14T23:59:59.999Z", everybody],
    ["the first millisecond of the day", "2026-06-15T00:00:00.000Z", ["bruno"]],
    ["the day itself", "2026-06-15T12:00:00Z", ["bruno"]],
    ["the day after", "2026-06-16T00:00:00Z", ["bruno"]],
    ["the day itself in UTC, the day before in New York", "2026-06-14T20:00:00-04:00", ["bruno"]],
    ["the day before in UTC, the day itself in Tokyo", "2026-06-15T08:59:59+09:00", everybody],
  ])("%s (%s): %j", (_, now, identities) => {
    expect(planOf(text, new Date(now)).identities.map(({ name }) => name)).toEqual(identities);
  });

  it("takes everything of the member out of the plan", () => {
    const plan = JSON.stringify(planOf(text));
    expect(plan).not.toContain("alice");
    expect(plan).not.toContain("ci_*");
    expect(planOf(text).schemas.map(({ name }) => name)).toEqual(["bruno", "bruno_hr", "prod", "prod_hr"]);
  });

  it("stays in the plan until then, for the warehouse to enforce", () => {
    const [alice] = planOf(text, new Date("2026-01-01")).identities;
    expect(alice).toMatchObject({ name: "alice", expires: "2026-06-15" });
  });
});

describe("a developer called `database`", () => {
  it("has schemas that are not taken for the database", () => {
    const { grants } = planOf("sources: [stripe]\ndevelopers: [{ name: database, share: team }]");
    expect(grants.filter(({ target }) => target.includes("database"))).toEqual([
      { role: "developer", privilege: "connect", target: "<database>", because: "developers" },
      { role: "developer", privilege: "temporary", target: "<database>", because: "developers" },
      { role: "developer", privilege: "read", target: "database", because: "developers.database.share" },
      { role: "developer", privilege: "read", target: "database_stripe", because: "developers.database.share" },
    ]);
  });
});
