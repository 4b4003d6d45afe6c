import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invariantProblems } from "../../src/access/check";
import { deriveAccess } from "../../src/access/derive";
import { INVARIANTS } from "../../src/access/invariants";
import { accessPaths } from "../../src/access/paths";
import type { AccessPlan, Grant, Identity, Privilege, Schema } from "../../src/access/plan";
import { formatProblem } from "../../src/roster/problem";
import { NOW, pathsOf, rosterOf, withoutFile } from "../support/access";
import { arbitraryRoster } from "../support/rosters";

const roster = rosterOf(`sources:
  - stripe
  - { name: hr, readers: [alice] }
developers:
  - { name: alice }
  - { name: bruno }
  - { name: carol, share: team }
services:
  - { name: airflow, duty: prod }
  - { name: github_ci, duty: ci }
  - { name: metabase, duty: reader }
`);

/** What the invariants say of the team's plan after somebody broke it. */
function problemsOf(breakPlan: (plan: AccessPlan) => Partial<AccessPlan>): string[] {
  const plan = deriveAccess(roster, NOW);
  const broken = accessPaths({ ...plan, ...breakPlan(plan) });
  return invariantProblems(roster, broken).map(formatProblem);
}

/** `team.yaml:5:5: message`, with the promise that is broken. */
function broken(at: string, message: string, invariant: number): string {
  return `team.yaml:${at}: ${message}\n  help: invariant ${invariant}: ${PROMISES[invariant - 1]}`;
}

const PROMISES = [
  "only services with duty `prod` can create, write, alter or drop anything in `prod` and `prod_*`",
  "every developer reads every unrestricted `prod` schema and writes none; only its readers read a restricted one",
  "a developer writes only `<user>` and `<user>_*`; other developers' schemas are closed unless `share: team`",
  "CI reads `prod`, writes only the `ci_*` schemas of its own making, and cannot create any other schema",
  "nobody but the deploying admin can create or rename a schema, grant themselves a role, or act as `prod` without the duty",
  "removing somebody ends their access: the plan speaks of nobody who is not in it",
];

/** Of what does not belong there. */
const because = "services";
const grant = (role: string, privilege: Privilege, target: string): Grant => ({ role, privilege, target, because });

const plusGrant =
  (...given: Parameters<typeof grant>) =>
  ({ grants }: AccessPlan) => ({ grants: [...grants, grant(...given)] });

const minusGrants =
  (isLost: (grant: Grant) => boolean) =>
  ({ grants }: AccessPlan) => ({ grants: grants.filter((grant) => !isLost(grant)) });

const withIdentity =
  (name: string, change: (identity: Identity) => Partial<Identity>) =>
  ({ identities }: AccessPlan) => ({
    identities: identities.map((each) => (each.name === name ? { ...each, ...change(each) } : each)),
  });

const plusRole = (name: string, role: string) =>
  withIdentity(name, ({ memberOf }) => ({ memberOf: [...memberOf, { role, because }] }));

const plusSchema =
  (schema: Schema) =>
  ({ schemas }: AccessPlan) => ({ schemas: [...schemas, schema] });

const withSchema =
  (name: string, change: Partial<Schema>) =>
  ({ schemas }: AccessPlan) => ({
    schemas: schemas.map((schema) => (schema.name === name ? { ...schema, ...change } : schema)),
  });

describe("a sound plan", () => {
  it("breaks no invariant", () => {
    expect(problemsOf(() => ({}))).toEqual([]);
  });

  it("comes from every roster", () => {
    fc.assert(
      fc.property(arbitraryRoster().map(withoutFile), (random) => {
        expect(invariantProblems(random, pathsOf(random))).toEqual([]);
      }),
      { seed: 20_261_122, numRuns: 500 },
    );
  });

  it("is held against six promises", () => {
    expect(INVARIANTS.map(({ number, promise }) => [number, promise])).toEqual(
      PROMISES.map((promise, index) => [index + 1, promise]),
    );
  });
});

