import { vi } from "vitest";
import { exitCodeFor } from "../../src/cli/exit";
import { defineProgram } from "../../src/cli/program";
import { Child, commandScript } from "./child";
import type { TestWarehouse } from "./warehouse";

/** `one-env …` in a process of its own: the commands that plug people, jobs and CI into the warehouse. */
export function startPlugIn(words: readonly string[], env: Record<string, string> = {}, cwd?: string): Child {
  return new Child(commandScript(words), { env, ...(cwd === undefined ? {} : { cwd }) });
}

/**
 * The environment of a shell that `one-env env` has plugged in, with the password that the stack would give.
 *
 * @param words more of `one-env env`, such as `--run 42`
 */
export async function plugIn(
  { team, cluster, passwords }: TestWarehouse,
  who: string,
  ...words: string[]
): Promise<Record<string, string>> {
  const { host, port, database } = cluster;
  const place = ["--host", host, "--port", String(port), "--sslmode", "disable", "--database", database];
  const command = ["env", "--who", who, "--format", "json", "--team", team, ...place, ...words];
  const { code, stdout, stderr } = await callPlugIn(command, {});
  if (code !== 0) throw new Error(stderr);
  return { ...JSON.parse(stdout), PGPASSWORD: passwords()[who] ?? "" };
}

/** The same in this process: what it takes to load is loaded once. */
export async function callPlugIn(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const told = { stdout: "", stderr: "" };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      told.stdout += text;
      return true;
    }),
    vi.spyOn(console, "log").mockImplementation((text) => {
      told.stdout += `${text}\n`;
    }),
    vi.spyOn(console, "error").mockImplementation((text) => {
      told.stderr += `${text}\n`;
    }),
  ];
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  // It is the test runner's own as well.
  const before = process.exitCode;
  let code = 0;
  try {
    await defineProgram("0.0.0").parseAsync([...words], { from: "user" });
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    code = exitCodeFor(error);
  } finally {
    process.exitCode = before;
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
  return { code, ...told };
}
