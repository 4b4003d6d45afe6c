import { Command } from "commander";
import { vi } from "vitest";
import { exitCodeFor } from "../../src/cli/exit";
import { registerPlugIn } from "../../src/cli/plugIn";
import { Child, commandScript } from "./child";
import type { TestWarehouse } from "./warehouse";

/** `one-env …` in a process of its own: the commands that plug people, jobs and CI into the warehouse. */
export function startPlugIn(words: readonly string[], env: Record<string, string> = {}, cwd?: string): Child {
  const script = commandScript(`src("cli/plugIn").registerPlugIn(program, finish)`, words);
  return new Child(script, { env, ...(cwd === undefined ? {} : { cwd }) });
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
  let code = 0;
  try {
    const program = new Command("one-env").exitOverride();
    registerPlugIn(program, async (exitCode) => {
      code = await exitCode;
    });
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    code = exitCodeFor(error);
  } finally {
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
  return { code, ...told };
}