describe("invariant 1: production is written by prod services only", () => {
  it("a developer is a member of `prod`", () => {
    expect(problemsOf(plusRole("bruno", "prod"))).toEqual([
      broken("6:5", "`bruno` (developer) may write `prod`", 1),
      broken("6:5", "`bruno` (developer) may write `prod_hr`", 1),
      broken("6:5", "`bruno` (developer) may write `prod_stripe`", 1),
      broken("6:5", "`bruno` does not just read `prod`", 2),
      broken("6:5", "`bruno` does not just read `prod_stripe`", 2),
      broken("6:5", "`bruno` may read `prod_hr` and is none of its readers", 2),
      broken("6:5", "`bruno` (developer) may act as `prod`", 5),
    ]);
  });

  it("the developers' group is a member of `prod`", () => {
    const problems = problemsOf(({ roles }) => ({
      roles: roles.map((role) =>
        role.name === "developer" ? { ...role, memberOf: [...role.memberOf, { role: "prod", because }] } : role,
      ),
    }));
    expect(problems).toContain(broken("7:5", "`carol` (developer) may write `prod_stripe`", 1));
    expect(problems).toContain(broken("7:5", "`carol` (developer) may act as `prod`", 5));
  });

  it("a group may write a production schema", () => {
    expect(problemsOf(plusGrant("reader", "write", "prod_stripe"))).toEqual([
      broken("11:5", "`metabase` (reader) may write `prod_stripe`", 1),
    ]);
  });

  it("a service acts as `prod` without the duty", () => {
    expect(problemsOf(withIdentity("airflow", () => ({ duty: "reader" })))).toEqual([
      broken("9:5", "`airflow` (reader) may write `prod`", 1),
      broken("9:5", "`airflow` (reader) may write `prod_hr`", 1),
      broken("9:5", "`airflow` (reader) may write `prod_stripe`", 1),
      broken("9:5", "`airflow` may read `prod_hr` and is none of its readers", 2),
      broken("9:5", "`airflow` (reader) may act as `prod`", 5),
    ]);
  });

  it("a production schema is not owned by `prod`", () => {
    const { owner, ...ownerless } = { name: "prod_x", kind: "prod" as const, owner: "prod", because };
    expect(problemsOf(plusSchema(ownerless))).toEqual([broken("8:1", "`prod_x` is not owned by `prod`", 1)]);
    expect(problemsOf(withSchema("prod_hr", { owner: "read_prod_hr" }))).toEqual([
      broken("5:5", "`alice` (developer) may write `prod_hr`", 1),
      broken("3:5", "`prod_hr` is not owned by `prod`", 1),
    ]);
  });

  it("a personal schema has a name of production", () => {
    const squatter: Schema = { name: "prod_x", kind: "personal", owner: "alice", because: "developers.alice" };
    expect(problemsOf(plusSchema(squatter))).toEqual([
      broken("5:5", "`alice` (developer) may write `prod_x`", 1),
      broken("5:5", "`prod_x` is not owned by `prod`", 1),
      broken("5:5", "`prod_x` does not carry its owner's name", 3),
    ]);
  });
});

describe("invariant 2: developers read production, and restricted sources are for their readers", () => {
  it("developers have lost one source", () => {
    expect(problemsOf(minusGrants(({ target }) => target === "prod_stripe"))).toEqual([
      broken("5:5", "`alice` does not just read `prod_stripe`", 2),
      broken("6:5", "`bruno` does not just read `prod_stripe`", 2),
      broken("7:5", "`carol` does not just read `prod_stripe`", 2),
      broken("10:5", "`github_ci` (ci) may not read `prod_stripe`", 4),
    ]);
  });

  it("one source is missing from what everybody reads", () => {
    const problems = problemsOf(({ roles }) => ({
      roles: roles.map((role) => (role.name === "read_prod" ? { ...role, memberOf: [] } : role)),
    }));
    expect(problems).toContain(broken("6:5", "`bruno` does not just read `prod_stripe`", 2));
  });

  it("one developer is not in the group", () => {
    expect(problemsOf(withIdentity("carol", () => ({ memberOf: [] })))).toEqual([
      broken("7:5", "`carol` does not just read `prod`", 2),
      broken("7:5", "`carol` does not just read `prod_stripe`", 2),
    ]);
  });

  it("a restricted source is among what everybody reads", () => {
    const problems = problemsOf(({ roles }) => ({
      roles: roles.map((role) =>
        role.name === "read_prod" ? { ...role, memberOf: [...role.memberOf, { role: "read_prod_hr", because }] } : role,
      ),
    }));
    expect(problems).toEqual([
      broken("6:5", "`bruno` may read `prod_hr` and is none of its readers", 2),
      broken("7:5", "`carol` may read `prod_hr` and is none of its readers", 2),
      broken("10:5", "`github_ci` may read `prod_hr` and is none of its readers", 2),
      broken("11:5", "`metabase` may read `prod_hr` and is none of its readers", 2),
    ]);
  });
});

