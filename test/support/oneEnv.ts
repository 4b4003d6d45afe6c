import { Child, type Ended } from "./child";

/** `one-env …` in a process of its own: the commands that show what a roster means. */
export function oneEnv(cwd: string, ...words: string[]): Promise<Ended> {
  // Resolved from here: the directory has no node_modules.
  const script = `
    const { Command } = require(${JSON.stringify(require.resolve("commander"))});
    const program = new Command("one-env").exitOverride();
    src("cli/review").registerReview(program, async (code) => { process.exitCode = await code; });
    try {
      await program.parseAsync(${JSON.stringify(words)}, { from: "user" });
    } catch (error) {
      process.exitCode = src("cli/exit").exitCodeFor(error);
    }`;
  return new Child(script, { cwd }).ended;
}
