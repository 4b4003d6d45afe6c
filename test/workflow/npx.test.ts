import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("nothing here has npx install a package that is called like the command", () => {
  const files = execFileSync("git", ["ls-files"], { encoding: "utf8" }).trim().split("\n");
  const texts = files
    .filter((name) => /\.(md|ts|mjs|sh|ya?ml|py|json)$/.test(name))
    .map((name) => readFileSync(name, "utf8"));
  const calls = texts.flatMap((text) => text.match(/npx (?:-\S+ )*one-env\b/g) ?? []);
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.filter((call) => call !== "npx --no one-env")).toEqual([]);
});
