/** `one-env audit` on a real PostgreSQL: what somebody changed by hand, and what the roster accepts of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AuditBench, ROSTER, startAuditBench } from "../support/auditBench";
import { startPlugIn } from "../support/plugIn";

const directory = mkdtempSync(join(tmpdir(), "one-env-audit-"));
let bench: AuditBench;

beforeAll(async () => {
  bench = await startAuditBench();
}, 120_000);
afterAll(async () => {
  await bench?.stop();
  rmSync(directory, { recursive: true });
});

const INSERT = `critical: \`charts\` has INSERT on table \`prod_sales.orders\`
  rule: grant-outside-roster
  path: charts ← GRANT INSERT ON prod_sales.orders by prod
  roster: team.yaml:1:11
  mend: grant prod to warehouse_admin with inherit true, set true;
  mend: REVOKE INSERT ON TABLE prod_sales.orders FROM "charts" CASCADE;
  mend: revoke prod from warehouse_admin;
`;
const ROOT = `critical: \`root\` is a superuser, whom no grant stops
  rule: superuser-outside-roster
  path: root ← SUPERUSER
  mend, by a superuser: ALTER ROLE "root" NOSUPERUSER;
`;
const LIMIT = `medium: \`ben\` may have any number of connections, and by the roster 8
  rule: limit-changed
  path: ben ← CONNECTION LIMIT -1
  roster: team.yaml:4:5
  mend: ALTER ROLE "ben" CONNECTION LIMIT 8;
`;
const FOUND = `3 findings: 2 critical, 1 medium\n\n${INSERT}\n${ROOT}\n${LIMIT}`;

/** The roster with entries of `audit` from its line 10 on. */
const accepting = (...entries: string[]) => `${ROSTER}audit:\n${entries.map((entry) => `  - { ${entry} }\n`).join("")}`;
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const SOON = day(30);

test("a warehouse as it was deployed", async () => {
  expect(await bench.call("audit")).toEqual({ code: 0, stdout: "the warehouse is as the roster says\n", stderr: "" });
});

describe("three changes by hand", () => {
  test("as text", async () => {
    expect(await bench.changed(() => bench.call("audit"))).toEqual({ code: 1, stdout: FOUND, stderr: "" });
  });

  test("in a file, and the verdict on stdout", async () => {
    const out = join(directory, "audit.json");
    const words = ["--format", "json", "--out", out];
    const { code, stdout } = await bench.changed(() => bench.call("audit", { words }));
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${out}: 3 findings: 2 critical, 1 medium\n` });
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({
      clean: false,
      counts: { critical: 2, high: 0, medium: 1, low: 0 },
      findings: [
        {
          rule: "grant-outside-roster",
          severity: "critical",
          because: "sources.sales",
          position: { line: 1, col: 11 },
          mend: [expect.stringMatching(/^grant/), expect.stringMatching(/^REVOKE/), expect.stringMatching(/^revoke/)],
        },
        { rule: "superuser-outside-roster", by: "a superuser" },
        { rule: "limit-changed", because: "developers.ben", position: { line: 4, col: 5 } },
      ],
      accepted: [],
    });
  });

  test("as SARIF", async () => {
    const { code, stdout } = await bench.changed(() => bench.call("audit", { words: ["--format", "sarif"] }));
    const { version, runs } = JSON.parse(stdout);
    const [{ tool, results }] = runs;
    expect({ code, version, runs: runs.length }).toEqual({ code: 1, version: "2.1.0", runs: 1 });
    const rules: { id: string }[] = tool.driver.rules;
    expect(
      results.map((result: { ruleId: string; ruleIndex: number; level: string; locations: unknown }) => ({
        rule: result.ruleId,
        level: result.level,
        indexed: rules[result.ruleIndex]?.id === result.ruleId,
        locations: result.locations,
      })),
    ).toEqual([
      { rule: "grant-outside-roster", level: "error", indexed: true, locations: [at(1, 11)] },
      { rule: "superuser-outside-roster", level: "error", indexed: true, locations: [at(1, 1)] },
      { rule: "limit-changed", level: "warning", indexed: true, locations: [at(4, 5)] },
    ]);
  });

  const at = (startLine: number, startColumn: number) => ({
    physicalLocation: { artifactLocation: { uri: "team.yaml" }, region: { startLine, startColumn } },
  });
});

describe("the roster accepts", () => {
  test("what it names, for a while", async () => {
    const roster = accepting(
      `accept: grant-outside-roster, of: [charts, "prod_sales.*"], because: INC-42, until: ${SOON}`,
      `accept: superuser-outside-roster, of: root, because: INC-42, until: ${SOON}`,
    );
    const audited = await bench.changed(() => bench.call("audit", { roster }));
    const stdout = `1 finding: 1 medium\n2 accepted until ${SOON}\n\n${LIMIT}`;
    expect(audited).toEqual({ code: 1, stdout, stderr: "" });
  });

  test("all, and the exit code is 0", async () => {
    const entries = [
      ["grant-outside-roster", "charts"],
      ["superuser-outside-roster", "root"],
      ["limit-changed", "b*"],
    ].map(([rule, of]) => `accept: ${rule}, of: "${of}", because: INC-42, until: ${SOON}`);
    const call = { roster: accepting(...entries), words: ["--format", "json"] };
    const { code, stdout } = await bench.changed(() => bench.call("audit", call));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      clean: true,
      findings: [],
      accepted: [
        { accepted: { because: "INC-42", until: SOON, position: { line: 10, col: 5 } } },
        { rule: "superuser-outside-roster" },
        { rule: "limit-changed" },
      ],
    });
  });

  test("nothing any more: it is a finding again, and says so", async () => {
    const roster = accepting("accept: limit-changed, of: ben, because: INC-42, until: 2026-01-01");
    const { code, stdout, stderr } = await bench.changed(() => bench.call("audit", { roster }));
    expect(
      stderr,
    ).toBe(`team.yaml:10:56: warning: \`limit-changed\` was accepted until 2026-01-01, and is a finding again
  help: mend it, or accept it anew; or remove the entry
`);
    const line = "  was accepted until 2026-01-01: team.yaml:10:5\n";
    expect({ code, stdout }).toEqual({ code: 1, stdout: FOUND.replace(/( {2}mend: ALTER ROLE "ben")/, `${line}$1`) });
  });

  test("nothing that there is", async () => {
    const roster = accepting(
      `accept: limit-changed, of: [ben, ana], because: INC-42, until: ${SOON}`,
      `accept: limit-changd, of: ben, because: INC-42, until: ${SOON}`,
    );
    const { code, stdout } = await bench.call("audit", { roster });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `2 findings: 2 low

low: \`limit-changd\` is accepted of \`ben\`, and there is no such rule
  rule: accepts-nothing
  roster: team.yaml:11:5
  help: did you mean \`limit-changed\`?

low: \`limit-changed\` is accepted of \`ben\`, \`ana\`, and there is none
  rule: accepts-nothing
  roster: team.yaml:10:5
  help: remove the entry
`,
    });
  });

  test("nothing for longer than a year", async () => {
    const roster = accepting(`accept: limit-changed, of: ben, because: INC-42, until: ${day(400)}`);
    const { code, stdout, stderr } = await bench.call("audit", { roster });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^team\.yaml:10:56: `limit-changed` is accepted until .*: more than a year ahead\n {2}help: /,
    );
  });
});

