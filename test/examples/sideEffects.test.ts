import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sideEffect } from "../../examples/pipeline/sideEffects";
import { findPython } from "../support/python";

/** Whatever somebody may set by mistake; `undefined`: not set. */
const ODD = [
  ...[undefined, "", " ", "log", "dev", "prod", "true", "True", "1", "yes", "on", "null", "false", "0"],
  ...[
    "Execute",
    "EXECUTE",
    "execute ",
    " execute",
    "execute\n",
    "'execute'",
    '"execute"',
    "executed",
    "exec",
    "ｅxecute",
  ],
];

const python = findPython();

/** Runs the Python helper; returns what it printed to stdout and stderr. */
function runPython(toggle: string | undefined): [string, string] {
  const script = `
import sys
from side_effects import side_effect
result = side_effect("send email to a@example.com", lambda: print("SENT") or 7)
print(result)`;
  const { SIDE_EFFECTS: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(python ?? "", ["-c", script], {
    cwd: "examples/pipeline",
    env: { ...env, PYTHONDONTWRITEBYTECODE: "1", ...(toggle === undefined ? {} : { SIDE_EFFECTS: toggle }) },
    encoding: "utf8",
  });
  return [stdout, stderr];
}

describe.skipIf(python === undefined)("side_effects.py", () => {
  test("executes on the exact word alone", () => {
    expect(runPython("execute")).toEqual(["SENT\n7\n", ""]);
  });

  test.each(ODD)("logs for %j", (toggle) => {
    expect(runPython(toggle)).toEqual(["None\n", "[DEV] Would send email to a@example.com\n"]);
  });
});

describe("sideEffects.ts", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  test("executes on the exact word alone, and gives what the action gave or how it failed", async () => {
    vi.stubEnv("SIDE_EFFECTS", "execute");
    expect(await sideEffect("call", async () => 7)).toBe(7);
    await expect(sideEffect("call", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  test.each(ODD)("logs for %j", async (toggle) => {
    vi.stubEnv("SIDE_EFFECTS", toggle);
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const action = vi.fn();
    expect(await sideEffect("send email to a@example.com", action)).toBeUndefined();
    expect(action).not.toHaveBeenCalled();
    expect(log.mock.calls).toEqual([["[DEV] Would send email to a@example.com"]]);
  });
});
