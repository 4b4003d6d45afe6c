/**
 * The job `preview` of a pull request that tries to run code of its own: everything that is executed is replaced on the
 * branch, in a repository of a few files, and `pulumi` by a command that runs what the directory's package.json names.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Job, readWorkflow, runJob } from "../support/workflow";

const WORKFLOW = readWorkflow(".github/workflows/deploy.yml");
const PREVIEW = WORKFLOW.jobs.preview as Job;
const REF = "refs/pull/7/merge";

let directory: string;
let origin: string;
/** What ran: `seen`, which the base's program writes, or `stolen-…` of the branch's. */
let markers: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "one-env-hostile-"));
  origin = join(directory, "origin");
  markers = join(directory, "markers");
  for (const path of [origin, markers, join(directory, "bin")]) mkdirSync(path);
  write(join(directory, "bin"), { pulumi: "#!/bin/sh\nexec node .\n" });
  chmodSync(join(directory, "bin", "pulumi"), 0o755);
  git("init", "--quiet", "--initial-branch=main");
  write(origin, {
    "package.json": JSON.stringify({ name: "base", version: "1.0.0", main: "index.js" }),
    "package-lock.json": JSON.stringify({ name: "base", version: "1.0.0", lockfileVersion: 3, packages: {} }),
    "index.js": `
      const { readFileSync, writeFileSync } = require("node:fs");
      const { PULUMI_STACK, PULUMI_CONFIG_PASSPHRASE } = process.env;
      const seen = { roster: readFileSync("team.yaml", "utf8"), PULUMI_STACK, PULUMI_CONFIG_PASSPHRASE };
      writeFileSync(${JSON.stringify(join(markers, "seen"))}, JSON.stringify(seen));`,
    "team.yaml": "of main\n",
  });
  commit("main");
  git("switch", "--quiet", "--create=change");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function git(...words: string[]): void {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  execFileSync("git", ["-C", origin, ...who, ...words]);
}

function commit(message: string): void {
  git("add", "--all");
  git("commit", "--quiet", `--message=${message}`);
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const markerOf = (name: string) => join(markers, `stolen-${name}`);
const steal = (name: string) =>
  `require("node:fs").writeFileSync(${JSON.stringify(markerOf(name))}, process.env.PULUMI_CONFIG_PASSPHRASE ?? "");`;

/** What an attacker finds to replace, each with a marker of its own. */
const HOOKS = ["preinstall", "install", "postinstall", "prepare"];
const WAYS = [...HOOKS, "program", "npmrc"];

function attack(): void {
  const scripts = Object.fromEntries(HOOKS.map((hook) => [hook, `touch '${markerOf(hook)}' && node --eval 0`]));
  write(origin, {
    "package.json": JSON.stringify({ name: "base", version: "1.0.0", main: "index.js", scripts }),
    "index.js": steal("program"),
    ".npmrc": "node-options=--require ./npm.js\n",
    "npm.js": steal("npmrc"),
    "team.yaml": "of the pull request\n",
  });
  commit("attack");
}

function preview(job = PREVIEW) {
  git("update-ref", REF, "HEAD");
  return runJob(WORKFLOW, job, {
    origin,
    directory,
    context: {
      github: { event: { pull_request: { number: 7 } } },
      vars: { PULUMI_STACK: "prod" },
      secrets: { PULUMI_CONFIG_PASSPHRASE: "the passphrase" },
    },
    env: { PATH: `${join(directory, "bin")}:${process.env.PATH}`, HOME: directory },
  });
}

const stolen = () => WAYS.filter((name) => existsSync(markerOf(name)));

test("main's code previews the branch's roster, and nothing else of the branch is run", () => {
  attack();
  const { status, output, workspace } = preview();
  expect(status, output).toBe(0);
  expect(stolen()).toEqual([]);
  expect(JSON.parse(readFileSync(join(markers, "seen"), "utf8"))).toEqual({
    roster: "of the pull request\n",
    PULUMI_STACK: "prod",
    PULUMI_CONFIG_PASSPHRASE: "the passphrase",
  });
  expect(existsSync(join(workspace, "pull-request"))).toBe(false);
});

test("positive control: where the branch itself is checked out, its code runs, and has the passphrase", () => {
  attack();
  const [first, ...others] = PREVIEW.steps;
  const { status, output } = preview({ ...PREVIEW, steps: [{ ...first, with: { ref: REF } }, ...others] });
  expect(status, output).toBe(0);
  expect(stolen()).toEqual(WAYS);
  expect(readFileSync(markerOf("program"), "utf8")).toBe("the passphrase");
});

test.each(["a link", "no file"])("%s in the roster's place is not followed", (what) => {
  rmSync(join(origin, "team.yaml"));
  if (what === "a link") symlinkSync("/etc/passwd", join(origin, "team.yaml"));
  commit(what);
  const { status } = preview();
  expect(status).toBe(1);
  expect(existsSync(join(markers, "seen"))).toBe(false);
});
