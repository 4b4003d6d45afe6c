/** Vitest's global setup: the tests of the command run what users run, the built files. */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const BUILT = join(ROOT, "dist/src/cli/cli.js");

export default function setup(): void {
  if (isFresh()) return;
  // Types are `npm run typecheck`'s business; without them it takes half the time.
  const compiler = require.resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json", "--noCheck"], { cwd: ROOT, stdio: "inherit" });
  execFileSync(process.execPath, ["scripts/copy-assets.mjs"], { cwd: ROOT, stdio: "inherit" });
}

/** Whether the last build, which writes every file anew, is younger than every source file. */
function isFresh(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).map((path) =>
    join("src", path),
  );
  const inputs = [...sources, "index.ts", "tsconfig.build.json", "package.json"];
  return inputs.every((path) => (statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0) < built);
}
