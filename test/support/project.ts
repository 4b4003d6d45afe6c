import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import type { Cluster } from "../../src/warehouses/postgresql/server/cluster";
import { teamYaml } from "./team";
import { type Ended, type Job, readWorkflow, runJob } from "./workflow";

const WORKFLOW = readWorkflow(".github/workflows/deploy.yml");
const IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
/** What `npm ci` leaves, from the packages and the build that the tests run with. */
const INSTALLED = `ln -s '${resolve("node_modules")}' node_modules; cp -R '${resolve("dist")}' dist; npm run --silent prepare`;

/** A team that deploys: a repository on the server, a clone of somebody who works on it, and what CI knows besides. */
export class Project {
  readonly directory = mkdtempSync(join(tmpdir(), "one-env-deploy-"));
  private readonly origin = join(this.directory, "origin");
  readonly clone = join(this.directory, "clone");
  readonly file = join(this.clone, "Pulumi.prod.yaml");
  private readonly variables = { PULUMI_STACK: "prod", PULUMI_BACKEND_URL: `file://${join(this.directory, "state")}` };
  private readonly secrets = { PULUMI_CONFIG_PASSPHRASE: "a passphrase" };
  private readonly machine = {
    PATH: String(process.env.PATH),
    HOME: this.directory,
    PULUMI_HOME: join(this.directory, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };

  /** What is in this repository and not ignored, with a small roster. */
  constructor() {
    for (const name of ["state", "home"]) mkdirSync(join(this.directory, name));
    const plugins = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
    if (existsSync(plugins)) symlinkSync(plugins, join(this.machine.PULUMI_HOME, "plugins"));
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", this.origin]);
    const here = ["--git-dir", this.origin, "--work-tree", resolve("."), ...IDENTITY];
    execFileSync("git", [...here, "add", "--all"]);
    execFileSync("git", [...here, "commit", "--quiet", "--message=one-environment"]);
    execFileSync("git", ["clone", "--quiet", this.origin, this.clone]);
    execFileSync("bash", ["-e", "-c", INSTALLED], { cwd: this.clone });
    writeFileSync(join(this.clone, "team.yaml"), teamYaml());
  }

  /** `pulumi …` in the clone, by somebody who has the passphrase. */
  pulumi(...words: string[]): { status: number | null; output: string } {
    const env = { ...this.machine, ...this.variables, ...this.secrets };
    const run = spawnSync("pulumi", [...words, "--non-interactive"], { cwd: this.clone, env, encoding: "utf8" });
    return { status: run.status, output: run.stdout + run.stderr };
  }

  /** "Deploy it" of README.md, up to the deployment. */
  initialize({ port, admin }: Cluster, seed: string): void {
    const run = (...words: string[]) => {
      const { status, output } = this.pulumi(...words);
      expect(status, output).toBe(0);
    };
    run("stack", "init", "prod");
    run("config", "set", "postgresql:host", "127.0.0.1");
    run("config", "set", "postgresql:port", String(port));
    run("config", "set", "postgresql:username", admin.user);
    run("config", "set", "--secret", "postgresql:password", admin.password);
    run("config", "set", "postgresql:sslmode", "disable");
    run("config", "set", "postgresql:superuser", "false");
    run("config", "set", "--secret", "passwordSeed", seed);
  }

  /** Commits what there is and pushes it to a ref. */
  push(ref: string): void {
    const git = (...words: string[]) => execFileSync("git", ["-C", this.clone, ...IDENTITY, ...words]);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message=a change");
    git("push", "--quiet", "origin", `HEAD:${ref}`);
  }

  /** A job of the workflow, in a fresh clone. */
  run(job: "preview" | "deploy"): Ended {
    return runJob(WORKFLOW, WORKFLOW.jobs[job] as Job, {
      origin: this.origin,
      directory: this.directory,
      context: { github: { event: { pull_request: { number: 7 } } }, vars: this.variables, secrets: this.secrets },
      env: this.machine,
      instead: { "npm ci": INSTALLED },
    });
  }

  credentials(): Record<string, string> {
    return JSON.parse(this.pulumi("stack", "output", "credentials", "--show-secrets", "--json", "--stack=prod").output);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
