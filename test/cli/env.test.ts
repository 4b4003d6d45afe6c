import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { callPlugIn, startPlugIn } from "../support/plugIn";
import { teamYaml } from "../support/team";

const directory = mkdtempSync(join(tmpdir(), "one-env-plug-in-"));
afterAll(() => rmSync(directory, { recursive: true }));
const team = join(directory, "team.yaml");
writeFileSync(
  team,
  teamYaml({
    developers: ["name: ana", "name: ben"],
    sources: ["sales"],
  }),
);

const CLEAN = {
  SNOWFLAKE_ACCOUNT: "",
  SNOWFLAKE_DATABASE: "",
  SNOWFLAKE_PRIVATE_KEY_PATH: "",
  PULUMI_STACK: "",
  PGHOST: "",
  PGPORT: "",
  PGDATABASE: "",
  PGUSER: "",
  PGSSLMODE: "",
  CI_RUN: "",
  GITHUB_ACTIONS: "",
};
const oneEnv = (words: string[], env: Record<string, string> = {}) =>
  callPlugIn(words.includes("--team") ? words : [...words, "--team", team], { ...CLEAN, ...env });

/** A directory for PATH with a `pulumi` that does what a shell script says; without one, no `pulumi` at all. */
function pathWith(script?: string): { PATH: string } {
  const bin = mkdtempSync(join(directory, "bin-"));
  if (script === undefined) return { PATH: bin };
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
  return { PATH: [bin, process.env.PATH].join(delimiter) };
}

test("options win over the environment, which wins over the defaults", async () => {
  const { stdout } = await oneEnv(["env", "--who", "ana", "--format", "json", "--port", "6000"], {
    PGHOST: "db.example.com",
    PGPORT: "7000",
  });
  expect(JSON.parse(stdout)).toMatchObject({
    PGHOST: "db.example.com",
    PGPORT: "6000",
    PGDATABASE: "analytics",
    PGUSER: "ana",
    PGSSLMODE: "require",
  });
});

test("without --with-secrets pulumi is not asked, and no secret is printed", async () => {
  const marker = join(directory, "asked");
  const { code, stdout } = await oneEnv(["env", "--who", "ana"], pathWith(`touch '${marker}'`));
  expect(code).toBe(0);
  expect(stdout).toContain("PGPASSWORD='<password: pulumi stack output credentials --show-secrets>'\n");
  expect(stdout).toContain("DATABASE_URL=postgresql://ana@localhost:5432/analytics?sslmode=require\n");
  expect(() => readFileSync(marker)).toThrow("ENOENT");
});

test("--with-secrets has the stack's password, in PGPASSWORD and in the URL", async () => {
  const fake = `[ "$*" = "stack output credentials --show-secrets --json --non-interactive" ] && echo '{"ana":"p w","ben":"other"}'`;
  const { stdout } = await oneEnv(["env", "--who", "ana", "--format", "shell", "--with-secrets"], pathWith(fake));
  expect(stdout).not.toContain("other");
  const read = execFileSync("sh", ["-c", `${stdout}\nprintf '%s\\n%s' "$PGPASSWORD" "$DATABASE_URL"`]).toString();
  expect(read).toBe("p w\npostgresql://ana:p%20w@localhost:5432/analytics?sslmode=require");
});

test("on GitHub the password is hidden in logs before it is printed", async () => {
  const { stdout, stderr } = await oneEnv(
    ["env", "--who", "runner", "--run", "42", "--format", "github", "--with-secrets"],
    { ...pathWith(`echo '{"runner":"secret"}'`), GITHUB_ACTIONS: "true" },
  );
  expect(stderr).toBe("::add-mask::secret\n");
  expect(stdout).toContain("ENV=ci\nSCHEMA_PREFIX=ci_42\nSIDE_EFFECTS=log\nCI_RUN=42\n");
});