test("logins that the stack lets connect are no findings: of several stacks, those that all let in", async () => {
  const settings = (...logins: string[]) => `config:\n  one-environment:acceptKeeping: ${JSON.stringify(logins)}\n`;
  const audited = async (stack: string) => {
    const env = { ...bench.login, PULUMI_STACK: stack };
    const { stdout } = await startPlugIn(["audit", bench.team, "--format", "json"], env, directory).ended;
    return JSON.parse(stdout).findings.map(({ what }: { what: string }) => what.split("`")[1]);
  };
  await bench.call("audit");
  await bench.superuser.query(
    "create role backup login; create role watcher login; grant connect on database analytics to backup, watcher",
  );
  try {
    writeFileSync(join(directory, "Pulumi.one.yaml"), settings("backup", "watcher"));
    writeFileSync(join(directory, "Pulumi.two.yaml"), settings("watcher"));
    expect(await audited("none")).toEqual(["backup", "watcher"]);
    expect(await audited("organization/project/one")).toEqual([]);
    expect(await audited("")).toEqual(["backup"]);
  } finally {
    await bench.superuser.query("revoke connect on database analytics from backup, watcher; drop role backup, watcher");
  }
});

describe("without a way in", () => {
  test("a wrong password", async () => {
    const { code, stdout, stderr } = await bench.call("audit", { env: { PGPASSWORD: "a wrong one" } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^cannot connect to the warehouse: .*\(28P01\)\n {2}help: [^\n]*\n$/);
  });

  test("somebody who is no admin", async () => {
    await bench.superuser.query(
      "create role watcher login password 'x'; grant connect on database analytics to watcher",
    );
    const env = { PGUSER: "watcher", PGPASSWORD: "x" };
    const told = await bench.call("audit", { env });
    await bench.superuser.query("revoke connect on database analytics from watcher; drop role watcher");
    expect(told).toEqual({
      code: 2,
      stdout: "",
      stderr: "`watcher` is no admin: it has neither SUPERUSER nor CREATEROLE\n  help: log in as the deploying admin\n",
    });
  });

  test.each(["audit", "repair"])("%s of a warehouse that cannot be asked", async (command) => {
    expect(await bench.call(command, { words: ["--warehouse", "snowflake"] })).toEqual({
      code: 2,
      stdout: "",
      stderr: `\`one-env ${command}\` cannot ask Snowflake yet\n  help: \`pulumi preview --refresh\` shows part of it\n`,
    });
  });
});
