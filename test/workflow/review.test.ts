import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const BASE = `sources: [stripe, hr]
developers:
  - name: alice
  - name: bob
services:
  - { name: airflow, duty: prod }
`;

/** Adds carol, removes bob, restricts hr, adds a prod service. */
const HEAD = `sources:
  - stripe
  - { name: hr, readers: [alice] }
developers:
  - name: alice
  - name: carol
services:
  - { name: airflow, duty: prod }
  - { name: backfill, duty: prod }
`;

let repository: string;

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), "one-env-review-"));
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], { cwd: repository });
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(repository, "team.yaml"), BASE);
  git("add", "team.yaml");
  git("commit", "--quiet", "--message=base");
  git("switch", "--quiet", "--create=change");
  // What `npm ci` puts there.
  mkdirSync(join(repository, "node_modules/.bin"), { recursive: true });
  symlinkSync(resolve("dist/src/cli/cli.js"), join(repository, "node_modules/.bin/one-env"));
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

function review(roster: string) {
  writeFileSync(join(repository, "team.yaml"), roster);
  const summary = join(repository, "summary.md");
  const { status, stdout } = spawnSync("bash", [resolve("scripts/pr/review.sh"), "main", "comment.md"], {
    cwd: repository,
    encoding: "utf8",
    env: { ...process.env, ONE_ENV_ENGINE: "stand-in", GITHUB_STEP_SUMMARY: summary },
  });
  const comment = readFileSync(join(repository, "comment.md"), "utf8");
  return { status, stdout, comment, summary: readFileSync(summary, "utf8") };
}

test("a pull request yields one comment that says who gains and loses what, and that it was proven", () => {
  const { status, comment, summary } = review(HEAD);
  expect(status, comment).toBe(0);
  expect(comment).toMatch(/^<!-- one-environment: access -->\n/);
  expect(comment).toContain(
    "`carol` can now read `prod` and `prod_stripe`, and gets `carol` and `carol_<source>` of their own (`team.yaml:6:5`)",
  );
  expect(comment).toContain("**Warning:** `backfill` can now read and write all of production (`team.yaml:9:5`)");
  expect(comment).toContain("**Warning:** `bob` leaves");
  expect(comment).toContain("source `hr` is now restricted: only `alice` and prod services may read it");
  expect(comment).toMatch(
    /\*\*Rehearsed:\*\* proof: \d+ allowed, \d+ denied, 0 wrong; \d+ attacks repelled; engine: stand-in\n/,
  );
  expect(comment).toContain("  carol: none → read on prod, prod_stripe\n");
  expect(summary).toBe(comment);
});

test("a bad roster is annotated on its lines, and not rehearsed", () => {
  const { status, stdout, comment } = review(HEAD.replace("[alice]", "[alcie]"));
  expect(status).toBe(1);
  expect(stdout).toContain(
    "::error file=team.yaml,line=3,col=27::unknown identity `alcie`%0Ahelp: did you mean `alice`?\n",
  );
  expect(comment).toContain("team.yaml:3:27: unknown identity `alcie`\n  help: did you mean `alice`?\n");
  expect(comment).not.toContain("Rehearsed");
});
