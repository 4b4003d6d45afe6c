import { describe, expect, it } from "vitest";
import { ACTIONS, type Action, type Decision, decide, decideRole, UnknownName } from "../../src/access/decide";
import { groupBy } from "../../src/collections";
import { pathsOf, rosterOf } from "../support/access";

const paths = pathsOf(
  rosterOf(`
    sources: [stripe, { name: hr, readers: [alice, github_ci, metabase] }]
    developers: [{ name: alice, share: team }, { name: bruno }, { name: carol, expires: 2026-01-01 }]
    services:
      - { name: airflow, duty: prod }
      - { name: github_ci, duty: ci }
      - { name: metabase, duty: reader, sources: [hr] }
      - { name: tableau, duty: reader }
      - { name: grafana, duty: reader, sources: [] }
  `),
);

/** `allowed, level own`, and a line for every reason with the roster entry that causes it. */
function told({ allowed, level, reasons }: Decision): string[] {
  return [
    `${allowed ? "allowed" : "denied"}, level ${level}`,
    ...reasons.map(({ text, because }) => `${text} (${because})`),
  ];
}

const may = (who: string, action: Action, schema: string) => told(decide(paths, who, action, schema));
const mayActAs = (who: string, role: string) => told(decideRole(paths, who, role));

describe("a developer", () => {
  it("reads a production schema by way of the group roles", () => {
    expect(may("bruno", "read", "prod_stripe")).toEqual([
      "allowed, level read",
      "`bruno` is a member of `developer` (developers.bruno)",
      "`developer` is a member of `read_prod` (developers)",
      "`read_prod` is a member of `read_prod_stripe` (sources.stripe)",
      "`read_prod_stripe` may read `prod_stripe` (sources.stripe)",
    ]);
  });

  it("reads the base schema", () => {
    expect(may("bruno", "read", "prod")).toEqual([
      "allowed, level read",
      "`bruno` is a member of `developer` (developers.bruno)",
      "`developer` is a member of `read_prod` (developers)",
      "`read_prod` may read `prod` (sources)",
    ]);
  });

  it("does not read a restricted source", () => {
    expect(may("bruno", "read", "prod_hr")).toEqual([
      "denied, level none",
      "`prod_hr` belongs to `prod` and `bruno` has no access to it (sources.hr)",
    ]);
  });

  it("reads a restricted source as one of its readers", () => {
    expect(may("alice", "read", "prod_hr")).toEqual([
      "allowed, level read",
      "`alice` is a member of `read_prod_hr` (sources.hr.readers.alice)",
      "`read_prod_hr` may read `prod_hr` (sources.hr)",
    ]);
  });

  it("does not write production", () => {
    expect(may("alice", "write", "prod_hr")).toEqual([
      "denied, level read",
      "`prod_hr` belongs to `prod` and `alice` may only read it (sources.hr)",
      "`alice` is a member of `read_prod_hr` (sources.hr.readers.alice)",
      "`read_prod_hr` may read `prod_hr` (sources.hr)",
    ]);
  });

  it.each(["write", "create table", "grant schema", "drop schema"] as const)(
    "may %s in a schema of their own",
    (action) => {
      expect(may("bruno", action, "bruno_stripe")).toEqual([
        "allowed, level own",
        "`bruno` owns `bruno_stripe` (developers.bruno)",
      ]);
    },
  );

  it("has no access to another developer's schema", () => {
    expect(may("alice", "read", "bruno_hr")).toEqual([
      "denied, level none",
      "`bruno_hr` belongs to `bruno` and `alice` has no access to it (developers.bruno)",
    ]);
  });

  it("reads a schema that a teammate shares", () => {
    expect(may("bruno", "read", "alice_hr")).toEqual([
      "allowed, level read",
      "`bruno` is a member of `developer` (developers.bruno)",
      "`developer` may read `alice_hr` (developers.alice.share)",
    ]);
  });

  it("does not write a schema that a teammate shares", () => {
    expect(may("bruno", "insert", "alice_hr")).toEqual([
      "denied, level read",
      "`alice_hr` belongs to `alice` and `bruno` may only read it (developers.alice)",
      "`bruno` is a member of `developer` (developers.bruno)",
      "`developer` may read `alice_hr` (developers.alice.share)",
    ]);
  });

  it("has no access to the schemas of CI", () => {
    expect(may("alice", "read", "ci_4711")).toEqual([
      "denied, level none",
      "`ci_*` belongs to the deploying admin and `alice` has no access to it (services)",
    ]);
  });
});

