import { describe, expect, it } from "vitest";
import { type Filter, select } from "../../src/access/selection";
import { cellsOf, renderCsv, renderMatrixMarkdown } from "../../src/report/matrix/matrixFormats";
import { renderMatrix } from "../../src/report/matrix/matrixText";
import { accessFrom } from "../support/changes";

const { roster, paths } = accessFrom(`sources:
  - stripe
  - { name: hr, readers: [alice] }
developers: [{ name: alice }, { name: bob, share: team }]
services: [{ name: airflow, duty: prod }, { name: github_ci, duty: ci }]
`);
const text = (filter: Filter) => renderMatrix(paths, select(paths, filter));

describe("the matrix", () => {
  it("has all of it without a filter", () => {
    expect(text({})).toMatchInlineSnapshot(`
      "                   prod  prod_hr  prod_stripe  elsewhere
      airflow (prod)     own   own      own
      alice (developer)  read  read     read         own alice*, read bob*
      bob (developer)    read  ·        read         own bob*
      github_ci (ci)     read  ·        read         write ci_*"
    `);
    expect(renderMatrix(paths)).toBe(text({}));
  });

  it("has what a filter asks for", () => {
    expect(text({ who: "a*", schema: "prod_*" })).toMatchInlineSnapshot(`
      "                   prod_hr  prod_stripe
      airflow (prod)     own      own
      alice (developer)  read     read"
    `);
    expect(text({ action: "write", schema: "prod*" })).toMatchInlineSnapshot(`
      "                prod  prod_hr  prod_stripe
      airflow (prod)  own   own      own"
    `);
    expect(text({ schema: "bob_stripe" })).toMatchInlineSnapshot(`
      "                   elsewhere
      airflow (prod)
      alice (developer)  read bob_stripe
      bob (developer)    own bob_stripe
      github_ci (ci)"
    `);
  });

  it("as Markdown", () => {
    expect(renderMatrixMarkdown(paths, select(paths, { schema: "*_hr" }))).toMatchInlineSnapshot(`
      "|  | \`prod_hr\` | elsewhere |
      | --- | --- | --- |
      | \`airflow\` (prod) | own |  |
      | \`alice\` (developer) | read | own alice_hr, read bob_hr |
      | \`bob\` (developer) | · | own bob_hr |
      | \`github_ci\` (ci) | · |  |"
    `);
  });

  it("as CSV, with the line that gives each cell", () => {
    const csv = (filter: Filter) =>
      renderCsv(cellsOf(roster, paths, select(paths, filter), filter.action === undefined));
    expect(csv({ schema: "*_hr" })).toMatchInlineSnapshot(`
      "who,duty,schema,level,because
      airflow,prod,prod_hr,own,team.yaml:3:5
      alice,developer,alice_hr,own,team.yaml:4:14
      alice,developer,bob_hr,read,team.yaml:4:44
      alice,developer,prod_hr,read,team.yaml:3:5
      bob,developer,bob_hr,own,team.yaml:4:31
      bob,developer,prod_hr,none,team.yaml:3:5
      github_ci,ci,prod_hr,none,team.yaml:3:5"
    `);
    expect(csv({ who: "alice", action: "own" })).toMatchInlineSnapshot(`
      "who,duty,schema,level,because
      alice,developer,alice,own,team.yaml:4:14
      alice,developer,alice_hr,own,team.yaml:4:14
      alice,developer,alice_stripe,own,team.yaml:4:14"
    `);
    expect(renderCsv([{ who: "a", duty: "ci", schema: "s", level: "read", because: 'x,"y".yaml:1:1' }])).toBe(
      'who,duty,schema,level,because\na,ci,s,read,"x,""y"".yaml:1:1"',
    );
  });
});
