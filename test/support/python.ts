import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Set where nothing may be skipped for want of Python (`.ci/run`): what would be, fails then. */
const REQUIRED = "ONE_ENV_REQUIRE_PYTHON";

/**
 * The Python with everything in test/requirements.txt; the first call ever makes it (half a minute).
 *
 * @returns nothing, and says so in plain words, where there is no Python 3 or no PyPI: skip what needs it
 */
export function findPython(): string | undefined {
  const script = join(__dirname, "python_environment.py");
  const { status, stdout, stderr, error } = spawnSync("python3", [script], { encoding: "utf8" });
  if (status === 0) return stdout.trim();
  const why = error ? "python3 is not on PATH" : stderr.trim().split("\n").slice(-3).join("\n");
  if (process.env[REQUIRED] === "1") throw new Error(`${REQUIRED}=1, but ${why}`);
  console.warn(`skipped, because Python 3 with what is in test/requirements.txt could not be had: ${why}`);
  return undefined;
}
