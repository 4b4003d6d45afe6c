import { Child } from "./child";

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
