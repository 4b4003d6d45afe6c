import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oneEnv } from "../support/oneEnv";

const TEAM = `sources: [salesforce, stripe]
developers: [{ name: alice }]
services: [{ name: airflow, duty: prod }]
`;

let root: string;
let team: string;

function git(...words: string[]) {
  const who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  execFileSync("git", [...who, ...words], { cwd: root, stdio: "ignore" });
}

function write(text: string) {
  writeFileSync(team, text);
}

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "one-env-diff-")));
  mkdirSync(join(root, "access"));
  team = join(root, "access/team.yaml");
  git("init", "--initial-branch=main");
  git("commit", "--allow-empty", "-m", "nothing yet");
  git("tag", "empty");
  write(TEAM);
  git("add", ".");
  git("commit", "-m", "first");
  git("checkout", "-b", "change");
});
afterAll(() => rmSync(root, { recursive: true }));

describe("one-env diff in a git repository", () => {
  it("compares with what is committed, from wherever it runs", async () => {
    write(TEAM.replace("{ name: alice }", "{ name: alice }, { name: carol }"));
    const fromRoot = await oneEnv(root, "diff", "access/team.yaml");
    expect(fromRoot).toMatchObject({ code: 0, stderr: "" });
    expect(fromRoot.stdout).toContain("permission changes from HEAD:access/team.yaml to access/team.yaml\n");
    expect(fromRoot.stdout).toContain("carol joins as a developer (access/team.yaml:2:31)");
    const fromDirectory = await oneEnv(join(root, "access"), "diff", "--base", "main", "--format", "markdown");
    expect(fromDirectory.stdout).toContain("- `carol` joins as a developer (`team.yaml:2:31`)");
  });

  it("says so when nothing changes", async () => {
    write(TEAM);
    expect(await oneEnv(root, "diff", "access/team.yaml")).toMatchObject({
      code: 0,
      stdout: "No permission changes.\n",
    });
  });

  it("finds everything new in a commit without the roster", async () => {
    write(TEAM);
    const { code, stdout } = await oneEnv(root, "diff", "--base", "empty", "access/team.yaml");
    expect(code).toBe(0);
    expect(stdout).toContain("source stripe is new");
    expect(stdout).toContain("alice joins as a developer");
    expect(stdout).toContain("WARNING: airflow can now read and write all of production");
  });

  it("names the roster of a commit in its problems", async () => {
    write("sources: 12\n");
    git("commit", "-am", "broken");
    write(TEAM);
    const { code, stdout, stderr } = await oneEnv(root, "diff", "access/team.yaml");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^HEAD:access\/team\.yaml:1:\d+: /);
    expect(stderr).not.toContain("    at ");
    const other = await oneEnv(root, "diff", "--base", "main", "access/missing.yaml");
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("access/missing.yaml:1:1: ") });
  });

  it("prefers a file to a commit of the same name", async () => {
    write(TEAM);
    writeFileSync(join(root, "main"), TEAM.replace("alice", "zoe"));
    const { stdout } = await oneEnv(root, "diff", "--base", "main", "access/team.yaml");
    rmSync(join(root, "main"));
    expect(stdout).toContain("zoe leaves");
    expect(stdout).toContain("(main:2:14)");
  });
});

describe("one-env diff refuses", () => {
  const refused = (message: string) => ({ code: 2, stdout: "", stderr: expect.stringContaining(message) });

  it("a base that is nothing", async () => {
    write(TEAM);
    expect(await oneEnv(root, "diff", "--base", "nowhere", "access/team.yaml")).toMatchObject(
      refused("the base `nowhere` is neither a file nor a commit of this git repository\n  help: compare with"),
    );
  });

  it("a base that git would take for an option", async () => {
    const hostile = `--base=--output=${join(root, "owned")}`;
    expect(await oneEnv(root, "diff", hostile, "access/team.yaml")).toMatchObject(
      refused("is neither a file nor a commit"),
    );
    expect(() => realpathSync(join(root, "owned"))).toThrow();
  });

  it("a base that a shell would run", async () => {
    const { code } = await oneEnv(root, "diff", "--base", `$(touch ${join(root, "owned")})`, "access/team.yaml");
    expect(code).toBe(2);
    expect(() => realpathSync(join(root, "owned"))).toThrow();
  });

  it("a format or a risk it does not know", async () => {
    expect((await oneEnv(root, "diff", "--format", "html")).code).toBe(2);
    expect((await oneEnv(root, "diff", "--fail-on", "nothing")).code).toBe(2);
  });
});

describe("one-env diff --fail-on", () => {
  it("ends with 1 on that risk or a worse one", async () => {
    const base = join(root, "base.yaml");
    writeFileSync(base, TEAM);
    write(TEAM.replace("duty: prod }", "duty: prod }, { name: dagster, duty: prod }"));
    for (const risk of ["production", "restricted", "ordinary"]) {
      expect((await oneEnv(root, "diff", "--base", base, "--fail-on", risk, "access/team.yaml")).code).toBe(1);
    }
    write(TEAM.replace("[{ name: alice }]", "[{ name: alice }, { name: carol }]"));
    expect((await oneEnv(root, "diff", "--base", base, "--fail-on", "safeguard", "access/team.yaml")).code).toBe(0);
    expect((await oneEnv(root, "diff", "--base", base, "--fail-on", "ordinary", "access/team.yaml")).code).toBe(1);
  });

  it("as JSON", async () => {
    const { code, stdout } = await oneEnv(root, "diff", "--base", "base.yaml", "--format", "json", "access/team.yaml");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ before: "base.yaml", warnings: 0, sentences: expect.any(Array) });
  });
});
