import { describe, expect, it } from "vitest";
import { checkAccess } from "../../src/access/check";
import { accessAt } from "../../src/access/dated";
import { formatProblem } from "../../src/roster/problem";
import { rosterOf } from "../support/access";

const roster = rosterOf(`sources: [stripe]
developers:
  - { name: alice, expires: 2026-06-15 }
  - { name: bruno, expires: 2026-06-16 }
services:
  - { name: airflow, duty: prod }
  - name: bi
    duty: reader
    expires: 2020-01-01
expect:
  - { who: bruno, can: [write prod_stripe] }
`);

describe("the check of a roster", () => {
  const access = accessAt(roster, new Date("2026-06-15T00:00:00Z"));

  it("gives the plan of the moment", () => {
    expect([...access.paths.identities.keys()]).toEqual(["airflow", "bruno"]);
  });

  it("reports what stops a deployment, and warns of access that has ended", () => {
    const help =
      "  help: move the date to give it back, or remove the entry; the schemas and their rows stay either way";
    expect(checkAccess(access).map(formatProblem).join("\n")).toBe(
      [
        "team.yaml:11:25: `bruno` may write `prod_stripe`: expected ALLOWED, got DENIED",
        "  because: `prod_stripe` belongs to `prod` and `bruno` may only read it (team.yaml:1:11); " +
          "`bruno` is a member of `developer` (team.yaml:4:5); " +
          "`developer` is a member of `read_prod` (team.yaml:2:1); " +
          "`read_prod` is a member of `read_prod_stripe` (team.yaml:1:11); " +
          "`read_prod_stripe` may read `prod_stripe` (team.yaml:1:11)",
        "team.yaml:3:20: warning: the access of `alice` ended on 2026-06-15",
        help,
        "team.yaml:9:5: warning: the access of `bi` ended on 2020-01-01",
        help,
      ].join("\n"),
    );
  });

  it("warns of nobody before the day", () => {
    const problems = checkAccess(accessAt(roster, new Date("2019-12-31T23:59:59Z")));
    expect(problems.filter(({ severity }) => severity === "warning")).toEqual([]);
  });
});