describe("a prod service", () => {
  it.each(["read", "write", "truncate", "grant", "drop schema"] as const)(
    "may %s as `prod`, restricted or not",
    (action) => {
      expect(may("airflow", action, "prod_hr")).toEqual([
        "allowed, level own",
        "sessions of `airflow` act as `prod` (services.airflow)",
        "`prod` owns `prod_hr` (sources.hr)",
      ]);
    },
  );

  it("has no access to personal schemas, shared or not", () => {
    expect(may("airflow", "read", "alice")).toEqual([
      "denied, level none",
      "`alice` belongs to `alice` and `airflow` has no access to it (developers.alice)",
    ]);
  });
});

describe("a CI service", () => {
  it.each(["ci_4711", "ci_4711_stripe", "ci_*"])("writes %s", (schema) => {
    expect(may("github_ci", "write", schema)).toEqual([
      "allowed, level write",
      "`github_ci` is a member of `ci` (services.github_ci)",
      "`ci` may write `ci_*` (services)",
    ]);
  });

  it("closes a schema by the function only, for it does not own it", () => {
    expect(may("github_ci", "drop schema", "ci_4711")).toEqual([
      "denied, level write",
      "`ci_*` belongs to the deploying admin and `github_ci` may only write it (services)",
      "`github_ci` is a member of `ci` (services.github_ci)",
      "`ci` may write `ci_*` (services)",
    ]);
  });

  it("reads production, and does not write it", () => {
    const way = [
      "`github_ci` is a member of `ci` (services.github_ci)",
      "`ci` is a member of `read_prod` (services)",
      "`read_prod` is a member of `read_prod_stripe` (sources.stripe)",
      "`read_prod_stripe` may read `prod_stripe` (sources.stripe)",
    ];
    expect(may("github_ci", "read", "prod_stripe")).toEqual(["allowed, level read", ...way]);
    expect(may("github_ci", "delete", "prod_stripe")).toEqual([
      "denied, level read",
      "`prod_stripe` belongs to `prod` and `github_ci` may only read it (sources.stripe)",
      ...way,
    ]);
  });

  it("reads a restricted source as one of its readers", () => {
    expect(may("github_ci", "read", "prod_hr")).toEqual([
      "allowed, level read",
      "`github_ci` is a member of `read_prod_hr` (sources.hr.readers.github_ci)",
      "`read_prod_hr` may read `prod_hr` (sources.hr)",
    ]);
  });
});

describe("a reader service", () => {
  it("without `sources` reads every unrestricted one", () => {
    expect(may("tableau", "read", "prod_stripe")).toEqual([
      "allowed, level read",
      "`tableau` is a member of `read_prod` (services.tableau)",
      "`read_prod` is a member of `read_prod_stripe` (sources.stripe)",
      "`read_prod_stripe` may read `prod_stripe` (sources.stripe)",
    ]);
    expect(may("tableau", "read", "prod_hr")).toEqual([
      "denied, level none",
      "`prod_hr` belongs to `prod` and `tableau` has no access to it (sources.hr)",
    ]);
  });

  it("with `sources` reads those, and no other", () => {
    expect(may("metabase", "read", "prod_hr")).toEqual([
      "allowed, level read",
      "`metabase` is a member of `read_prod_hr` (sources.hr.readers.metabase)",
      "`read_prod_hr` may read `prod_hr` (sources.hr)",
    ]);
    expect(may("metabase", "read", "prod_stripe")).toEqual([
      "denied, level none",
      "`prod_stripe` belongs to `prod` and `metabase` has no access to it (sources.stripe)",
    ]);
  });

  it("with no source at all reads nothing", () => {
    expect(may("grafana", "read", "prod")).toEqual([
      "denied, level none",
      "`prod` belongs to `prod` and `grafana` has no access to it (sources)",
    ]);
  });

  it("has no access to a shared schema: that is for teammates", () => {
    expect(may("tableau", "read", "alice")).toEqual([
      "denied, level none",
      "`alice` belongs to `alice` and `tableau` has no access to it (developers.alice)",
    ]);
  });
});

