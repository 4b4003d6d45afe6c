import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const PAGES = ["README.md", ...readdirSync("docs").map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith(".md"),
);

/** Names of files that commands on a page write into the working directory. */
function written(page: string): string[] {
  const shell = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block).join("");
  const redirected = [...shell.matchAll(/ >>? ?([^\s"]+)/g)];
  const named = [...page.matchAll(/ (?:--out|-out|--json) (?!-)([\w./~-]*[\w-])/g)];
  return [...redirected, ...named].map(([, name = ""]) => name).filter((name) => !/^[~/$]/.test(name));
}

let repository: string;
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "one-env-ignored-"));
  execFileSync("git", ["init", "--quiet", repository]);
  copyFileSync(".gitignore", join(repository, ".gitignore"));
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

const isIgnored = (name: string) => spawnSync("git", ["-C", repository, "check-ignore", "--quiet", name]).status === 0;

test("what the docs have people write here is not committed", () => {
  const names = [...new Set(PAGES.flatMap((page) => written(readFileSync(page, "utf8"))))];
  expect(names).toEqual(
    expect.arrayContaining([".env", "access.html", "proof.json", "pipeline.p8", "pipeline.pub", "villoro.pub"]),
  );
  expect(names.filter((name) => !isIgnored(name))).toEqual([]);
});

test("the stack's file and the roster are", () => {
  expect(["Pulumi.prod.yaml", "Pulumi.yaml", "team.yaml"].filter(isIgnored)).toEqual([]);
});
