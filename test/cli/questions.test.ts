import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oneEnv } from "../support/oneEnv";

const TEAM = `sources:
  - stripe
  - { name: hr, readers: [alice] }
developers: [{ name: alice }, { name: bob }]
services: [{ name: airflow, duty: prod }]
`;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "one-env-questions-"));
  writeFileSync(join(cwd, "team.yaml"), TEAM);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("one-env explain", () => {
  it("tells the whole way", async () => {
    const { code, stdout } = await oneEnv(cwd, "explain", "bob", "read", "prod_stripe.charges");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "ALLOWED: \`bob\` may read \`prod_stripe\`

      because:
        \`bob\` is a member of \`developer\` (team.yaml:4:31)
        \`developer\` is a member of \`read_prod\` (team.yaml:4:1)
        \`read_prod\` is a member of \`read_prod_stripe\` (team.yaml:2:5)
        \`read_prod_stripe\` may read \`prod_stripe\` (team.yaml:2:5)

      also looked at:
        objects that do not exist yet are covered: what \`prod\` makes there can be read at once (team.yaml:2:5)
        PUBLIC has no privilege in \`prod_stripe\`: nothing comes from there (team.yaml:2:5)
      "
    `);
  });

  it("tells what is missing, which is an answer too", async () => {
    const { code, stdout } = await oneEnv(cwd, "explain", "bob", "drop-schema", "prod_hr");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "DENIED: \`bob\` may not drop schema \`prod_hr\`

      because:
        \`prod_hr\` belongs to \`prod\` and \`bob\` has no access to it (team.yaml:3:5)
        \`bob\` is not a member of \`prod\`, which owns it (team.yaml:3:5)

      also looked at:
        objects that do not exist yet: what \`prod\` makes there is open to no role of \`bob\` (team.yaml:3:5)
        PUBLIC has no privilege in \`prod_hr\`: nothing comes from there (team.yaml:3:5)

      who may:
        \`airflow\`
      "
    `);
    expect((await oneEnv(cwd, "explain", "bob", "read", "prod_hr")).stdout).toContain(
      "`bob` is not a member of `read_prod_hr`, which may read it (team.yaml:3:5)",
    );
    expect((await oneEnv(cwd, "explain", "alice", "act-as", "prod")).stdout).toMatchInlineSnapshot(`
      "DENIED: \`alice\` may not act as \`prod\`

      because:
        \`alice\` is not a member of \`prod\` (team.yaml:5:1)

      who may:
        \`airflow\`
      "
    `);
  });

  it("as JSON", async () => {
    const { stdout } = await oneEnv(cwd, "explain", "alice", "read", "prod_hr", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      who: "alice",
      allowed: true,
      reasons: [{ path: "sources.hr.readers.alice", file: "team.yaml", line: 3, col: 27 }, {}],
    });
  });

  it.each([
    [["alcie", "read", "prod_hr"], "unknown identity `alcie`\n  help: did you mean `alice`?\n"],
    [["alice", "raed", "prod_hr"], "unknown action `raed`\n  help: did you mean `read`?\n"],
    [["alice", "read", "prod_strpe"], "unknown schema `prod_strpe`\n  help: did you mean `prod_stripe`?\n"],
    [["alice", "act-as", "prdo"], "unknown role `prdo`\n  help: did you mean `prod`?\n"],
  ])("refuses %j", async (words, stderr) => {
    expect(await oneEnv(cwd, "explain", ...words)).toMatchObject({ code: 2, stdout: "", stderr });
  });
});

describe("one-env matrix", () => {
  it("filters, and refuses a filter that fits nothing", async () => {
    const writers = await oneEnv(cwd, "matrix", "--action", "write", "--schema", "prod*", "--format", "csv");
    expect(writers).toMatchObject({ code: 0, stderr: "" });
    expect(writers.stdout.split("\n").map((line) => line.split(",")[0])).toEqual([
      "who",
      "airflow",
      "airflow",
      "airflow",
      "",
    ]);
    expect(await oneEnv(cwd, "matrix", "--who", "bbo")).toMatchObject({
      code: 2,
      stderr: "unknown identity `bbo`\n  help: did you mean `bob`?\n",
    });
    expect(await oneEnv(cwd, "matrix", "--schema", "prod_x*")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no schema fits `prod_x*`"),
    });
  });
});
