import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll } from "vitest";

const COMPILED = mkdtempSync(join(tmpdir(), "one-env-test-compiled-"));
afterAll(() => rmSync(COMPILED, { recursive: true }));

const ROOT = join(__dirname, "..", "..");

/** How a process ended, and what it had printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The script of `one-env …`. */
export function commandScript(words: readonly string[]): string {
  return `
    await src("cli/program").defineProgram("0.0.0").parseAsync(${JSON.stringify(words)}, { from: "user" }).catch((error) => {
      process.exitCode = src("cli/exit").exitCodeFor(error);
    });`;
}

/** A Node process of its own that runs `script`; our modules are there by `src("warehouses/postgresql/server/cluster")`. */
export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  private readonly lines: AsyncIterator<string>;

  constructor(script: string, { cwd = ROOT, env = {} }: { cwd?: string; env?: Record<string, string> } = {}) {
    const prelude = `const src = (path) => require(${JSON.stringify(join(ROOT, "src"))} + "/" + path);`;
    const hook = join(__dirname, "typescript.cjs");
    this.process = spawn(process.execPath, ["-r", hook, "-e", `${prelude}(async () => { ${script} })()`], {
      cwd,
      env: { ...process.env, ONE_ENV_TEST_COMPILED: COMPILED, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = this.process as { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
    const told = { stdout: "", stderr: "" };
    stdout.on("data", (chunk) => {
      told.stdout += chunk;
    });
    stderr.on("data", (chunk) => {
      told.stderr += chunk;
    });
    this.ended = once(this.process, "close").then(([code, signal]) => ({ code, signal, ...told }));
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** The next line it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the child ended: ${(await this.ended).stderr}`);
    return value;
  }
}
