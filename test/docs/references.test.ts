/** What the code and the pages cite of docs/findings.md is there, and what is there is cited. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(__dirname, "../..");
const PAGE = "docs/findings.md";
/** Cite findings by way of example. */
const EXAMPLES = ["CONTRIBUTING.md", "CHANGELOG.md"];

const texts = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(ROOT, path)))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }))
  .filter(({ text }) => !text.includes("\0"));
const page = texts.find(({ path }) => path === PAGE)?.text ?? "";
const findings = [...page.matchAll(/^### (.+)$/gm)].map(([, name = ""]) => name);

const cited = (text: string) => text.match(/\b(PG|SF|PU)-\d+\b/g) ?? [];

test("every finding that is cited anywhere is there", () => {
  expect(findings.length).toBeGreaterThan(20);
  const dangling = texts.flatMap(({ path, text }) =>
    cited(text)
      .filter((name) => !findings.includes(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(dangling).toEqual([]);
});

test("every finding is there once, and cited by the code or another page", () => {
  const others = texts.filter(({ path }) => path !== PAGE && !EXAMPLES.includes(path));
  const known = new Set(others.flatMap(({ text }) => cited(text)));
  expect(findings.filter((name) => !known.has(name))).toEqual([]);
  expect(findings).toEqual([...new Set(findings)]);
});

test("pages cite findings by links", () => {
  const pages = texts.filter(({ path }) => /^docs\/.*\.md$/.test(path) && path !== PAGE);
  const link = /\[((?:PG|SF|PU)-\d+)\]\(findings\.md#([a-z]+-\d+)\)/g;
  const wrong = pages.flatMap(({ path, text }) => [
    ...[...text.matchAll(link)]
      .filter(([, name, anchor]) => name?.toLowerCase() !== anchor)
      .map(([is]) => `${path}: ${is}`),
    ...cited(text.replace(link, "")).map((name) => `${path}: ${name}`),
  ]);
  expect(wrong).toEqual([]);
});
