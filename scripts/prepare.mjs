// Builds unless what is built is younger than every source file: npm prepares this package after `npm ci`, and again before
// the first `npx --no one-env`, which should answer at once; `npm run rehearse` never proves a stale build. Arguments go to the
// compiler.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const folders = ["src", "packages/snowflake-emulator/src"];
const sources = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((path) => join(folder, path)));
const inputs = [...folders, ...sources, "index.ts", "tsconfig.json", "tsconfig.build.json", "package.json"];
const built = changed("dist/built");

if (inputs.some((path) => changed(path) >= built)) {
  for (const [script, ...words] of [
    ["node_modules/typescript/bin/tsc", "-b", "tsconfig.build.json", ...process.argv.slice(2)],
    ["scripts/copy-assets.mjs"],
  ]) {
    const { status } = spawnSync(process.execPath, [script, ...words], { stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
}
