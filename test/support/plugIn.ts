import { Child } from "./child";
import type { TestWarehouse } from "./warehouse";

/** `one-env …` in a process of its own: the commands that plug people, jobs and CI into the warehouse. */
export function startPlugIn(words: readonly string[], env: Record<string, string> = {}): Child {
  const script = `
    const { Command } = require(${JSON.stringify(require.resolve("commander"))});
    const program = new Command("one-env").exitOverride();
    src("cli/plugIn").registerPlugIn(program, async (code) => { process.exitCode = await code; });
    try {
      await program.parseAsync(${JSON.stringify(words)}, { from: "user" });
    } catch (error) {
      process.exitCode = src("cli/exit").exitCodeFor(error);
    }`;
  return new Child(script, { env });
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
  const { code, stdout, stderr } = await startPlugIn([
    "env",
    "--who",
    who,
    "--format",
    "json",
    "--team",
    team,
    ...place,
    ...words,
  ]).ended;
  if (code !== 0) throw new Error(stderr);
  return { ...JSON.parse(stdout), PGPASSWORD: passwords()[who] ?? "" };
}