test("on GitHub each line of an odd password is hidden, and how the URL spells it", async () => {
  const fake = `printf '%s' '{"ana":"50%25 off\\nnext"}'`;
  const { stderr } = await oneEnv(["env", "--who", "ana", "--format", "github", "--with-secrets"], {
    ...pathWith(fake),
    GITHUB_ACTIONS: "true",
  });
  expect(stderr).toBe("::add-mask::50%2525 off\n::add-mask::next\n::add-mask::50%252525%2520off%250Anext\n");
});

test("a place that no tool could use is bad input", async () => {
  const refused = async (words: string[], env = {}) => {
    const { code, stdout, stderr } = await oneEnv(["env", "--who", "ana", ...words], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    return stderr.split("\n")[0];
  };
  expect(await refused(["--port", "abc"])).toBe("`abc` is no port");
  expect(await refused([], { PGPORT: "70000" })).toBe("`70000` is no port");
  expect(await refused(["--sslmode", "requier"])).toBe("sslmode `requier` is not supported");
  expect(await refused(["--host", "a b"])).toBe("`a b` is no host");
  expect(await refused(["--format", "github"], { PGHOST: "a\nPGUSER=jobs" })).toBe("`a\\nPGUSER=jobs` is no host");
});

test("on GitHub no placeholder takes the place of a secret", async () => {
  const { stdout } = await oneEnv(["env", "--who", "ana", "--format", "github"]);
  expect(stdout).toContain("PGUSER=ana\n");
  expect(stdout).not.toContain("PGPASSWORD");
});

test("without a pulumi there is the placeholder and a warning; a pulumi that refuses is bad input", async () => {
  const words = ["env", "--who", "ana", "--with-secrets"];
  expect(await oneEnv(words, pathWith())).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("<password: pulumi"),
    stderr: "warning: no `pulumi` on PATH: PGPASSWORD is a placeholder, not the password\n",
  });
  expect(await oneEnv(words, pathWith("echo 'error: no stack selected' >&2; exit 255"))).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "pulumi gives no credentials: no stack selected\n  help: select the stack with `pulumi stack select`\n",
  });
  for (const answer of ["{}", "nonsense", '{"ana":1}', "null"]) {
    expect(await oneEnv(words, pathWith(`echo '${answer}'`)), answer).toMatchObject({
      code: 2,
      stderr: "the stack has no password for `ana`\n  help: deploy the roster with `pulumi up`\n",
    });
  }
});

test("unknown and expired identities, and CI without a run, are bad input", async () => {
  const refused = async (...words: string[]) => {
    const { code, stdout, stderr } = await oneEnv(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    return stderr;
  };
  expect(await refused("env", "--who", "runer")).toBe("unknown identity `runer`\n  help: did you mean `runner`?\n");
  const ended = join(directory, "ended.yaml");
  writeFileSync(ended, teamYaml({ developers: ["name: ana", "name: zoe, expires: 2020-01-01"] }));
  expect(await refused("env", "--who", "zoe", "--team", ended)).toContain(
    "\nthe access of `zoe` ended on 2020-01-01\n  help: move the date in the roster, and deploy\n",
  );
  expect(await refused("env", "--who", "runner")).toContain("help: say which: --run <run>, or set CI_RUN");
  expect(await refused("env", "--who", "ana", "--run", "42")).toContain("`ana` is no CI service");
  expect(await refused("profiles")).toContain("say --who <identity> or --all");
  expect(await refused("profiles", "--who", "charts")).toContain("`charts` only reads");
});

test("profiles: a file with other profiles, or something else, is left as it is", async () => {
  const out = join(directory, "others.yml");
  for (const [text, what] of [
    ["shop: { target: dev }\none_environment: {}\n", "`shop`"],
    ["{ not yaml", "what is no YAML"],
    ["notes", "what is no profile"],
  ] as const) {
    writeFileSync(out, text);
    expect(await oneEnv(["profiles", "--who", "ana", "--out", out])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(new RegExp(`^\`.*others.yml\` would lose ${what}\n {2}help: write elsewhere`)),
    });
    expect(readFileSync(out, "utf8")).toBe(text);
  }
  expect(await oneEnv(["profiles", "--who", "ana", "--out", join(directory, "none", "x.yml")])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^cannot write `.*x.yml`: ENOENT\n$/),
  });
});

