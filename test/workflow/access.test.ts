import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readWorkflow, type Step } from "../support/workflow";

const FILES = readdirSync(".github/workflows").map((name) => `.github/workflows/${name}`);
const access = readWorkflow(".github/workflows/access.yml");
const deploy = readWorkflow(".github/workflows/deploy.yml");

/** As it stands in a workflow. */
const expression = (text: string) => `\${{ ${text} }}`;
const isCheckout = ({ uses }: Step) => uses?.startsWith("actions/checkout@");
const jobs = [access, deploy].flatMap((workflow) => Object.entries(workflow.jobs));

describe.each(FILES)("%s", (file) => {
  const text = readFileSync(file, "utf8");
  const steps = Object.values(readWorkflow(file).jobs).flatMap((job) => job.steps);

  test("every action is pinned by commit, with its version beside it", () => {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(3);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("no expression is pasted into a shell", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  test("the checkout leaves no token behind", () => {
    for (const step of steps.filter(isCheckout)) expect(step.with?.["persist-credentials"]).toBe(false);
  });
});

test("no job has a right that it does not ask for", () => {
  expect([access.permissions, deploy.permissions]).toEqual([{}, {}]);
  expect(jobs.map(([name, { permissions }]) => [name, permissions])).toEqual([
    ["review", { contents: "read" }],
    ["comment", { contents: "read", "pull-requests": "write" }],
    ["preview", { contents: "read" }],
    ["deploy", { contents: "read" }],
  ]);
});

describe("what a pull request's own code runs in", () => {
  test("has no secret", () => {
    expect(access.on).toEqual({ pull_request: null });
    expect(readFileSync(".github/workflows/access.yml", "utf8")).not.toContain("secrets.");
  });

  test("has no right to write: the job that has one runs nothing of the pull request, and no fork's", () => {
    const { comment } = access.jobs;
    expect(comment?.steps.filter(isCheckout).map((step) => step.with?.ref)).toEqual([expression("github.base_ref")]);
    expect(comment?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });
});

describe("what has production's secrets", () => {
  const SECRETS = {
    PULUMI_ACCESS_TOKEN: expression("secrets.PULUMI_ACCESS_TOKEN"),
    PULUMI_CONFIG_PASSPHRASE: expression("secrets.PULUMI_CONFIG_PASSPHRASE"),
  };
  const { preview, deploy: up } = deploy.jobs;

  test("is triggered by events that take the workflow from the branch main, and by no fork", () => {
    expect(deploy.on).toEqual({
      pull_request_target: { branches: ["main"], paths: ["team.yaml"] },
      push: { branches: ["main"] },
      schedule: [{ cron: expect.stringMatching(/^\d+ 0 \* \* \*$/) }],
    });
    expect(preview?.if).toBe(
      "github.event_name == 'pull_request_target' && github.event.pull_request.head.repo.full_name == github.repository && vars.PULUMI_STACK != ''",
    );
    expect(up?.if).toBe("(github.event_name == 'push' || github.event_name == 'schedule') && vars.PULUMI_STACK != ''");
  });

  test("gets them from an environment, and hands them to Pulumi's commands alone", () => {
    expect([preview?.environment, up?.environment]).toEqual(["preview", "production"]);
    for (const job of [preview, up])
      for (const { run, env } of job?.steps ?? [])
        expect(env).toEqual(run?.startsWith("pulumi ") ? SECRETS : undefined);
  });

  test("is told the stack and where its state is", () => {
    expect(deploy.env).toEqual({
      PULUMI_STACK: expression("vars.PULUMI_STACK"),
      PULUMI_BACKEND_URL: expression("vars.PULUMI_BACKEND_URL"),
    });
  });

  test("checks nothing out but main, and one file of the pull request", () => {
    expect(up?.steps.filter(isCheckout).map((step) => step.with)).toEqual([{ "persist-credentials": false }]);
    expect(preview?.steps.filter(isCheckout).map((step) => step.with)).toEqual([
      { "persist-credentials": false },
      {
        ref: `refs/pull/${expression("github.event.pull_request.number")}/merge`,
        path: "pull-request",
        "sparse-checkout": "team.yaml",
        "sparse-checkout-cone-mode": false,
        "persist-credentials": false,
      },
    ]);
  });

  test("is one deployment at a time", () => {
    expect(up?.concurrency).toEqual({ group: "deploy" });
  });

  test("is the Pulumi that the program was built for", () => {
    const { dependencies } = parse(readFileSync("package.json", "utf8"));
    for (const job of [preview, up]) {
      const install = job?.steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"));
      expect(install?.with).toEqual({ "pulumi-version": dependencies["@pulumi/pulumi"] });
    }
  });
});
