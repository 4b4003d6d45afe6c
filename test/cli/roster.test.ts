/** Every command refuses a roster as `one-env check` does, and warns of it as that does. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const CLI = resolve("dist/src/cli/cli.js");
const VALID = `sources: [stripe]
developers: [{ name: ana }]
services: [{ name: jobs, duty: prod }]
`;

const BAD_FORM = VALID.replace("name: ana", "name: ana, emial: a@example.com");
const badForm = (file: string) => `${file}:2:27: unknown key \`emial\`
  help: did you mean \`email\`?
`;

/** Nothing is wrong with its form. */
const FALSE_CLAIM = `${VALID}expect: [{ who: ana, can: [write prod_stripe] }]\n`;
const falseClaim = (file: string, label = "") =>
  `${file}:4:28: ${label}\`ana\` may write \`prod_stripe\`: expected ALLOWED, got DENIED
  because: \`prod_stripe\` belongs to \`prod\` and \`ana\` may only read it (${file}:1:11); \`ana\` is a member of \`developer\` (${file}:2:14); \`developer\` is a member of \`read_prod\` (${file}:2:1); \`read_prod\` is a member of \`read_prod_stripe\` (${file}:1:11); \`read_prod_stripe\` may read \`prod_stripe\` (${file}:1:11)
`;

/** One warning about its form, and one about what it means today. */
const WARNED = "sources: [stripe]\ndevelopers: [{ name: ana }, { name: zoe, expires: 2020-01-01 }]\n";
const WARNINGS = `warned.yaml:1:1: warning: no service has duty \`prod\`: nobody can deploy prod
  help: add \`- { name: airflow, duty: prod }\` to \`services\`
warned.yaml:2:42: warning: the access of \`zoe\` ended on 2020-01-01
  help: move the date to give it back, or remove the entry; the schemas and their rows stay either way
`;

const directory = mkdtempSync(join(tmpdir(), "one-env-rosters-"));
afterAll(() => rmSync(directory, { recursive: true }));
const ROSTERS = { "valid.yaml": VALID, "false.yaml": FALSE_CLAIM, "bad.yaml": BAD_FORM, "warned.yaml": WARNED };
for (const [name, text] of Object.entries(ROSTERS)) writeFileSync(join(directory, name), text);

function oneEnv(words: readonly string[]) {
  const { PGUSER, SNOWFLAKE_USER, NO_COLOR, FORCE_COLOR, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], {
    cwd: directory,
    // Nobody listens there: a command that goes on to a warehouse says so.
    env: { ...env, PGHOST: "127.0.0.1", PGPORT: "1", ONE_ENV_ENGINE: "none" },
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** Every command that reads a roster, by what it is called with. */
const COMMANDS: Readonly<Record<string, (file: string) => string[]>> = {
  adopt: (file) => ["adopt", "ana", "--team", file],
  audit: (file) => ["audit", file],
  diff: (file) => ["diff", file, "--base", "valid.yaml"],
  doctor: (file) => ["doctor", "--team", file, "--who", "ana"],
  env: (file) => ["env", "--who", "ana", "--team", file],
  guard: (file) => ["guard", "--team", file],
  explain: (file) => ["explain", "ana", "read", "prod_stripe", "--team", file],
  matrix: (file) => ["matrix", file],
  profiles: (file) => ["profiles", "--who", "ana", "--team", file],
  rehearse: (file) => ["rehearse", file],
  repair: (file) => ["repair", file],
  report: (file) => ["report", file, "--out", "access.html"],
};

test("these are all the commands that read one", () => {
  const source = (name: string) => readFileSync(resolve(`src/cli/commands/${name}.ts`), "utf8");
  for (const name of Object.keys(COMMANDS)) expect(source(name)).toContain("openRoster(");
  const { stdout } = oneEnv(["--help"]);
  const [, listed = ""] = stdout.split("Commands:\n");
  const names = [
    ...listed
      .split("\n\n", 1)
      .join()
      .matchAll(/^ {2}(\w+)/gm),
  ].map(([, name]) => name);
  expect(names.sort()).toEqual([...Object.keys(COMMANDS), "check", "ci", "local", "schema"].sort());
});

describe.each(Object.entries(COMMANDS))("one-env %s", (name, words) => {
  test.each([
    ["form", "bad.yaml", badForm],
    ["meaning", "false.yaml", falseClaim],
  ])("refuses a roster with an error in its %s", (_what, file, problem) => {
    expect(oneEnv(words(file))).toEqual({ code: 2, stdout: "", stderr: problem(file) });
    expect(oneEnv(["check", file])).toMatchObject({ code: 2, stdout: expect.stringContaining(problem(file)) });
  });

  test("tells warnings on stderr and goes on", () => {
    const { code, stdout, stderr } = oneEnv(words("warned.yaml"));
    expect(stderr.slice(0, WARNINGS.length)).toBe(WARNINGS);
    expect(oneEnv(["check", "warned.yaml"]).stdout).toContain(WARNINGS);
    const rest = stderr.slice(WARNINGS.length);
    switch (name) {
      case "adopt":
      case "guard":
      case "audit":
      case "repair":
        expect({ code, rest }).toEqual({ code: 2, rest: expect.stringContaining("127.0.0.1:1") });
        break;
      case "doctor":
        expect({ code, stdout, rest }).toEqual({ code: 1, stdout: expect.stringContaining("127.0.0.1"), rest: "" });
        break;
      case "rehearse":
        expect({ code, rest }).toEqual({ code: 2, rest: expect.stringContaining("ONE_ENV_ENGINE is `none`") });
        break;
      default:
        expect({ code, rest }).toEqual({ code: 0, rest: "" });
        expect(stdout).not.toBe("");
    }
  });
});

describe("a base", () => {
  const BASED = { diff: COMMANDS.diff, report: COMMANDS.report, rehearse: COMMANDS.rehearse };

  test.each(Object.keys(BASED))("of %s with an error in its form is refused", (name) => {
    const { code, stderr } = oneEnv([name, "valid.yaml", "--base", "bad.yaml", ...outOf(name)]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: badForm("bad.yaml") });
  });

  test.each(Object.keys(BASED))("of %s with an error in its meaning is told, and goes", (name) => {
    const { code, stderr } = oneEnv([name, "valid.yaml", "--base", "false.yaml", ...outOf(name)]);
    const warning = falseClaim("false.yaml", "warning: ");
    expect(stderr.slice(0, warning.length)).toBe(warning);
    if (name !== "rehearse") expect({ code, stderr }).toEqual({ code: 0, stderr: warning });
  });

  test("is not warned of: it is not the change's", () => {
    expect(oneEnv(["diff", "valid.yaml", "--base", "warned.yaml"])).toMatchObject({ code: 0, stderr: "" });
  });

  function outOf(name: string): string[] {
    return name === "report" ? ["--out", "access.html"] : [];
  }
});