describe("creating and renaming schemas", () => {
  it.each(["create schema", "rename schema"] as const)("nobody may %s, not even the owner", (action) => {
    expect(may("bruno", action, "bruno")).toEqual([
      "denied, level own",
      "only the deploying admin creates and renames schemas (developers.bruno)",
      "`bruno` owns `bruno` (developers.bruno)",
    ]);
    expect(may("airflow", action, "prod_stripe")).toEqual([
      "denied, level own",
      "only the deploying admin creates and renames schemas (sources.stripe)",
      "sessions of `airflow` act as `prod` (services.airflow)",
      "`prod` owns `prod_stripe` (sources.stripe)",
    ]);
    expect(may("github_ci", action, "bruno")).toEqual([
      "denied, level none",
      "only the deploying admin creates and renames schemas (developers.bruno)",
    ]);
  });
});

describe("set role", () => {
  it("a prod service may act as `prod`", () => {
    expect(mayActAs("airflow", "prod")).toEqual([
      "allowed, level none",
      "sessions of `airflow` act as `prod` (services.airflow)",
    ]);
  });

  it.each(["alice", "github_ci", "metabase"])("%s may not act as `prod`", (who) => {
    expect(mayActAs(who, "prod")).toEqual(["denied, level none", `\`${who}\` is not a member of \`prod\` (services)`]);
  });

  it("nobody may act as somebody else", () => {
    expect(mayActAs("alice", "bruno")).toEqual([
      "denied, level none",
      "`alice` is not a member of `bruno` (developers.bruno)",
    ]);
    expect(mayActAs("airflow", "alice")).toEqual([
      "denied, level none",
      "`airflow` is not a member of `alice` (developers.alice)",
    ]);
  });

  it("everybody may act as themselves, and as the groups they are in", () => {
    expect(mayActAs("alice", "alice")).toEqual(["allowed, level none"]);
    expect(mayActAs("alice", "read_prod_stripe")).toEqual([
      "allowed, level none",
      "`alice` is a member of `developer` (developers.alice)",
      "`developer` is a member of `read_prod` (developers)",
      "`read_prod` is a member of `read_prod_stripe` (sources.stripe)",
    ]);
  });
});

describe("names that the plan does not know", () => {
  const thrownBy = (run: () => unknown): unknown => {
    try {
      run();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it.each([
    ["identity", "dave", () => decide(paths, "dave", "read", "prod")],
    ["identity", "carol", () => decide(paths, "carol", "read", "prod")],
    ["identity", "prod", () => decide(paths, "prod", "read", "prod")],
    ["schema", "prod_stirpe", () => decide(paths, "alice", "read", "prod_stirpe")],
    ["schema", "carol", () => decide(paths, "alice", "read", "carol")],
    ["schema", "ci", () => decide(paths, "alice", "create schema", "ci")],
    ["identity", "dave", () => decideRole(paths, "dave", "prod")],
    ["role", "read_prod_stirpe", () => decideRole(paths, "alice", "read_prod_stirpe")],
  ])("%s `%s` is no denial but an error", (kind, name, run) => {
    const error = thrownBy(run);
    expect(error).toBeInstanceOf(UnknownName);
    expect(error).toMatchObject({ kind, unknown: name, message: `unknown ${kind} \`${name}\`` });
  });

  it("a schema of CI is unknown where there is no CI", () => {
    const without = pathsOf(rosterOf("sources: [stripe]\ndevelopers: [{ name: alice }]"));
    expect(thrownBy(() => decide(without, "alice", "read", "ci_4711"))).toMatchObject({
      message: "unknown schema `ci_4711`",
    });
  });
});

describe("the actions", () => {
  it("take a level each, or are for nobody", () => {
    const actions = Object.keys(ACTIONS) as Action[];
    const byLevel = groupBy(actions, (action) => ACTIONS[action]);
    expect(byLevel.get("read")).toEqual(["read"]);
    expect(byLevel.get("own")).toEqual(["grant schema", "drop schema"]);
    expect(byLevel.get(null)).toEqual(["rename schema", "create schema"]);
  });
});
