/**
 * Runs a job of a workflow as GitHub's runner does, step by step from the workflow's own file: checkouts are made from a
 * repository at hand, shell steps run with `bash -e` and the environment that the file gives them and no other. Actions
 * that install something (Node.js, Pulumi) are taken as done. It does not cover `if`, services, outputs or caches.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(file, "utf8"));
}

/** Where a job runs. */
export interface Runner {
  /** The repository that is checked out. */
  readonly origin: string;
  /** Where the job's workspace is made. */
  readonly directory: string;
  /** What `${{ … }}` finds: `github`, `vars`, `secrets`. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The environment of the machine. */
  readonly env: Readonly<Record<string, string>>;
  /** Commands of steps that something quicker stands in for. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** How a job ended: at its first step that failed, or with status 0. */
export interface Ended {
  readonly status: number;
  readonly output: string;
  readonly workspace: string;
}

export function runJob({ env = {} }: Workflow, { steps }: Job, runner: Runner): Ended {
  const workspace = mkdtempSync(join(runner.directory, "workspace-"));
  let output = "";
  for (const step of steps) {
    if (step.uses?.startsWith("actions/checkout@")) checkOut(workspace, step, runner);
    if (step.run === undefined) continue;
    const variables = { ...runner.env, ...filled(env, runner), ...filled(step.env ?? {}, runner) };
    const command = runner.instead?.[step.run] ?? step.run;
    const options = { cwd: workspace, env: variables, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", command], options);
    output += stdout + stderr;
    if (status !== 0) return { status: status ?? 1, output, workspace };
  }
  return { status: 0, output, workspace };
}

function checkOut(workspace: string, step: Step, runner: Runner): void {
  const { ref = "main", path = ".", "sparse-checkout": sparse = "" } = filled(step.with ?? {}, runner);
  const place = join(workspace, path);
  mkdirSync(place, { recursive: true });
  const git = (...words: string[]) => execFileSync("git", ["-C", place, ...words]);
  git("init", "--quiet");
  if (sparse !== "") git("sparse-checkout", "set", "--no-cone", ...sparse.split("\n"));
  git("fetch", "--quiet", "--depth=1", `file://${runner.origin}`, ref);
  git("-c", "advice.detachedHead=false", "checkout", "--quiet", "FETCH_HEAD");
}

/** Puts values into `${{ github.… }}`; what is not set is empty, as on GitHub. */
function filled(values: Readonly<Record<string, unknown>>, { context }: Runner): Record<string, string> {
  const find = (path: string) =>
    path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], context);
  const fill = (text: string) => text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, path) => String(find(path) ?? ""));
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(String(value))]));
}