test("profiles: who has never run dbt gets a ~/.dbt", async () => {
  const out = join(directory, ".dbt", "profiles.yml");
  expect(await oneEnv(["profiles", "--who", "ana", "--out", out], { HOME: directory })).toMatchObject({ code: 0 });
  expect(parse(readFileSync(out, "utf8")).one_environment.target).toBe("dev");
});

test("profiles: one identity's to a file, everybody's to stdout", async () => {
  const out = join(directory, "profiles.yml");
  for (const _ of ["first", "again"])
    expect(await oneEnv(["profiles", "--out", out], { PGUSER: "ana" })).toMatchObject({ code: 0, stdout: "" });
  expect(parse(readFileSync(out, "utf8")).one_environment.outputs.dev.schema).toBe("ana");
  const { stdout } = await oneEnv(["profiles", "--all"]);
  expect(Object.keys(parse(stdout).one_environment.outputs)).toEqual(["ana", "ben", "prod", "ci"]);
});

test("for Snowflake: a placeholder for the account, a path for the key, no option of PostgreSQL's", async () => {
  const { stdout } = await oneEnv(["env", "--who", "ana", "--warehouse", "snowflake"], { HOME: "/home/ana" });
  expect(stdout).toContain("SNOWFLAKE_ACCOUNT='<organization>-<account>'\nSNOWFLAKE_DATABASE=ANALYTICS\n");
  expect(stdout).toContain("SNOWFLAKE_PRIVATE_KEY_PATH=/home/ana/.snowflake/ana.p8\n");
  expect(stdout).not.toContain("PG");
  const place = ["--account", "acme-prod", "--private-key", "/run/key.p8", "--database", "shop"];
  const given = await oneEnv(["env", "--who", "ana", "--warehouse", "snowflake", "--format", "json", ...place]);
  expect(JSON.parse(given.stdout)).toMatchObject({
    SNOWFLAKE_ACCOUNT: "acme-prod",
    SNOWFLAKE_DATABASE: "SHOP",
    SNOWFLAKE_PRIVATE_KEY_PATH: "/run/key.p8",
  });
  expect(await oneEnv(["env", "--who", "ana", "--warehouse", "snowflake", "--with-secrets"])).toMatchObject({
    code: 2,
    stderr: "--with-secrets means nothing to snowflake\n  help: leave it out, or say --warehouse\n",
  });
  expect(await oneEnv(["env", "--who", "ana", "--private-key", "x"])).toMatchObject({
    code: 2,
    stderr: "--private-key means nothing to postgresql\n  help: leave it out, or say --warehouse\n",
  });
});

test("which warehouse: of the stack, or of all stacks where they agree", async () => {
  const project = mkdtempSync(join(directory, "stacks-"));
  const stack = (name: string, text: string) => writeFileSync(join(project, `Pulumi.${name}.yaml`), text);
  const printed = async (env: Record<string, string> = {}) => {
    const words = ["profiles", "--who", "ana", "--team", team];
    const { stdout, stderr } = await startPlugIn(words, { ...CLEAN, ...env }, project).ended;
    return /type: \w+/.exec(stdout)?.[0] ?? stderr.split("\n")[0];
  };
  expect(await printed()).toBe("type: postgres");
  stack("dev", "config:\n  one-environment:warehouse: snowflake\n");
  expect(await printed()).toBe("type: snowflake");
  stack("old", "config: {}\n");
  expect(await printed()).toBe("the stacks here have different warehouses");
  expect(await printed({ PULUMI_STACK: "old" })).toBe("type: postgres");
  expect(await printed({ PULUMI_STACK: "acme/shop/dev" })).toBe("type: snowflake");
  stack("old", "config:\n  one-environment:warehouse: oracle\n");
  expect(await printed({ PULUMI_STACK: "old" })).toBe("Pulumi.old.yaml: unknown warehouse `oracle`");
  stack("old", "{ no yaml");
  expect(await printed({ PULUMI_STACK: "old" })).toBe("cannot read Pulumi.old.yaml");
});
