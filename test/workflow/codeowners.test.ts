import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const LINES = readFileSync("CODEOWNERS.example", "utf8").split("\n");

/** Its patterns are those of .gitignore, so git says which line counts. */
let repository: string;
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "one-env-owners-"));
  execFileSync("git", ["init", "--quiet", repository]);
  writeFileSync(join(repository, ".gitignore"), LINES.map((line) => line.replace(/ .*/, "")).join("\n"));
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

function ownersOf(path: string): string[] {
  const words = ["-C", repository, "check-ignore", "--no-index", "--verbose", path];
  const { stdout } = spawnSync("git", words, { encoding: "utf8" });
  const line = LINES[Number(stdout.split(":")[1]) - 1] ?? "";
  return line.split(/ +/).slice(1);
}

const EXECUTED = ["index.ts", "src/program.ts", "package.json", "package-lock.json", "Pulumi.yaml", "Pulumi.prod.yaml"];
const SCRIPTS = ["scripts/prepare.mjs", "scripts/pr/comment.mjs", "tsconfig.build.json", ".npmrc", "binding.gyp"];

test.each([...EXECUTED, ...SCRIPTS, "team.yaml"])("%s has an owner who approves it", (path) => {
  expect(ownersOf(path)).toEqual(["@example/data-platform"]);
});

test.each([".github/workflows/deploy.yml", ".github/CODEOWNERS"])("so has %s", (path) => {
  expect(ownersOf(path)).toEqual(["@example/data-platform", "@example/security"]);
});

test("what has none is for reading", () => {
  const files = execFileSync("git", ["ls-files"], { encoding: "utf8" }).trim().split("\n");
  const free = files.filter((path) => ownersOf(path).length === 0);
  expect(free).toContain("README.md");
  expect(free.filter((path) => !/\.(md|png)$|^LICENSE$/.test(path))).toEqual([]);
});
