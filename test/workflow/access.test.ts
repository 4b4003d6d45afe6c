import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const TEXT = readFileSync(".github/workflows/access.yml", "utf8");

interface Job {
  readonly if?: string;
  readonly permissions: Record<string, string>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, unknown> }[];
}

const workflow: { on: object; permissions: object; jobs: Record<string, Job> } = parse(TEXT);
const FORK_GUARD = "github.event.pull_request.head.repo.full_name == github.repository";

test("every action is pinned by commit, with its version beside it", () => {
  const uses = TEXT.split("\n").filter((line) => /\buses:/.test(line));
  expect(uses.length).toBeGreaterThan(5);
  for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("it has no right that a job does not ask for, and runs no pull request with the base's rights", () => {
  expect(workflow.permissions).toEqual({});
  expect(Object.keys(workflow.on).sort()).toEqual(["pull_request", "push"]);
  expect(Object.entries(workflow.jobs).map(([name, { permissions }]) => [name, permissions])).toEqual([
    ["review", { contents: "read" }],
    ["comment", { contents: "read", "pull-requests": "write" }],
    ["preview", { contents: "read" }],
    ["deploy", { contents: "read" }],
  ]);
});

test("no secret is reachable from a fork's pull request", () => {
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const touchesSecrets =
      JSON.stringify(job).includes("secrets.") || JSON.stringify(job.permissions).includes("write");
    const isSafe = job.if?.includes(FORK_GUARD) || job.if?.includes("github.event_name == 'push'");
    expect(!touchesSecrets || isSafe, name).toBe(true);
  }
  expect(JSON.stringify(workflow.jobs.review)).not.toContain("secrets.");
});

test("the job that may write runs nothing of the pull request", () => {
  const [checkout] = workflow.jobs.comment?.steps ?? [];
  expect(checkout?.with?.ref).toMatch(/^\$\{\{ github\.base_ref \}\}$/);
});

test("no expression is pasted into a shell", () => {
  const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  for (const script of scripts) expect(script).not.toContain("${{");
});

test("the checkout leaves no token behind", () => {
  const checkouts = Object.values(workflow.jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.startsWith("actions/checkout")),
  );
  for (const { with: options } of checkouts) expect(options?.["persist-credentials"]).toBe(false);
});
