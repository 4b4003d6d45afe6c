import { Child, commandScript, type Ended } from "./child";

/** `one-env …` in a process of its own: the commands that show what a roster means. */
export function oneEnv(cwd: string, ...words: string[]): Promise<Ended> {
  return new Child(commandScript(`src("cli/review").registerReview(program, finish)`, words), { cwd }).ended;
}
