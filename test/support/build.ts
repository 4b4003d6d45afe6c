/** Vitest's global setup: the tests of the command run what users run, the built files. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function setup(): void {
  // Types are `npm run typecheck`'s business; without them it takes half the time.
  const words = ["scripts/prepare.mjs", "--noCheck"];
  execFileSync(process.execPath, words, { cwd: join(__dirname, "../.."), stdio: "inherit" });
}
