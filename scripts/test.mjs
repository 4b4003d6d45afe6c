// `npm test`: builds, runs every test, and closes with a line of the real counts: `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const run = (command, args) => spawnSync(command, args, { stdio: "inherit" }).status ?? 1;

const built = run(npm, ["run", "--silent", "build"]);
if (built !== 0) process.exit(built);

const directory = mkdtempSync(join(tmpdir(), "one-env-test-"));
const results = join(directory, "results.json");
try {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const status = run(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, "utf8"));
  // A file that does not even load fails the run without a failed test.
  const failed = status !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
  console.log(`${numPassedTests} passed, ${failed} failed${skipped}`);
  process.exitCode = status;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
