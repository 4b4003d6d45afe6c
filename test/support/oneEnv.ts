import { Child, commandScript, type Ended } from "./child";

/** `one-env …` in a process of its own. */
export function oneEnv(cwd: string, ...words: string[]): Promise<Ended> {
  return new Child(commandScript(words), { cwd }).ended;
}