describe("invariant 3: personal schemas", () => {
  it("teammates read a schema that is not shared", () => {
    expect(problemsOf(plusGrant("developer", "read", "alice_stripe"))).toEqual([
      broken("6:5", "`bruno` may read `alice_stripe`", 3),
      broken("7:5", "`carol` may read `alice_stripe`", 3),
    ]);
  });

  it("teammates write a schema, shared or not", () => {
    expect(problemsOf(plusGrant("developer", "write", "carol"))).toEqual([
      broken("5:5", "`alice` may write `carol`", 3),
      broken("6:5", "`bruno` may write `carol`", 3),
    ]);
  });

  it("a service reads a schema, shared or not", () => {
    expect(problemsOf(plusGrant("reader", "read", "carol"))).toEqual([
      broken("11:5", "`metabase` may read `carol`", 3),
    ]);
  });

  it("the owner of production reads a schema, where it would run its owner's code", () => {
    expect(problemsOf(plusGrant("prod", "read", "alice"))).toEqual([broken("9:5", "`airflow` may read `alice`", 3)]);
  });

  it.each(["stripe_alice", "alicex", "bruno_hr2", "ali"])("alice owns `%s`, which has not her name", (name) => {
    const foreign: Schema = { name, kind: "personal", owner: "alice", because: "developers.alice" };
    expect(problemsOf(plusSchema(foreign))).toEqual([broken("5:5", `\`${name}\` does not carry its owner's name`, 3)]);
  });

  it("nobody owns a schema", () => {
    const ownerless: Schema = { name: "dave", kind: "personal", because: "developers" };
    expect(problemsOf(plusSchema(ownerless))).toEqual([broken("4:1", "`dave` does not carry its owner's name", 3)]);
  });
});

describe("invariant 4: CI", () => {
  it("writes production", () => {
    expect(problemsOf(plusGrant("ci", "write", "prod_stripe"))).toEqual([
      broken("10:5", "`github_ci` (ci) may write `prod_stripe`", 1),
      broken("10:5", "`github_ci` (ci) may write `prod_stripe`", 4),
    ]);
  });

  it("writes a personal schema", () => {
    expect(problemsOf(plusGrant("github_ci", "write", "alice"))).toEqual([
      broken("10:5", "`github_ci` may write `alice`", 3),
      broken("10:5", "`github_ci` (ci) may write `alice`", 4),
    ]);
  });

  it("does not read production", () => {
    expect(problemsOf(withIdentity("github_ci", () => ({ memberOf: [] })))).toEqual([
      broken("10:5", "`github_ci` (ci) may not read `prod`", 4),
      broken("10:5", "`github_ci` (ci) may not read `prod_stripe`", 4),
    ]);
  });

  it("shares its schemas with somebody else", () => {
    expect(problemsOf(plusGrant("alice", "read", "ci_*"))).toEqual([
      broken("5:5", "`alice` (developer) may use `ci_*`", 4),
    ]);
  });
});

describe("invariant 5: nobody gives themselves anything", () => {
  it.each(["create", "all"])("a group has `%s` on the database", (privilege) => {
    expect(problemsOf(plusGrant("developer", privilege as Privilege, "<database>"))).toEqual([
      broken("8:1", `\`developer\` has \`${privilege}\` on the database`, 5),
    ]);
  });

  it("a developer may act as another", () => {
    expect(problemsOf(plusRole("bruno", "alice"))).toEqual([
      broken("6:5", "`bruno` may read `prod_hr` and is none of its readers", 2),
      broken("6:5", "`bruno` may write `alice`", 3),
      broken("6:5", "`bruno` may write `alice_hr`", 3),
      broken("6:5", "`bruno` may write `alice_stripe`", 3),
      broken("6:5", "`bruno` may act as `alice`", 5),
    ]);
  });

  it("a group may act as a service that owns nothing", () => {
    const problems = problemsOf(({ roles }) => ({
      roles: roles.map((role) =>
        role.name === "reader" ? { ...role, memberOf: [{ role: "github_ci", because }] } : role,
      ),
    }));
    expect(problems).toContain(broken("11:5", "`metabase` may act as `github_ci`", 5));
  });
});

describe("invariant 6: nobody who is not there", () => {
  it("a membership in a role that is not declared", () => {
    expect(problemsOf(plusRole("bruno", "read_prod_gone"))).toEqual([
      broken("8:1", "`bruno` is a member of `read_prod_gone`, which is not declared", 6),
    ]);
  });

  it("a grant to somebody who left", () => {
    expect(problemsOf(plusGrant("dave", "read", "prod"))).toEqual([
      broken("8:1", "a grant of `prod` to `dave` has no such role or target", 6),
    ]);
  });

  it("a grant of a schema that is not there", () => {
    expect(problemsOf(plusGrant("developer", "read", "dave_stripe"))).toEqual([
      broken("8:1", "a grant of `dave_stripe` to `developer` has no such role or target", 6),
    ]);
  });

  it("a schema whose owner left", () => {
    const orphan: Schema = { name: "dave_hr", kind: "personal", owner: "dave", because: "sources.hr" };
    expect(problemsOf(plusSchema(orphan))).toEqual([
      broken("3:5", "`dave_hr` is owned by `dave`, which is not declared", 6),
    ]);
  });
});
